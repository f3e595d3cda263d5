#!/bin/sh
# docs.sh - every relative link in a Markdown file leads to a file.
#
# SPDX-License-Identifier: Apache-2.0

set -eu
cd "$(dirname -- "$0")/../.."

# [text](target) outside of code, without an anchor; a target with a scheme is not ours to check.
targets() { # PAGE
  # shellcheck disable=SC2016  # backquotes are Markdown's
  sed -e '/^```/,/^```/d' -e 's/`[^`]*`//g' "$1" | grep -oE '\]\([^)]+\)' |
    sed -e 's/^](//' -e 's/)$//' -e 's/#.*//' | grep -vE '^(|[a-z]+:.*)$' || true
}

broken=$(
  find . -name '*.md' -not -path './build/*' -not -path './.git/*' | sort | while read -r page; do
    targets "$page" | while read -r target; do
      [ -e "$(dirname "$page")/$target" ] || echo "$page: no such file: $target"
    done
  done
)
[ -z "$broken" ] || {
  echo "$broken"
  exit 1
}
