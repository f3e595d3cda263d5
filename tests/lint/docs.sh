#!/bin/sh
# docs.sh - every relative link in a Markdown file leads to a file, and every source file carries
# the licence.
#
# SPDX-License-Identifier: Apache-2.0

set -eu
cd "$(dirname -- "$0")/../.."
failures=0
complain() {
  echo "$1"
  failures=$((failures + 1))
}

links=$(mktemp)
trap 'rm -f "$links"' EXIT
find . -name '*.md' -not -path './build/*' -not -path './.git/*' | sort | while read -r page; do
  # [text](target) outside of code, without an anchor; a target with a scheme is not ours to check.
  sed -e '/^```/,/^```/d' -e 's/`[^`]*`//g' "$page" | grep -oE '\]\([^)]+\)' |
    sed -e 's/^](//' -e 's/)$//' -e 's/#.*//' | grep -vE '^(|[a-z]+:.*)$' |
    while read -r target; do
      [ -e "$(dirname "$page")/$target" ] || echo "$page: no such file: $target"
    done || true
done >"$links"
while read -r line; do complain "$line"; done <"$links"

for file in $(find src include tests examples grammar cmake .ci dev -type f \
  \( -name '*.[chly]' -o -name '*.cpp' -o -name '*.sh' -o -name '*.cmake' -o -name dev -o -name run \) |
  sort); do
  head -n 80 "$file" | grep -q 'SPDX-License-Identifier: Apache-2.0' ||
    complain "$file: no SPDX-License-Identifier in its first comment"
done

[ "$failures" -eq 0 ] || exit 1
