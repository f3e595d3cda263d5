#!/bin/sh
# opcodes.sh - the tables of docs/bytecode.md are what the program says.
#
#   opcodes.sh [--update] PAGE.md BAREME
#
# SPDX-License-Identifier: Apache-2.0

set -eu
update=false
[ "$1" != --update ] || {
  update=true
  shift
}
page=$1 bareme=$2
current=$(mktemp)
trap 'rm -f "$current"' EXIT

{
  sed '/^<!-- opcodes -->$/q' "$page"
  "$bareme" help opcodes
  sed -n '/^<!-- end of opcodes -->$/,$p' "$page"
} >"$current"
$update && cat "$current" >"$page"
diff -u "$page" "$current" || {
  echo "$page: the tables (-) are not those of the program (+); to renew them:"
  echo "tests/docs/opcodes.sh --update $page $bareme"
  exit 1
}
