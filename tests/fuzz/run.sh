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
all=$(cd "$build/bin" && echo fuzz_* | sed 's/fuzz_//g')
# shellcheck disable=SC2086  # one word a target
[ $# -gt 0 ] || set -- $all

# The corpus that a target starts from: its own, or what other stages of a policy start from too.
corpus() { case $1 in parse | check | compile) echo policy ;; *) echo "$1" ;; esac; }

for target in "$@"; do
  program=$build/bin/fuzz_$target
  if [ ! -x "$program" ]; then
    echo "fuzz: no target $target (there are $all)" >&2
    exit 2
  fi
  work=$build/fuzz/$target
  mkdir -p "$work/corpus"
  echo "== $target, $seconds seconds"
  (cd "$work" && "$program" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=4096 \
    -print_final_stats=1 corpus "$here/corpus/$(corpus "$target")" >log 2>&1) || {
    tail -40 "$work/log"
    echo "fuzz: $target found something, in $work" >&2
    exit 1
  }
  grep -E 'stat::number_of_executed_units|DONE|cov:' "$work/log" | tail -3
done
