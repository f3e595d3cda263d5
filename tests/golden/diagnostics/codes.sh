#!/bin/sh
# codes.sh - every code that the program knows is shown in the gallery.
#
#   codes.sh BAREME
#
# SPDX-License-Identifier: Apache-2.0

set -eu
bareme=$1
cd "$(dirname -- "$0")"
missing=0
for code in $("$bareme" help codes | cut -d' ' -f1); do
  grep -q "^    \(error\|warning\)\[$code\]: " ./*.golden || {
    echo "no case gives $code: $("$bareme" help "$code" | head -n 1)"
    missing=1
  }
done
exit $missing
