#!/bin/sh
# size.sh - how large the libraries are, and that docs/embedding.md says so.
#
#   size.sh PAGE CHECK LIBRARY.so...
#
# CHECK is yes for the build that the page speaks of.  What it says may be off by a tenth.
#
# SPDX-License-Identifier: Apache-2.0

set -eu
page=$1 check=$2
shift 2
failures=0
for library in "$@"; do
  name=$(basename "$library")
  name=${name%%.so*}
  kib=$(size "$library" | awk 'NR == 2 { print int($1 / 1024) }')
  told=$(sed -n "s/^| \`$name\` | \([0-9]*\) KiB |.*/\1/p" "$page")
  echo "$name: $kib KiB of code and tables; the page says ${told:-nothing}"
  if [ "$check" = yes ] &&
    { [ -z "$told" ] || [ $((10 * told)) -lt $((9 * kib)) ] || [ $((9 * told)) -gt $((10 * kib)) ]; }; then
    failures=$((failures + 1))
  fi
done
[ "$failures" -eq 0 ] || exit 1
