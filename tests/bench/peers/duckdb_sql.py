"""duckdb_sql.py - the reference policy in SQL, on DuckDB: lists and lambdas over each lead's events.

    python3 duckdb_sql.py FREEMAIL LEADS OUT THREADS

SPDX-License-Identifier: Apache-2.0
"""
import sys

import duckdb

from duckdb_leads import COLUMNS, domains

freemail, leads, out, threads = sys.argv[1:5]
free = domains(freemail)
half = "pow(2, (epoch(e.at) - 1780272000) / 2592000)"
fading = "greatest(0, 1 - (1780272000 - epoch(e.at)) / 7776000)"


def total(points, condition, events="events", limit=""):
    """The sum of points over the events for which the condition holds, or the first of them."""
    found = f"list_filter({events}, lambda e: {condition}){limit}"
    return f"coalesce(list_sum(list_transform({found}, lambda e: {points})), 0)"


query = f"""
WITH sums AS (SELECT id, stage,
  (CASE WHEN department = 'marketing' THEN 25 ELSE 0 END)
  + (CASE WHEN regexp_matches(job_title, 'head|chief|vp|director', 'i') THEN 15 ELSE 0 END)
  + (CASE WHEN industry IN ('software', 'saas', 'fintech') THEN 10 ELSE 0 END)
  + (CASE WHEN company_size >= 200 THEN 10 ELSE 0 END)
  + (CASE WHEN country IN ('FR', 'BE', 'CH') THEN 5 ELSE 0 END)
  - (CASE WHEN split_part(email, '@', 2) IN ({free}) THEN 20 ELSE 0 END)
  - (CASE WHEN consent THEN 0 ELSE 50 END) AS contact,
  {total(f"10 * {half}", "e.type = 'form_submit'")}
  + {total(f"50 * {half}", "e.type = 'form_submit' AND e.form = 'demo'", limit="[1:1]")}
  + {total(f"5 * {half}", "e.type = 'page_view' AND starts_with(e.url, '/pricing')", limit="[1:4]")}
  + least(10, {total(half, "e.type = 'page_view' AND NOT starts_with(e.url, '/pricing')")})
  - {total(f"30 * {half}", "e.type = 'unsubscribe'")} AS activity,
  least(60, {total(f"5 * {fading}", "e.type = 'email_open' OR e.type = 'email_click'")}
  + {total(f"15 * {fading}", "e.type = 'webinar_attend'")}) AS engagement
  FROM read_json('{leads}', format = 'newline_delimited', columns = {COLUMNS}))
SELECT id, contact, activity, engagement,
  CASE WHEN stage = 'lead' AND contact >= 25 AND activity >= 30 AND engagement >= 10 THEN 'mql' ELSE stage END AS stage,
  CASE WHEN contact >= 50 THEN 'A' WHEN contact >= 30 THEN 'B' WHEN contact >= 10 THEN 'C' ELSE 'D' END AS grade
FROM sums"""

base = duckdb.connect()
base.execute(f"SET threads = {int(threads)}")
base.execute(f"COPY ({query}) TO '{out}' (FORMAT json)")
