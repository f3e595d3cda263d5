#!/bin/sh
# same.sh - the files that a page shows are those of a directory, byte for byte.
#
#   same.sh PAGE.md DIRECTORY
#
# A fenced block whose first line is ```LANGUAGE FILE shows DIRECTORY/FILE.
#
# SPDX-License-Identifier: Apache-2.0

set -eu
page=$1 directory=$2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

awk -v out="$scratch/" '
  /^```/ && inside { inside = 0; next }
  /^```/ { inside = 1; file = NF > 1 ? out $2 : ""; next }
  inside && file != "" { print > file }
' "$page"
[ -n "$(ls "$scratch")" ] || {
  echo "$page shows no file"
  exit 1
}
for shown in "$scratch"/*; do
  diff -u "$directory/${shown##*/}" "$shown" || exit 1
done
