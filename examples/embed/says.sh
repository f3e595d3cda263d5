#!/bin/sh
# says.sh - a command ends well and says what stands in a file.
#
#   says.sh EXPECTED COMMAND [ARGUMENT...]
#
# SPDX-License-Identifier: Apache-2.0

set -eu
expected=$1
shift
said=$(mktemp)
trap 'rm -f "$said"' EXIT
status=0
"$@" >"$said" || status=$?
[ "$status" -eq 0 ] || {
  cat "$said"
  exit "$status"
}
diff -u "$expected" "$said"
