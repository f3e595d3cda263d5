#!/bin/sh
# leads.sh - are the leads that speed is measured on the same bytes everywhere?
#
#   leads.sh PROGRAM    PROGRAM is bareme-bench-leads
#
# Ratios are compared between machines and between compilers, so each way to
# generate leads is held against the checksum and length of its first 500.
#
# SPDX-License-Identifier: Apache-2.0
set -eu
program=$1
failed=0

holds() { # EXPECTED ARGUMENT...
  expected=$1
  shift
  found=$("$program" "$@" | cksum)
  if [ "$found" != "$expected" ]; then
    echo "bareme-bench-leads $*: $found instead of $expected" >&2
    failed=1
  fi
}

holds "1838129234 634826" 500
holds "115624257 621234" 500 7
holds "3681964890 2537657" 500 42 60
holds "3028412451 562459" --vary sparse 500
holds "212385133 634826" --vary shuffled 500
holds "2280988470 864267" --vary optional 500
holds "3341646700 868604" --vary types 500
holds "215079798 3928140" --vary types 500 42 60

for arguments in "" 0 "1 42 61" "--vary" "--vary alike 1" "--vary sparse"; do
  # shellcheck disable=SC2086
  if "$program" $arguments >/dev/null 2>&1; then
    echo "bareme-bench-leads $arguments: not refused" >&2
    failed=1
  fi
done
exit $failed
