// zen.mjs - the reference policy on GoRules' zen-engine: one expression node.
//
//   node zen.mjs FREEMAIL LEADS OUT
//
// zen has decimals: its powers differ from doubles in the sixth place, and the comparison of
// results is told so.
//
// SPDX-License-Identifier: Apache-2.0
import { domains, scoreFile } from './lines.mjs';
import { createRequire } from 'node:module';

const require = createRequire(process.env.BENCH_MODULES + '/');
const { ZenEngine } = require('@gorules/zen-engine');
const [freemail, leads, out] = process.argv.slice(2);

const free = [...domains(freemail)].map(domain => `'${domain}'`).join(',');
const half = '2 ^ ((date(#.at) - 1780272000) / 2592000)';
const fading = 'max([0, 1 - (1780272000 - date(#.at)) / 7776000])';
const first = (list, count) => `(len(${list}) > ${count} ? ${list}[0:${count - 1}] : ${list})`;
const expressions = {
  id: 'id',
  contact: `(department == 'marketing' ? 25 : 0)
    + (some(['head', 'chief', 'vp', 'director'], contains(lower(job_title), #)) ? 15 : 0)
    + (industry in ['software', 'saas', 'fintech'] ? 10 : 0) + (company_size >= 200 ? 10 : 0)
    + (country in ['FR', 'BE', 'CH'] ? 5 : 0) - (split(email, '@')[1] in [${free}] ? 20 : 0)
    - (consent ? 0 : 50)`,
  views: `filter(events, #.type == 'page_view')`,
  forms: `filter(events, #.type == 'form_submit')`,
  priced: `filter($.views, startsWith(#.url, '/pricing'))`,
  demo: `filter($.forms, #.form == 'demo')`,
  activity: `sum(map($.forms, 10 * ${half})) + sum(map(${first('$.demo', 1)}, 50 * ${half}))
    + sum(map(${first('$.priced', 4)}, 5 * ${half}))
    + min([10, sum(map(filter($.views, not startsWith(#.url, '/pricing')), ${half}))])
    - sum(map(filter(events, #.type == 'unsubscribe'), 30 * ${half}))`,
  engagement: `min([60,
    sum(map(filter(events, #.type in ['email_open', 'email_click']), 5 * ${fading}))
    + sum(map(filter(events, #.type == 'webinar_attend'), 15 * ${fading}))])`,
  stage: `stage == 'lead' and $.contact >= 25 and $.activity >= 30 and $.engagement >= 10
    ? 'mql' : stage`,
  grade: `$.contact >= 50 ? 'A' : $.contact >= 30 ? 'B' : $.contact >= 10 ? 'C' : 'D'`,
};

const node = (id, type, content) => ({ id, name: id, type, position: { x: 0, y: 0 }, content });
const decision = new ZenEngine().createDecision(Buffer.from(JSON.stringify({
  nodes: [
    node('in', 'inputNode'),
    node('score', 'expressionNode', {
      expressions: Object.entries(expressions).map(([key, value]) => ({ id: key, key, value: value.replace(/\s+/g, ' ') })),
    }),
    node('out', 'outputNode'),
  ],
  edges: [
    { id: 'a', type: 'edge', sourceId: 'in', targetId: 'score' },
    { id: 'b', type: 'edge', sourceId: 'score', targetId: 'out' },
  ],
})));

await scoreFile(leads, out, async lead => {
  const { id, contact, activity, engagement, stage, grade } = (await decision.evaluate(lead)).result;
  return { id, contact, activity, engagement, stage, grade };
});
