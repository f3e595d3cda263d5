#!/bin/sh
# run.sh - all checks of the text of the sources, or those named: ./dev lint [CHECK...]
#
# None of them needs the network.  Each says nothing when it is content.
#
# SPDX-License-Identifier: Apache-2.0

set -u
cd "$(dirname -- "$0")/../.."
all='format floors headers docs shell symbols tidy cppcheck'
build=build/dev

c_sources() {
  find src include tests examples \( -name '*.c' -o -name '*.cpp' -o -name '*.h' \) -type f | sort
}

# Compile commands and generated headers, for the checks that see the code as a compiler does.
built() {
  cmake --preset dev >/dev/null && cmake --build --preset dev -- --quiet >&2
}

format() { c_sources | xargs clang-format --dry-run -Werror; }
floors() { sh tests/lint/floors.sh; }
headers() { sh tests/lint/headers.sh; }
docs() { sh tests/lint/docs.sh; }

shell() {
  {
    echo dev
    echo .ci/run
    find tests examples -name '*.sh'
  } | xargs shellcheck
}

symbols() { built && sh tests/lint/symbols.sh $build/lib/libbareme.a; }

tidy() {
  built || return 1
  find src \( -name '*.c' -o -name '*.cpp' \) |
    xargs -P "$(nproc)" -n 4 clang-tidy -p $build --quiet 2>&1 |
    grep -vE '^[0-9]+ warnings? generated|^Suppressed|^Use -header-filter' |
    { ! grep .; }
}

cppcheck_all() {
  cppcheck --quiet --std=c17 --enable=warning,performance,portability --inline-suppr \
    --error-exitcode=1 --suppressions-list=tests/lint/cppcheck.txt \
    -I src -j "$(nproc)" $(find src -name '*.c')
}

failed=''
for check in ${*:-$all}; do
  case " $all " in
  *" $check "*) ;;
  *)
    echo "no such check: $check (there are: $all)" >&2
    exit 2
    ;;
  esac
  run=$check
  [ "$check" != cppcheck ] || run=cppcheck_all
  if $run; then
    echo "$check: ok"
  else
    echo "$check: FAILED"
    failed="$failed $check"
  fi
done
[ -z "$failed" ] || exit 1
