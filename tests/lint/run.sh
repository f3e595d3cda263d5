#!/bin/sh
# run.sh - all checks of the text of the sources, or those named: ./dev lint [CHECK...]
#
# None of them needs the network.  A check that is content says nothing.
#
# SPDX-License-Identifier: Apache-2.0

set -eu
cd "$(dirname -- "$0")/../.."
build=build/dev

# files PATTERN: the files whose path from here matches, one a line.
files() {
  find . \( -path ./build -o -path ./.git \) -prune -o -type f -print | sed 's,^\./,,' |
    grep -E "^($1)\$" | sort
}

# Compile commands and generated headers, for the checks that see the code as a compiler does.
built() { cmake --preset dev >/dev/null && cmake --build --preset dev -- --quiet >&2; }

tidy() {
  built
  mkdir -p $build/tidy # with the commands of gcc, but for what clang does not know
  sed 's/ -fno-tree-loop-distribute-patterns//' $build/compile_commands.json \
    >$build/tidy/compile_commands.json
  findings=$(files 'src/.*\.(c|cpp)' |
    xargs -P "$(nproc)" -n 4 clang-tidy -p $build/tidy --quiet 2>&1 |
    grep -vE '^[0-9]+ warnings? generated|^Suppressed|^Use -header-filter') || true
  [ -z "$findings" ] || {
    echo "$findings"
    return 1
  }
}

look() { # CHECK
  case $1 in
  format) files '.*\.(c|cpp|h)' | xargs clang-format --dry-run -Werror ;;
  shell) files '.*\.sh|dev|\.ci/run' | xargs shellcheck --exclude=SC2094 ;; # reads, takes it for a write
  symbols)
    built
    sh tests/lint/symbols.sh $build/lib/libbareme_floors.a $build/lib/libbareme_runtime.a \
      $build/lib/libbareme.a
    sh tests/lint/exports.sh $build/lib/libbareme.a $build/lib/libbareme.so \
      $build/lib/libbareme-vm.a $build/lib/libbareme-vm.so
    sh tests/lint/imports.sh $build/lib/libbareme-vm.a
    ;;
  headers) built && sh tests/lint/headers.sh $build ;;
  analyzer) built && sh tests/lint/analyzer.sh $build ;;
  tidy) tidy ;;
  cppcheck)
    files 'src/.*\.c' | xargs cppcheck --quiet --std=c11 --language=c -j "$(nproc)" \
      --enable=warning,performance,portability --inline-suppr --error-exitcode=1 \
      --suppressions-list=tests/lint/cppcheck.txt -I src -I include
    ;;
  *) sh "tests/lint/$1.sh" ;;
  esac
}

all='format floors headers licence docs limits shell symbols tidy cppcheck analyzer'
# shellcheck disable=SC2086  # one word a check
[ $# -gt 0 ] || set -- $all
failed=''
for check in "$@"; do
  case " $all " in
  *" $check "*) ;;
  *)
    echo "no such check: $check (there are: $all)" >&2
    exit 2
    ;;
  esac
  if look "$check"; then
    echo "$check: ok"
  else
    echo "$check: FAILED"
    failed="$failed $check"
  fi
done
[ -z "$failed" ] || exit 1
