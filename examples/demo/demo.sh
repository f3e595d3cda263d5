#!/bin/sh
# demo.sh - what Bareme does, on 10,000 leads that do not exist.   sh demo.sh BUILD_DIRECTORY
#
# Writes the leads, then asks three questions about them by the policy of 02-inbound-b2b.bareme:
# where do they stand, whom to call first and why, and how did one of them get there.  Seed and
# instant are fixed: everybody sees the same.
#
# SPDX-License-Identifier: Apache-2.0

set -eu

build=${1:?usage: demo.sh BUILD_DIRECTORY}
examples=$(dirname -- "$0")/..
policy=$examples/02-inbound-b2b.bareme
leads=$build/demo/leads.ndjson
at=2026-06-01
bareme=$build/bin/bareme

bold='' plain=''
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ] && [ "${TERM:-dumb}" != dumb ]; then
  bold=$(printf '\033[1m') plain=$(printf '\033[0m')
fi

# ask COMMENT ARGUMENT...: shows the command as one would type it, and what it answers.
ask() {
  printf '\n%s# %s%s\n$ bareme' "$bold" "$1" "$plain"
  shift
  for word in "$@"; do
    case $word in
    "$policy") printf ' examples/02-inbound-b2b.bareme' ;;
    "$leads") printf ' leads.ndjson' ;;
    *) printf ' %s' "$word" ;;
    esac
  done
  printf '\n\n'
  "$bareme" "$@"
}

mkdir -p "$build/demo"
"$build/bin/bareme-demo-leads" 10000 42 >"$leads"

ask '10,000 leads and a year of what they did: where do they stand?' \
  summary "$policy" "$leads" --at "$at"

ask 'Whom do we call first, and why?' \
  score "$policy" "$leads" --at "$at" --top 10 --by total --format table --explain

first=$("$bareme" score "$policy" "$leads" --at "$at" --top 1 --by total --format csv |
  sed -n '2s/,.*//p' | tr -d '"')
ask 'And the first of them: where does every point come from?' \
  explain "$policy" "$leads" --at "$at" --id "$first"

printf '\nThe leads are in %s.\n' "${leads#"$PWD"/}"
