#!/bin/sh
# floors.sh - a floor includes only what stands below it.
#
# The table is the whole architecture: src/README.md explains it.  A quoted include is one of
# ours and is written from src/ ("code/program.h"), so that a sideways look shows; the command
# line sees the library as a stranger does, through <bareme/bareme.h>.
#
# SPDX-License-Identifier: Apache-2.0

set -eu
cd "$(dirname -- "$0")/../.."

# The floors that a floor may include, besides its own headers, limits.h and generated files.
allowed() {
  case $1 in
  base) echo '' ;;
  syntax) echo 'base' ;;
  check) echo 'syntax base' ;;
  code) echo 'base' ;;
  inspect) echo 'code base' ;;
  sign) echo 'base' ;;
  compile) echo 'check syntax code base' ;;
  vm) echo 'code base' ;;
  intake) echo 'vm code base' ;;
  arrow) echo 'intake vm code base' ;;
  embed) echo 'arrow intake vm code base' ;;
  io) echo 'arrow intake vm code base' ;;
  facade) echo 'embed io arrow intake vm compile sign inspect code check syntax base' ;;
  cli) echo '' ;;
  esac
}

# The libraries a floor may use by their own headers; everything else is ISO C, C++ or POSIX.
libraries() {
  case $1 in
  sign) echo 'sodium.h' ;;
  intake) echo 'bareme/vm.h' ;;
  arrow | embed) echo 'bareme/vm.h bareme/arrow.h' ;;
  io) echo 'simdjson.h csv.h zlib.h zstd.h lz4frame.h flatbuffers/flatbuffers.h bareme/bareme.h bareme/arrow.h' ;;
  cli | facade) echo 'bareme/bareme.h' ;;
  esac
}

failures=0
complain() {
  echo "$1"
  failures=$((failures + 1))
}

check_file() { # FLOOR FILE
  grep -nE '^[[:space:]]*#[[:space:]]*include[[:space:]]' "$2" |
    sed -E 's/^([0-9]+):[[:space:]]*#[[:space:]]*include[[:space:]]+(["<])([^">]*)[">].*/\1 \2 \3/' \
      >"$list"
  while read -r line kind path; do
    case " $(libraries "$1") " in *" $path "*) continue ;; esac
    if [ "$kind" = '<' ]; then
      case $path in
      simdjson.h | csv.h | zlib.h | zstd.h | lz4*.h | flatbuffers/* | sodium.h | bareme/*)
        complain "$2:$line: $1 may not use <$path>"
        ;;
      esac
      continue
    fi
    case $path in
    limits.h) [ "$1" != cli ] || complain "$2:$line: cli may not include $path" ;;
    bareme_lexer.h | bareme_parser.h)
      [ "$1" = syntax ] || complain "$2:$line: $1 may not include the parser"
      ;;
    bareme_*.h) [ "$1" = facade ] || complain "$2:$line: only the facade may include $path" ;;
    keywords.def) [ "$1" = syntax ] || complain "$2:$line: $1 may not include the grammar" ;;
    */*)
      case " $1 $(allowed "$1") " in
      *" ${path%%/*} "*) ;;
      *) complain "$2:$line: $1 may not include $path" ;;
      esac
      ;;
    *) complain "$2:$line: write it from src/: \"$1/$path\"" ;;
    esac
  done <"$list"
}

list=$(mktemp)
trap 'rm -f "$list"' EXIT
for floor in base syntax check code inspect compile vm intake arrow embed io cli; do
  for file in "src/$floor"/*; do
    case $file in
    *.c | *.cpp | *.h | *.def) check_file "$floor" "$file" ;;
    esac
  done
done
for file in src/*.c src/bareme_*.h; do
  [ ! -f "$file" ] || check_file facade "$file"
done
for file in grammar/bareme.l grammar/bareme.y; do
  [ ! -f "$file" ] || check_file syntax "$file"
done

[ "$failures" -eq 0 ] || exit 1
