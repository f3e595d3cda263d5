#!/bin/sh
# symbols.sh - what the archive of the library shows to the linker, and what it asks of it.
#
#   symbols.sh libbareme_floors.a libbareme_runtime.a libbareme.a
#
# A name that two floors use would be one function by accident, a name with default visibility part
# of the public interface; a call to exit, printf or the like breaks a promise of
# docs/conventions.md.
#
# SPDX-License-Identifier: Apache-2.0

set -eu
archive=$1 runtime=$2 sealed=$3
failures=0
complain() { # MESSAGE, NAMES...
  [ -n "$2" ] || return 0
  echo "$1:"
  echo "$2" | sed 's/^/  /'
  failures=$((failures + 1))
}

# C names only: those of C++ are in its own name space and hidden.
defined=$(nm --defined-only --extern-only "$archive" 2>/dev/null |
  awk 'NF == 3 && $2 ~ /^[TDBRGS]$/ && $3 !~ /^_Z/ { print $3 }' | sort)
complain 'defined twice' "$(echo "$defined" | uniq -d)"

exported=$(readelf --syms --wide "$archive" 2>/dev/null |
  awk '$5 ~ /^(GLOBAL|WEAK)$/ && $6 == "DEFAULT" && $7 ~ /^[0-9]+$/ { print $8 }' |
  grep -v '^_Z' | grep -v '^DW\.ref\.' | sort -u || true)
complain 'visible, but not of the public interface (bareme_*)' \
  "$(echo "$exported" | grep -v '^bareme_' || true)"

wanted=$(nm --undefined-only "$archive" 2>/dev/null | awk 'NF == 2 { print $2 }' | sort -u)
complain 'the library may not print, end the process, jump, or ask for the locale or the time' \
  "$(echo "$wanted" | grep -xE '(v|__v)?printf(_chk)?|puts|putchar|perror|exit|_exit|abort|_?longjmp|siglongjmp|_?setjmp|setlocale|localtime(_r)?|strtod|atof|srand|rand|time' || true)"
complain 'the C library rounds these differently on each platform: use base/math.h' \
  "$(echo "$wanted" | grep -xE '(exp|exp2|exp10|log|log2|log10|log1p|expm1|pow|sin|cos|tan|tanh|cbrt|hypot|fma)f?' || true)"

complain 'left open by the seal of libbareme.a' \
  "$(nm --defined-only --extern-only "$sealed" | awk 'NF == 3 { print $3 }' |
    grep -vE '^(bareme_|_Z|DW\.ref\.)' || true)"

# names KIND ARCHIVE: what it defines, or what it leaves to others.
names() {
  nm "--$1-only" "$2" 2>/dev/null | awk 'NF > 1 && $(NF - 1) != "t" { print $NF }' | sort -u
}
above=$({
  names defined "$runtime"
  names undefined "$runtime" | sed p
} | sort | uniq -c | awk '$1 == 2 { print $2 }')
above=$({
  echo "$above"
  names defined "$archive"
} | sort | uniq -d)
complain 'the runtime (base, code, vm, embed) asks for what is on the floors above it' "$above"

[ "$failures" -eq 0 ] || exit 1
