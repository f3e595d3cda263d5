// plain.mjs - the reference policy in JavaScript, tuned: dates are parsed by hand and cached by
// day, texts are searched by one regular expression, nothing is made that is not written.
//
//   node plain.mjs FREEMAIL LEADS OUT
//
// SPDX-License-Identifier: Apache-2.0
import { domains, scoreFile } from './lines.mjs';

const [freemail, leads, out] = process.argv.slice(2);
const free = domains(freemail);
const asOf = 1780272000, halfLife = Math.LN2 / (30 * 86400), toZero = 90 * 86400;
const title = /head|chief|vp|director/i;
const industries = new Set(['software', 'saas', 'fintech']), countries = new Set(['FR', 'BE', 'CH']);
const days = new Map();

const two = (text, at) => text.charCodeAt(at) * 10 + text.charCodeAt(at + 1) - 528;

function seconds(text) {
  const year = two(text, 0) * 100 + two(text, 2), month = two(text, 5), day = two(text, 8);
  const key = (year * 16 + month) * 32 + day;
  let base = days.get(key);
  if (base === undefined) days.set(key, base = Date.UTC(year, month - 1, day) / 1000);
  return base + two(text, 11) * 3600 + two(text, 14) * 60 + two(text, 17);
}

const half = event => Math.exp((seconds(event.at) - asOf) * halfLife);
const fading = event => Math.max(0, 1 - (asOf - seconds(event.at)) / toZero);

function score(lead) {
  let contact = 0;
  if (lead.department === 'marketing') contact += 25;
  if (title.test(lead.job_title)) contact += 15;
  if (industries.has(lead.industry)) contact += 10;
  if (lead.company_size >= 200) contact += 10;
  if (countries.has(lead.country)) contact += 5;
  if (free.has(lead.email.slice(lead.email.lastIndexOf('@') + 1))) contact -= 20;
  if (!lead.consent) contact -= 50;
  let activity = 0, views = 0, engagement = 0, priced = 0, demo = false;
  for (const event of lead.events)
    switch (event.type) {
      case 'page_view':
        if (!event.url.startsWith('/pricing')) views += half(event);
        else if (priced++ < 4) activity += 5 * half(event);
        break;
      case 'form_submit': {
        const factor = half(event);
        activity += 10 * factor;
        if (!demo && event.form === 'demo') { demo = true; activity += 50 * factor; }
        break;
      }
      case 'email_open': case 'email_click': engagement += 5 * fading(event); break;
      case 'webinar_attend': engagement += 15 * fading(event); break;
      case 'unsubscribe': activity -= 30 * half(event); break;
    }
  activity += Math.min(views, 10);
  engagement = Math.min(engagement, 60);
  const moves = lead.stage === 'lead' && contact >= 25 && activity >= 30 && engagement >= 10;
  const grade = contact >= 50 ? 'A' : contact >= 30 ? 'B' : contact >= 10 ? 'C' : 'D';
  return { id: lead.id, contact, activity, engagement, stage: moves ? 'mql' : lead.stage, grade };
}

await scoreFile(leads, out, score);
