#!/bin/sh
# package.sh - the Debian packages have what they should, and say what they need.
#
#   package.sh BUILD_DIR
#
# SPDX-License-Identifier: Apache-2.0

set -eu
build=$1
sources=$(cd "$(dirname -- "$0")/../.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"

fail() {
  echo "$*"
  exit 1
}

cpack --config "$build/CPackConfig.cmake" -G DEB -B "$scratch" >log 2>&1 || fail "$(cat log)"

# package NAME FILE...: there is one of that name, with these files: names as grep has them.
package() {
  name=$1
  shift
  deb=$(find . -maxdepth 1 -name "${name}_*.deb")
  [ -f "$deb" ] || fail "there is no package $name, but: $(ls)"
  dpkg-deb -c "$deb" | awk '{ print $6 }' >contents
  for file in "$@"; do
    grep -q "^\./usr/$file$" contents || fail "$name has no $file, but: $(cat contents)"
  done
  [ "$(grep -vc '/$' contents)" = $# ] || fail "$name has other files, too: $(cat contents)"
}

field() { # NAME PATTERN
  dpkg-deb -f "$deb" "$1" | grep -q -- "$2" || fail "$deb: $1: $(dpkg-deb -f "$deb" "$1")"
}

library='lib.*/libbareme'
package bareme bin/bareme share/man/man1/bareme\.1
field Depends 'libc6 '
field Depends 'libsimdjson'
field Maintainer '<.*@.*>'
field Description 'lead-scoring'
package 'libbareme[0-9]*' "$library"'\.so\.[0-9.]*\.[0-9]*' "$library"'-vm\.so\.[0-9.]*\.[0-9]*' \
  "$library"'\.so\.0\.1' "$library"'-vm\.so\.0\.1'
field Depends 'libc6 '
headers=$(cd "$sources" && ls include/bareme/*.h)
# shellcheck disable=SC2086  # many words
package libbareme-dev $headers "$library"'\.a' \
  "$library"'-vm\.a' "$library"'\.so' "$library"'-vm\.so' 'lib.*/pkgconfig/bareme\.pc' \
  'lib.*/pkgconfig/bareme-vm\.pc' 'lib.*/cmake/bareme/baremeConfig\.cmake' \
  'lib.*/cmake/bareme/baremeConfigVersion\.cmake'
field Depends '^libbareme[0-9.]* (= [0-9.]*)$'
