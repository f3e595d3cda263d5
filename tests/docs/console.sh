#!/bin/sh
# console.sh - what a page shows is what the program says.
#
#   console.sh PAGE.md DIRECTORY_OF_PROGRAMS
#
# A fenced block whose first line is ```LANGUAGE FILE becomes that file in an empty directory.  In
# a ```console block, a line `$ command` is run there, and what it prints, on both streams, must
# be what stands below it.  Blocks are taken in the order of the page.
#
# SPDX-License-Identifier: Apache-2.0

set -eu
page=$(cd "$(dirname -- "$1")" && pwd)/$(basename -- "$1")
PATH=$(cd -- "$2" && pwd):$PATH
export PATH LC_ALL=C.UTF-8 NO_COLOR=1

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/here"
cd "$scratch/here"

# The files of the page, and its console blocks one after the other.
awk -v shown="$scratch/shown" '
  function place(path,   folder) { # a file may stand in a folder
    folder = path
    if (sub(/\/[^\/]*$/, "", folder)) system("mkdir -p \"" folder "\"")
    return path
  }
  /^```/ && inside { inside = 0; next }
  /^```/ { inside = 1; file = ""; if ($1 == "```console") file = shown; else if (NF > 1) file = place($2); next }
  inside && file != "" { print > file }
' "$page"
[ -s "$scratch/shown" ] || {
  echo "$page: no console block"
  exit 1
}

while IFS= read -r line; do
  case $line in
  '$ '*)
    printf '%s\n' "$line"
    sh -c "${line#??}" 2>&1 || true
    ;;
  esac
done <"$scratch/shown" >"$scratch/said"

diff -u "$scratch/shown" "$scratch/said" || {
  echo "$page: shows (-) other than what the program says (+)"
  exit 1
}
