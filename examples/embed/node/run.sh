#!/bin/sh
# run.sh - runs score.js in a directory where npm has installed what it needs.
#
#   run.sh POLICY.bmc DIRECTORY
#
# Without npm, or when the registry cannot be reached, it says so.  Status 77, skipped, except on a
# server that tests ($CI), where that is a failure.
#
# SPDX-License-Identifier: Apache-2.0

set -eu
policy=$1 directory=$2
here=$(cd "$(dirname -- "$0")" && pwd)

give_up() {
  echo "score.js was not run: $*" >&2
  [ -n "${CI:-}" ] || exit 77
  exit 1
}

for tool in node npm; do
  command -v "$tool" >/dev/null || give_up "there is no $tool"
done
mkdir -p "$directory"
cp "$here/score.js" "$here/package.json" "$here/package-lock.json" "$directory"
cd "$directory"
if ! cmp -s package-lock.json node_modules/installed; then
  npm ci --ignore-scripts --no-audit --no-fund >npm.log 2>&1 || give_up "npm: $(cat npm.log)"
  cp package-lock.json node_modules/installed
fi
exec node score.js "$policy"
