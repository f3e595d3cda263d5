"""duckdb_flat.py - the reference policy in SQL, on DuckDB, over flat tables in memory.

    python3 duckdb_flat.py FREEMAIL LEADS OUT ROUNDS

The leads are a table, and their events another, with kinds as an enum and instants as seconds; what
a rule asks of an event's text was asked while the tables were filled.  The results go to OUT once;
then the query is run ROUNDS times on one thread, its results added up and not written, and the
median of nanoseconds for a lead is printed.

SPDX-License-Identifier: Apache-2.0
"""
import statistics
import sys
import time

import duckdb

from duckdb_leads import COLUMNS, domains

freemail, leads, out, rounds = sys.argv[1:5]
free = domains(freemail)

kinds = ["page_view", "form_submit", "email_open", "email_click", "webinar_attend", "unsubscribe"]

base = duckdb.connect()
base.execute("SET threads = 1")
base.execute(f"""CREATE TABLE leads AS SELECT row_number() OVER () AS no, *
  FROM read_json('{leads}', format = 'newline_delimited', columns = {COLUMNS})""")
base.execute(f"CREATE TYPE kind AS ENUM ({', '.join(repr(kind) for kind in kinds)})")
base.execute(f"""CREATE TABLE events AS
  SELECT no, e.type::kind AS kind, epoch(e.at)::INTEGER AS seconds,
    starts_with(e.url, '/pricing') AS is_pricing, e.form = 'demo' AS is_demo
  FROM (SELECT no, unnest(events) AS e FROM leads) WHERE e.type IN ({', '.join(repr(kind) for kind in kinds)})""")
base.execute("ALTER TABLE leads DROP COLUMN events")

# The earliest have the smallest weight, so that "first 4" are the four smallest.
query = f"""
WITH weighed AS (SELECT no, kind, is_pricing, is_demo,
    pow(2, (seconds - 1780272000) / 2592000) AS half, greatest(0, 1 - (1780272000 - seconds) / 7776000) AS fading
  FROM events),
sums AS (SELECT no,
    coalesce(sum(10 * half) FILTER (kind = 'form_submit'), 0)
    + coalesce(50 * min(half) FILTER (kind = 'form_submit' AND is_demo), 0)
    + coalesce(list_sum(min(5 * half, 4) FILTER (kind = 'page_view' AND is_pricing)), 0)
    + least(10, coalesce(sum(half) FILTER (kind = 'page_view' AND NOT is_pricing), 0))
    - coalesce(sum(30 * half) FILTER (kind = 'unsubscribe'), 0) AS activity,
    least(60, coalesce(sum(5 * fading) FILTER (kind = 'email_open' OR kind = 'email_click'), 0)
      + coalesce(sum(15 * fading) FILTER (kind = 'webinar_attend'), 0)) AS engagement
  FROM weighed GROUP BY no),
scored AS (SELECT no, id, stage,
    (CASE WHEN department = 'marketing' THEN 25 ELSE 0 END)
    + (CASE WHEN regexp_matches(job_title, 'head|chief|vp|director', 'i') THEN 15 ELSE 0 END)
    + (CASE WHEN industry IN ('software', 'saas', 'fintech') THEN 10 ELSE 0 END)
    + (CASE WHEN company_size >= 200 THEN 10 ELSE 0 END)
    + (CASE WHEN country IN ('FR', 'BE', 'CH') THEN 5 ELSE 0 END)
    - (CASE WHEN split_part(email, '@', 2) IN ({free}) THEN 20 ELSE 0 END)
    - (CASE WHEN consent THEN 0 ELSE 50 END) AS contact,
    coalesce(activity, 0) AS activity, coalesce(engagement, 0) AS engagement
  FROM leads LEFT JOIN sums USING (no))
SELECT no, id, contact, activity, engagement,
  CASE WHEN stage = 'lead' AND contact >= 25 AND activity >= 30 AND engagement >= 10 THEN 'mql' ELSE stage END AS stage,
  CASE WHEN contact >= 50 THEN 'A' WHEN contact >= 30 THEN 'B' WHEN contact >= 10 THEN 'C' ELSE 'D' END AS grade
FROM scored"""

base.execute(f"COPY (SELECT * EXCLUDE (no) FROM ({query}) ORDER BY no) TO '{out}' (FORMAT json)")
added_up = f"""SELECT sum(contact), sum(activity), sum(engagement), count(*) FILTER (stage = 'mql'),
  count(*) FILTER (grade = 'A') FROM ({query})"""
count = base.execute("SELECT count(*) FROM leads").fetchone()[0]
times = []
for _ in range(int(rounds)):
    begun = time.perf_counter()
    base.execute(added_up).fetchall()
    times.append(time.perf_counter() - begun)
print(f"{statistics.median(times) / count * 1e9:.1f} ns a lead, {count} leads")
