// rules_engine.mjs - the reference policy on json-rules-engine: what is asked of the lead as rules,
// what its events add up to as facts, for which the library has no words.
//
//   node rules_engine.mjs FREEMAIL LEADS OUT
//
// SPDX-License-Identifier: Apache-2.0
import { domains, scoreFile } from './lines.mjs';
import { createRequire } from 'node:module';

const require = createRequire(process.env.BENCH_MODULES + '/');
const { Engine } = require('json-rules-engine');
const [freemail, leads, out] = process.argv.slice(2);

const asOf = Date.parse('2026-06-01T00:00:00Z'), day = 86400000;
const age = event => (asOf - Date.parse(event.at)) / day;
const half = event => 2 ** (-age(event) / 30), fading = event => Math.max(0, 1 - age(event) / 90);
const sum = (events, points) => events.reduce((total, event) => total + points(event), 0);

const when = (fact, operator, value) => ({ fact, operator, value });
const criterion = (points, condition) => ({
  priority: 10,
  conditions: { all: [condition] },
  event: { type: 'points' },
  onSuccess: async (event, almanac) => { (await almanac.factValue('sums')).contact += points; },
});
const grade = (value, ...all) => ({ priority: 1, conditions: { all }, event: { type: 'grade', params: { value } } });

const engine = new Engine([
  criterion(25, when('department', 'equal', 'marketing')),
  criterion(15, when('job_title', 'containsAny', ['head', 'chief', 'vp', 'director'])),
  criterion(10, when('industry', 'in', ['software', 'saas', 'fintech'])),
  criterion(10, when('company_size', 'greaterThanInclusive', 200)),
  criterion(5, when('country', 'in', ['FR', 'BE', 'CH'])),
  criterion(-20, when('domain', 'in', [...domains(freemail)])),
  criterion(-50, when('consent', 'equal', false)),
  grade('A', when('contact', 'greaterThanInclusive', 50)),
  grade('B', when('contact', 'greaterThanInclusive', 30), when('contact', 'lessThan', 50)),
  grade('C', when('contact', 'greaterThanInclusive', 10), when('contact', 'lessThan', 30)),
  grade('D', when('contact', 'lessThan', 10)),
  {
    priority: 1,
    conditions: {
      all: [when('stage', 'equal', 'lead'), when('contact', 'greaterThanInclusive', 25),
        when('activity', 'greaterThanInclusive', 30), when('engagement', 'greaterThanInclusive', 10)],
    },
    event: { type: 'stage', params: { value: 'mql' } },
  },
]);

engine.addOperator('containsAny', (text, words) => words.some(word => text.toLowerCase().includes(word)));
engine.addFact('contact', async (params, almanac) => (await almanac.factValue('sums')).contact);
engine.addFact('domain', async (params, almanac) => {
  const email = await almanac.factValue('email');
  return email.slice(email.lastIndexOf('@') + 1);
});
engine.addFact('activity', async (params, almanac) => {
  const events = await almanac.factValue('events');
  const forms = events.filter(event => event.type === 'form_submit');
  const views = events.filter(event => event.type === 'page_view');
  const priced = views.filter(view => view.url.startsWith('/pricing')).slice(0, 4);
  const other = views.filter(view => !view.url.startsWith('/pricing'));
  const demo = forms.filter(form => form.form === 'demo').slice(0, 1);
  const left = events.filter(event => event.type === 'unsubscribe');
  return 10 * sum(forms, half) + 50 * sum(demo, half) + 5 * sum(priced, half) +
    Math.min(10, sum(other, half)) - 30 * sum(left, half);
});
engine.addFact('engagement', async (params, almanac) => {
  const events = await almanac.factValue('events');
  const mails = events.filter(event => event.type === 'email_open' || event.type === 'email_click');
  const webinars = events.filter(event => event.type === 'webinar_attend');
  return Math.min(60, 5 * sum(mails, fading) + 15 * sum(webinars, fading));
});

async function score(lead) {
  const { events, almanac } = await engine.run({ ...lead, sums: { contact: 0 } });
  const said = type => events.find(event => event.type === type)?.params.value;
  return {
    id: lead.id, contact: await almanac.factValue('contact'), activity: await almanac.factValue('activity'),
    engagement: await almanac.factValue('engagement'), stage: said('stage') ?? lead.stage, grade: said('grade'),
  };
}

await scoreFile(leads, out, score);
