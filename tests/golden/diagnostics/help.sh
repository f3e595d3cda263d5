#!/bin/sh
# help.sh - of what `bareme help CODE` shows, the text before gives that code, the text after not.
#
#   help.sh BAREME
#
# The examples are parts of policies; the rest, which they take for granted, is put around them.
# Those about several files, the command line, or thousands of lines are left out.
#
# SPDX-License-Identifier: Apache-2.0

set -eu
bareme=$1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"

part() { # Before|After: its indented lines, from standard input
  awk -v part="$1:" '
    /^[A-Z][a-z]*:$/ { inside = $0 == part; next }
    inside && /^    / { print substr($0, 5) }'
}

# What the examples name, unless they declare it themselves.
context() { # FILE
  grep -q '^ *lead' "$1" || echo 'lead { email text  country text  department text  job_title text
    company_size number  employees number  visits number  forms number  consent bool
    created time  homepage text }'
  while read -r kind name rest; do
    grep -q "$kind $name" "$1" || echo "$kind $name $rest"
  done <<'END'
event page_view { url text }
event form_submit { form text }
event email_open { campaign text  tags list of text }
score s { +1 }
score activity { +1 on page_view }
score contact { +1 }
band interest of activity { high from 40  low otherwise }
segment hot when consent
segment enterprise when consent
END
}

policy() { # FILE: the example as a policy
  read -r word rest <"$1" || true
  case $word in policy | module) cat "$1" && return ;; esac
  echo 'policy "Example" { }'
  context "$1"
  case $word in
  [+-]*) printf 'score x {\n%s\n}\n' "$(cat "$1")" ;;
  decay | range | round | pick | for) printf 'score x {\n%s\n}\n' "$(cat "$1")" ;;
  when) printf 'segment x %s\n' "$(cat "$1")" ;;
  on) printf 'score x { +1 %s }\n' "$(cat "$1")" ;;
  as) printf 'test "x" { %s lead { } expect consent }\n' "$(cat "$1")" ;;
  columns) printf 'band stars of activity { 5 otherwise }\ngrid x of stars, interest { %s }\n' \
    "$(cat "$1")" ;;
  one) printf 'event x { f %s }\n' "$(cat "$1")" ;;
  case | clamp\(* | days\(* | distinct\(*) printf 'let x = %s\n' "$(cat "$1")" ;;
  *) cat "$1" ;;
  esac
}

failures=0
for code in $("$bareme" help codes | cut -d' ' -f1); do
  case $code in
  E0201 | E0413 | E0418) continue ;; # about the whole file
  E05* | E06*) continue ;;           # about many lines, or several files
  W0705) continue ;;                 # most of the context is used by nothing
  esac
  for which in Before After; do
    "$bareme" help "$code" | part $which >part
    [ -s part ] || continue
    policy part >example.bareme
    found=no
    "$bareme" check --format json example.bareme | grep -q "\"code\":\"$code\"" && found=yes
    case $which$found in
    Beforeno | Afteryes)
      echo "help $code, $which: $code was found: $found"
      sed 's/^/    /' example.bareme
      failures=1
      ;;
    esac
  done
done
exit $failures
