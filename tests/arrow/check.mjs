// check.mjs - the same leads by NDJSON and by Arrow, written and read by npm's apache-arrow.
//
//   check.mjs BAREME LEADS.ndjson POLICY
//
// SPDX-License-Identifier: Apache-2.0

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

const arrow = await import(process.env.APACHE_ARROW);
const [program, leadsPath, policy] = process.argv.slice(2);

const bareme = (path, input, ...options) =>
  execFileSync(program, ["score", policy, path, "--at", "2026-06-01", ...options],
    { input, maxBuffer: 1 << 30, stdio: ["pipe", "pipe", "inherit"] });

let failures = 0;
const check = (what, ok) => {
  console.log(ok ? "ok  " : "FAIL", what);
  failures += !ok;
};

// ---- in

const leads = readFileSync(leadsPath, "utf8").trim().split("\n").map((line) => JSON.parse(line));
const field = (name, type) => arrow.Field.new({ name, type, nullable: true });
const texts = ["id", "email", "job_title", "department", "industry", "country", "stage"];
const eventTexts = ["type", "url", "campaign", "form", "title"];
const event = new arrow.Struct([
  ...eventTexts.map((name) => field(name, new arrow.Utf8())),
  field("at", new arrow.TimestampMillisecond("UTC")),
  field("seconds", new arrow.Float64()),
  field("minutes", new arrow.Float64()),
]);
const pick = (from, names) => Object.fromEntries(names.map((name) => [name, from[name] ?? null]));

const table = (textType) => {
  const column = (type, values) => arrow.vectorFromArray(values, type);
  const columns = {};
  for (const name of texts)
    columns[name] = column(textType(), leads.map((lead) => lead[name] ?? null));
  columns.company_size = column(new arrow.Float64(), leads.map((l) => l.company_size ?? null));
  columns.consent = column(new arrow.Bool(), leads.map((l) => l.consent ?? null));
  columns.events = column(new arrow.List(field("item", event)), leads.map((lead) =>
    (lead.events ?? []).map((e) => ({
      ...pick(e, eventTexts), ...pick(e, ["seconds", "minutes"]), at: Date.parse(e.at),
    }))));
  return new arrow.Table(columns);
};

const expected = bareme(leadsPath);
let next = 0;
for (const [what, type] of [
  ["utf8", () => new arrow.Utf8()],
  ["dictionaries", () => new arrow.Dictionary(new arrow.Utf8(), new arrow.Int32(), next++)],
]) {
  // its files, unlike those of others, have their schema only at the end
  check(`in: ${what}`, expected.equals(bareme("-", arrow.tableToIPC(table(type), "stream"))));
}

// ---- out

const rows = expected.toString().trim().split("\n").map((line) => JSON.parse(line));
const got = arrow.tableFromIPC(bareme(leadsPath, "", "--format", "arrows", "--explain"));
const same = (row, i) =>
  row.id === rows[i].id && row.stage === rows[i].stage &&
  row.previous_stage === rows[i].previous_stage && row.as_of === Date.parse(rows[i].as_of) &&
  Object.entries(rows[i].scores).every(([name, score]) => row.scores[name] === score) &&
  Object.entries(rows[i].bands).every(([name, label]) => row.bands[name] === label);
check("out: as many rows", got.numRows === rows.length);
let wrong = 0;
for (let i = 0; i < got.numRows; i++) wrong += !same(got.get(i), i);
check("out: id, stages, scores and bands", wrong === 0);
const contributions = got.get(0).contributions.toArray();
check("out: contributions add up", contributions.length > 0 &&
  Object.entries(rows[0].scores).every(([name, score]) => {
    const lines = contributions.filter((line) => line.score === name);
    return lines.reduce((sum, line) => sum + line.points, 0) === score;
  }));

console.log(failures ? "FAILED" : "passed");
process.exit(failures > 0 ? 1 : 0);
