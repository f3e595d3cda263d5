#!/bin/sh
# analyzer.sh BUILD_DIR - what gcc -fanalyzer says of every C source.
#
# Findings that were looked at and are none stand in analyzer.txt, a line each:
# file, warning, and why the analyzer is mistaken.
#
# SPDX-License-Identifier: Apache-2.0

set -eu
cd "$(dirname -- "$0")/../.."
build=$1 known=tests/lint/analyzer.txt
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# The command of each source, with the analyzer and without an output.
sed -n 's/^  "command": "\(.*\)",$/\1/p' "$build/compile_commands.json" |
  sed -e 's/\\"/"/g' -e 's/-Werror//g' -e 's/ -o [^ ]* -c / -O1 -fanalyzer -o \/dev\/null -c /' |
  grep -E ' -c [^ ]*/src/[^ ]*\.c$' | grep -v '/syntax/bareme_' >"$scratch/commands"

# shellcheck disable=SC2016  # expanded by the inner shell
(cd "$build" && tr '\n' '\0' <"$scratch/commands" |
  xargs -0 -P "$(nproc)" -n 1 sh -c 'eval "$0" 2>&1 || true') |
  sed -n 's,^.*/\(src/[^:]*\):[0-9:]* warning: .*\[\(-Wanalyzer-[a-z-]*\)\]$,\1 \2,p' |
  sort -u >"$scratch/found"

grep -v '^#' "$known" | awk '{ print $1, $2 }' | sort -u >"$scratch/known"
new=$(comm -23 "$scratch/found" "$scratch/known")
[ -s "$scratch/commands" ] || {
  echo "there is nothing to analyze in $build"
  exit 1
}
[ -z "$new" ] || {
  echo "gcc -fanalyzer finds (mend it, or tell in $known why it is mistaken):"
  echo "$new"
  exit 1
}
