#!/bin/sh
# headers.sh - every header compiles on its own, twice, and the public one as C++ too.
#
#   headers.sh BUILD_DIR      where the parser's header was generated
#
# Left out: NAME_tables.h, generated data that NAME.c alone includes.
#
# SPDX-License-Identifier: Apache-2.0

set -eu
generated=$(cd -- "$1" && pwd)/generated
cd "$(dirname -- "$0")/../.."

flags='-fsyntax-only -Wall -Wextra -Wpedantic -Werror -D_POSIX_C_SOURCE=200809L -iquote src -I include'
flags="$flags -iquote $generated/syntax"
failures=0

# try COMPILER HEADER: in a file that includes it twice, so that a missing guard shows.
try() {
  # shellcheck disable=SC2086  # flags are many words
  printf '#include "%s"\n#include "%s"\ntypedef int nothing;\n' "$2" "$2" | $1 $flags - ||
    failures=$((failures + 1))
}

for header in src/*.h src/*/*.h; do
  case $header in
  *'*'* | *_tables.h) ;;
  *) try 'gcc -std=c17 -x c' "${header#src/}" ;;
  esac
done
for header in include/bareme/*.h; do
  [ -f "$header" ] || continue
  try 'gcc -std=c17 -x c -iquote include' "bareme/${header##*/}"
  try 'g++ -std=c++17 -x c++ -iquote include' "bareme/${header##*/}"
done

[ "$failures" -eq 0 ] || exit 1
