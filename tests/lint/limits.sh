#!/bin/sh
# limits.sh - every limit of src/limits.h is tested, and told in docs/limits.md.
#
# A test that is about a limit names it, so that it goes with the constant and
# holds for a build with another one too.
#
# SPDX-License-Identifier: Apache-2.0

set -eu
cd "$(dirname -- "$0")/../.."

failures=0
limits=$(sed -n 's/^#define \(LIMIT_[A-Z_]*\) .*/\1/p' src/limits.h)
for limit in $limits; do
  grep -rqw --include='test_*.c' "$limit" tests || {
    echo "src/limits.h: no test names $limit"
    failures=$((failures + 1))
  }
  grep -qw "$limit" docs/limits.md || {
    echo "src/limits.h: docs/limits.md does not tell $limit"
    failures=$((failures + 1))
  }
done
[ "$failures" -eq 0 ]
