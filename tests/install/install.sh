#!/bin/sh
# install.sh - an installed Bareme is found, linked and run by projects that know nothing of ours.
#
#   install.sh BUILD_DIR CC
#
# Installed into a directory of its own, which is moved afterwards: nothing may remember where it
# was.  One project is CMake's, and finds a package; the other is a line of pkg-config.
#
# SPDX-License-Identifier: Apache-2.0

set -eu
build=$1 cc=$2
here=$(cd "$(dirname -- "$0")" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"

fail() {
  echo "$*"
  exit 1
}

# run PROGRAM: twice, as it says the same both ways it is linked.
run() {
  said=$(LD_LIBRARY_PATH=$libraries "$1") || fail "$1: exit status $?, said: $said"
  case $said in
  'Consumer '[0-9]*.* | 1970-01-01T00:00:00Z\ [0-9]*.*) echo "$1: $said" ;;
  *) fail "$1 says: $said" ;;
  esac
}

linked() { # PROGRAM LIBRARY yes|no
  if ldd "$1" | grep -q "$2"; then is=yes; else is=no; fi
  [ "$is" = "$3" ] || fail "$1: linked with shared $2: $is"
}

cmake --install "$build" --prefix "$scratch/first" >install.log || fail "$(cat install.log)"
mv first prefix
pc=$(find "$scratch/prefix" -name bareme.pc)
libraries=$(dirname "$(dirname "$pc")")
PATH=$scratch/prefix/bin:$PATH bareme --version

# --- CMake ------------------------------------------------------------------------------------

cmake -S "$here/consumer" -B cmake -G Ninja -D CMAKE_C_COMPILER="$cc" \
  -D CMAKE_PREFIX_PATH="$scratch/prefix" >cmake.log 2>&1 || fail "$(cat cmake.log)"
cmake --build cmake >cmake.log 2>&1 || fail "$(cat cmake.log)"
for program in bareme bareme_static vm vm_static; do run cmake/$program; done
linked cmake/bareme libbareme.so yes
linked cmake/bareme_static libbareme.so no
linked cmake/vm libbareme-vm.so yes
linked cmake/vm_static libbareme-vm.so no

# --- pkg-config --------------------------------------------------------------------------------

PKG_CONFIG_PATH=$libraries/pkgconfig
export PKG_CONFIG_PATH
found() { pkg-config "$@" || fail "pkg-config does not find $*"; }
mkdir pc
# shellcheck disable=SC2046  # many words
{
  $cc "$here/consumer/bareme.c" $(found --cflags --libs bareme) -o pc/bareme
  $cc "$here/consumer/vm.c" $(found --cflags --libs bareme-vm) -o pc/vm
  $cc "$here/consumer/bareme.c" -o pc/bareme_static \
    $(found --static --cflags --libs bareme | sed 's/-lbareme/-l:libbareme.a/')
  $cc "$here/consumer/vm.c" -o pc/vm_static -static $(found --static --cflags --libs bareme-vm)
}
for program in bareme bareme_static vm vm_static; do run pc/$program; done
linked pc/bareme_static libbareme.so no
linked pc/vm_static libbareme-vm.so no
