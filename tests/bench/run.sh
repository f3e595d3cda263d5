#!/bin/sh
# run.sh BUILD_DIR [--leads N] [--rounds N] [--policy FILE --file LEADS --at INSTANT]
#
# Measures the optimised build on leads of the project's own generator, or on a
# policy and a file of your choice.
#
# SPDX-License-Identifier: Apache-2.0
set -eu

here=$(cd "$(dirname "$0")" && pwd)
[ $# -gt 0 ] || {
  echo "usage: run.sh BUILD_DIR [--leads N] [--rounds N] [--policy FILE --file LEADS --at INSTANT]" >&2
  exit 2
}
build=$1
shift
leads=100000 rounds=7 policy=$here/reference.bareme file='' at=2026-06-01
while [ $# -gt 0 ]; do
  case $1 in
  --leads) leads=$2 ;;
  --rounds) rounds=$2 ;;
  --policy) policy=$2 ;;
  --file) file=$2 ;;
  --at) at=$2 ;;
  *)
    echo "bench: unknown option $1 (there are --leads --rounds --policy --file --at)" >&2
    exit 2
    ;;
  esac
  shift 2
done

if [ -z "$file" ]; then
  file=$build/bench-leads-$leads.ndjson
  [ -s "$file" ] || "$build/bin/bareme-demo-leads" "$leads" 42 >"$file"
fi
"$build/bin/bareme-measure" "$policy" "$file" "$at" "$rounds"
