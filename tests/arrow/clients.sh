#!/bin/sh
# clients.sh - the other ends of an Arrow stream: PyPI's pyarrow and npm's apache-arrow.
#
#   clients.sh DIRECTORY COMMAND...    runs `python` or `node` with its client
#
# Clients are installed once, of the versions that stand here, into a directory that all builds
# share.  Without a network there is nothing to compare with: status 77, which ctest shows as
# skipped.
#
# SPDX-License-Identifier: Apache-2.0

set -eu
pyarrow=21.0.0
apache_arrow=21.0.0
directory=$1 client=$2
shift 2

missing() {
  echo "skipped: $1 cannot be installed here (is there a network?); $2"
  exit 77
}

python() {
  venv=$directory/pyarrow-$pyarrow
  if [ ! -f "$venv/ready" ]; then
    python3 -m venv "$venv" || missing pyarrow 'python3 and its venv are needed'
    "$venv/bin/pip" --quiet --disable-pip-version-check install "pyarrow==$pyarrow" ||
      missing pyarrow 'tests/arrow/clients.sh names its version'
    touch "$venv/ready"
  fi
  exec "$venv/bin/python" "$@"
}

node() {
  modules=$directory/apache-arrow-$apache_arrow
  command -v npm >/dev/null || missing apache-arrow 'node and npm are needed'
  if [ ! -f "$modules/ready" ]; then
    npm install --silent --no-fund --no-audit --prefix "$modules" "apache-arrow@$apache_arrow" ||
      missing apache-arrow 'tests/arrow/clients.sh names its version'
    touch "$modules/ready"
  fi
  export APACHE_ARROW="$modules/node_modules/apache-arrow/Arrow.node.mjs"
  command node "$@"
}

mkdir -p "$directory"
exec 9>"$directory/lock"
flock 9
case $client in
python) python "$@" 9>&- ;;
node) node "$@" 9>&- ;;
esac
