#!/bin/sh
# exports.sh - what the two libraries offer is what their headers declare, and what the lists say.
#
#   exports.sh libbareme.a libbareme.so libbareme-vm.a libbareme-vm.so
#
# A program that was linked against a library finds each name in its successor, or does not start.
# So a name must not go by accident: cmake/*.exports are read by people, too.
#
# SPDX-License-Identifier: Apache-2.0

set -eu
LC_ALL=C
export LC_ALL
lists=$(cd "$(dirname -- "$0")/../../cmake" && pwd)
headers=$(cd "$(dirname -- "$0")/../../include/bareme" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

listed() { cat "$@" | grep '^[a-z]' | sort; }
declared() { # HEADER...
  cat "$@" | grep -v '^#' | tr '\n' ' ' | grep -oE 'BAREME_API [^(;]*\(' | sed -E 's/ *\($//; s/.*[ *]//' |
    sort
}
static() { nm --defined-only --extern-only "$1" | awk 'NF == 3 && $3 ~ /^bareme_/ { print $3 }' | sort; }
shared() { # without the name of the version
  nm --dynamic --defined-only "$1" | awk '$2 != "A" { sub(/@.*/, "", $3); print $3 }' | sort
}

# same WHAT LIST...: standard input has what the lists have.
same() {
  what=$1
  shift
  cat >"$scratch/is"
  listed "$@" >"$scratch/listed"
  if ! diff "$scratch/listed" "$scratch/is" >"$scratch/difference"; then
    echo "$what:"
    sed -n -e 's/^>/  not in the list:/p' -e 's/^</  only in the list:/p' "$scratch/difference"
  fi
}

vm=$lists/bareme-vm.exports all=$lists/bareme.exports
{
  # shellcheck disable=SC2046  # many words
  declared $(find "$headers" -name '*.h' ! -name bareme.h) |
    same 'include/bareme/*.h, but for bareme.h, and cmake/bareme-vm.exports' "$vm"
  declared "$headers/bareme.h" | same 'include/bareme/bareme.h and cmake/bareme.exports' "$all"
  static "$1" | same 'what libbareme.a defines, and both lists' "$vm" "$all"
  shared "$2" | same 'what libbareme.so exports, and both lists' "$vm" "$all"
  static "$3" | same 'what libbareme-vm.a defines, and cmake/bareme-vm.exports' "$vm"
  shared "$4" | same 'what libbareme-vm.so exports, and cmake/bareme-vm.exports' "$vm"
} >"$scratch/said"
[ -s "$scratch/said" ] || exit 0
cat "$scratch/said"
echo 'These should be the same.'
echo 'A new function: add its name to the list of its header, in alphabetical order.'
echo 'One that is gone, or is called otherwise: programs break.  See docs/embedding.md, "Versions".'
exit 1
