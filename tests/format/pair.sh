#!/bin/sh
# pair.sh PROGRAM NAME.bareme [--update] - is the policy formatted to NAME.expected, and that to itself?
#
# SPDX-License-Identifier: Apache-2.0
set -eu

expected=${2%.bareme}.expected
[ "${3:-}" != --update ] || "$1" fmt <"$2" >"$expected"
"$1" fmt <"$2" | diff -u "$expected" -
"$1" fmt <"$expected" | diff -u "$expected" -
