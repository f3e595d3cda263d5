#!/bin/sh
# images.sh BAREME - makes the compiled policies that fuzz_image starts from, when instructions
# or the format have changed and the old ones are refused.
#
# SPDX-License-Identifier: Apache-2.0
set -eu

bareme=$1
cd "$(dirname -- "$0")/corpus"
"$bareme" build policy/classes.bareme -o image/classes.bmc
"$bareme" build policy/reference.bareme -o image/reference.bmc
"$bareme" build policy/inbound.bareme --strip -o image/inbound.bmc
"$bareme" build ../../../examples/01-lead-staging.bareme -o image/staging.bmc
