#!/bin/sh
# run.sh BUILD_DIR [--seconds N] [TARGET...]
#
# Runs the fuzz targets one after the other, from their corpora; what they find
# is left in BUILD_DIR/fuzz/TARGET and belongs, made small, into tests/fuzz/corpus.
#
# SPDX-License-Identifier: Apache-2.0
set -eu

here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "$1" && pwd)
shift
seconds=60
if [ "${1:-}" = --seconds ]; then
  seconds=$2
  shift 2
fi
[ $# -gt 0 ] || set -- policy format ndjson csv cases

for target in "$@"; do
  program=$build/bin/fuzz_$target
  if [ ! -x "$program" ]; then
    echo "fuzz: no target $target (there are policy, format, ndjson, csv, cases)" >&2
    exit 2
  fi
  work=$build/fuzz/$target
  mkdir -p "$work/corpus"
  echo "== $target, $seconds seconds"
  (cd "$work" && "$program" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=4096 \
    -print_final_stats=1 corpus "$here/corpus/$target" >log 2>&1) || {
    tail -40 "$work/log"
    echo "fuzz: $target found something, in $work" >&2
    exit 1
  }
  grep -E 'stat::number_of_executed_units|DONE|cov:' "$work/log" | tail -3
done
