# score.jq - the reference policy in jq: jq -c --rawfile freemail freemail.txt -f score.jq LEADS
#
# SPDX-License-Identifier: Apache-2.0
($freemail | split("\n") | map({key: ., value: true}) | from_entries) as $free
| 1780272000 as $as_of
| def half: ((.at | fromdateiso8601) - $as_of) / 2592000 | exp2;
  def fading: [0, 1 - ($as_of - (.at | fromdateiso8601)) / 7776000] | max;
  inputs
| (.job_title | ascii_downcase) as $title
| ((if .department == "marketing" then 25 else 0 end)
  + (if ["head", "chief", "vp", "director"] | any(. as $word | $title | contains($word)) then 15 else 0 end)
  + (if .industry | IN("software", "saas", "fintech") then 10 else 0 end)
  + (if .company_size >= 200 then 10 else 0 end)
  + (if .country | IN("FR", "BE", "CH") then 5 else 0 end)
  - (if $free[.email | split("@") | last] then 20 else 0 end)
  - (if .consent then 0 else 50 end)) as $contact
| [.events[] | select(.type == "form_submit")] as $forms
| [.events[] | select(.type == "page_view")] as $views
| ([10 * ($forms[] | half)] + [50 * ([$forms[] | select(.form == "demo")][:1][] | half)]
  + [5 * ([$views[] | select(.url | startswith("/pricing"))][:4][] | half)]
  + [[10, ([$views[] | select(.url | startswith("/pricing") | not) | half] | add // 0)] | min]
  + [-30 * (.events[] | select(.type == "unsubscribe") | half)] | add) as $activity
| ([60, ([(.events[] | select(.type | IN("email_open", "email_click")) | 5 * fading),
          (.events[] | select(.type == "webinar_attend") | 15 * fading)] | add // 0)] | min) as $engagement
| {id, contact: $contact, activity: $activity, engagement: $engagement,
   stage: (if .stage == "lead" and $contact >= 25 and $activity >= 30 and $engagement >= 10 then "mql" else .stage end),
   grade: (if $contact >= 50 then "A" elif $contact >= 30 then "B" elif $contact >= 10 then "C" else "D" end)}
