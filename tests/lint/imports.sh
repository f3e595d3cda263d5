#!/bin/sh
# imports.sh - libbareme-vm asks for nothing but memory and arithmetic, and keeps no state.
#
#   imports.sh libbareme-vm.a
#
# SPDX-License-Identifier: Apache-2.0

set -eu
archive=$1
failures=0
complain() { # MESSAGE, NAMES...
  [ -n "$2" ] || return 0
  echo "$1:"
  echo "$2" | sed 's/^/  /'
  failures=$((failures + 1))
}

# What compilers call by themselves: to copy, fill and compare memory; libgcc's division of 128
# bits and its bits of the processor.  A build with assertions has those, too.
complain 'libbareme-vm imports' "$(nm --undefined-only "$archive" | awk '$1 == "U" || $1 == "w" { print $2 }' |
  grep -vxE '_GLOBAL_OFFSET_TABLE_|mem(cpy|move|set|cmp)|__udivti3|__cpu_model|__assert_fail' || true)"

# Tables of addresses are written by whoever loads the library, and by nobody afterwards.
complain 'libbareme-vm has variables' "$(objdump --syms "$archive" |
  awk 'NF > 4 && $(NF - 2) ~ /^\.t?(data|bss)/ && $(NF - 2) !~ /rel\.ro/ && $(NF - 1) !~ /^0+$/ {
    print $NF }')"

[ "$failures" -eq 0 ] || exit 1
