#!/bin/sh
# usage: run.sh GOLDEN BAREME WRONG.golden
# Golden must find each wrong expectation, and --update must mend those it can.
# SPDX-License-Identifier: Apache-2.0
golden=$1 bareme=$2 wrong=$3
found=$("$golden" "$bareme" "$wrong") && { echo "nothing was noticed"; exit 1; }
for title in 'another number' 'a member that is not there' 'a lead too many' 'a lead too few' \
  'an item too few' 'a policy that is not refused' 'another status' 'polisy'; do
  case $found in
  *"$title"*) ;;
  *) echo "not noticed: $title"; exit 1 ;;
  esac
done
copy=$(mktemp) || exit 1
trap 'rm -f "$copy"' EXIT
cp "$wrong" "$copy"
"$golden" --update "$bareme" "$copy" >/dev/null
grep -q '"scores": {"s": 1}' "$copy" || { echo "--update did not mend a result"; exit 1; }
