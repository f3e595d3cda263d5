#!/bin/sh
# licence.sh - every source file names its licence in its first comment.
#
# SPDX-License-Identifier: Apache-2.0

set -eu
cd "$(dirname -- "$0")/../.."

bare=$(
  find . \( -path ./build -o -path ./.git \) -prune -o -type f \( -name '*.[chly]' -o -name '*.cpp' \
    -o -name '*.def' -o -name '*.sh' -o -name '*.cmake' -o -name CMakeLists.txt \
    -o -path ./dev -o -path ./.ci/run \) -print | sort | while read -r file; do
    head -n 100 "$file" | grep -q 'SPDX-License-Identifier: Apache-2.0' || echo "$file"
  done
)
[ -z "$bare" ] || {
  echo "no SPDX-License-Identifier in the first comment of:"
  echo "$bare"
  exit 1
}
