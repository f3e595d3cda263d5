// score.js - Bareme from Node, through koffi, which calls C functions by their declaration.
//
//   npm ci && node score.js inbound.bmc
//
// The declarations are those of <bareme/vm.h>, word for word.  A handle is freed when its object
// is collected, and keeps alive what it was made from.
//
// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import koffi from 'koffi';

const library = koffi.load(process.env.BAREME_LIBRARY ?? 'libbareme.so.0.1');

koffi.struct('bareme_text', { bytes: 'const char *', length: 'size_t' });
koffi.struct('bareme_failure', { text: koffi.array('char', 512) });
koffi.struct('bareme_batch_options', {
  size: 'size_t', as_of: 'int64_t', capacity: 'uint32_t', explain: 'bool', borrow: 'bool',
});
// The texts of a line are read by their length: as they are, they are addresses.
koffi.struct('text_view', { bytes: 'void *', length: 'size_t' });
koffi.struct('bareme_contribution', {
  kind: 'const char *', label: 'text_view', source: 'text_view', file: 'text_view',
  line: 'uint32_t', depth: 'uint32_t', points: 'double', has_events: 'bool', events: 'double',
  unit: 'const char *', raw: 'double', why: 'const char *', missing_field: 'text_view',
  group: 'text_view',
});
for (const handle of ['bareme_policy', 'bareme_batch', 'bareme_runner']) koffi.opaque(handle);

const bareme = Object.fromEntries(`
  const char *bareme_status_text(int status)
  int bareme_policy_load(const void *bytes, size_t length, const void *options,
                         _Out_ bareme_failure *failure, _Out_ bareme_policy **policy)
  void bareme_policy_free(bareme_policy *policy)
  uint32_t bareme_policy_count(const bareme_policy *policy, int kind)
  text_view bareme_policy_name(const bareme_policy *policy, int kind, uint32_t index)
  text_view bareme_policy_outcome(const bareme_policy *policy, int kind, uint32_t index, uint32_t outcome)
  uint32_t bareme_policy_find_field(const bareme_policy *policy, uint32_t event, const char *name)
  uint32_t bareme_policy_find_event_type(const bareme_policy *policy, bareme_text type)
  int bareme_batch_new(const bareme_policy *policy, const bareme_batch_options *options,
                       _Out_ bareme_batch **batch)
  void bareme_batch_free(bareme_batch *batch)
  int bareme_batch_begin(bareme_batch *batch)
  int bareme_batch_set_id(bareme_batch *batch, bareme_text id)
  int bareme_batch_set_number(bareme_batch *batch, uint32_t field, double number)
  int bareme_batch_set_time(bareme_batch *batch, uint32_t field, int64_t micros)
  int bareme_batch_set_bool(bareme_batch *batch, uint32_t field, bool value)
  int bareme_batch_set_text(bareme_batch *batch, uint32_t field, bareme_text text)
  int bareme_batch_begin_event(bareme_batch *batch, uint32_t event)
  int bareme_batch_add_event(bareme_batch *batch, int64_t at, bareme_text id, void *outcome)
  int bareme_batch_end(bareme_batch *batch, _Out_ bareme_failure *failure)
  int bareme_runner_new(const bareme_policy *policy, bool explain, _Out_ bareme_runner **runner)
  int bareme_runner_run(bareme_runner *runner, const bareme_batch *batch)
  void bareme_runner_free(bareme_runner *runner)
  bool bareme_result_score(const bareme_runner *runner, uint32_t score, uint32_t lane, _Out_ double *number)
  uint32_t bareme_result_outcome(const bareme_runner *runner, int kind, uint32_t index, uint32_t lane)
  uint32_t bareme_result_stage(const bareme_runner *runner, uint32_t lane)
  bool bareme_result_explain(const bareme_runner *runner, uint32_t score, uint32_t lane, uint32_t index,
                             _Out_ bareme_contribution *line)
`.trim().split(/\n {2}(?! )/).map((line) => [line.match(/bareme_(\w+)\(/)[1], library.func(line)]));

const LEAD = 0xffffffff;
const SCORES = 0, BANDS = 1, STAGES = 5; // enum bareme_kind

const toText = (string) => ({ bytes: string, length: Buffer.byteLength(string) });
const fromText = ({ bytes, length }) => (bytes ? koffi.decode(bytes, 'char', length) : '');
const toMicros = (date) => BigInt(date.getTime()) * 1000n;

function check(status, failure) {
  if (status !== 0) throw new Error(failure?.text || bareme.status_text(status));
}

const freed = new FinalizationRegistry(({ free, value }) => free(value));

/** A handle of the library, freed when it is collected. */
class Handle {
  constructor(free, value, ...madeFrom) {
    Object.assign(this, { value, madeFrom });
    freed.register(this, { free, value });
  }
}

class Policy extends Handle {
  constructor(path) {
    const bytes = readFileSync(path);
    const out = [null], failure = {};
    check(bareme.policy_load(bytes, bytes.length, null, failure, out), failure);
    super(bareme.policy_free, out[0]);
  }
}

class Batch extends Handle {
  constructor(policy, asOf, capacity) {
    const options = { size: koffi.sizeof('bareme_batch_options'), as_of: toMicros(asOf), capacity,
      explain: true, borrow: false };
    const out = [null];
    check(bareme.batch_new(policy.value, options, out));
    super(bareme.batch_free, out[0], policy);
    this.policy = policy;
  }

  #set(event, values) {
    for (const [name, value] of Object.entries(values)) {
      const field = bareme.policy_find_field(this.policy.value, event, name);
      if (typeof value === 'number') bareme.batch_set_number(this.value, field, value);
      else if (typeof value === 'boolean') bareme.batch_set_bool(this.value, field, value);
      else if (typeof value === 'string') bareme.batch_set_text(this.value, field, toText(value));
      else if (value instanceof Date) bareme.batch_set_time(this.value, field, toMicros(value));
    }
  }

  /** A lead: what is wrong with any of it is told when it ends. */
  add(id, values, events) {
    bareme.batch_begin(this.value);
    bareme.batch_set_id(this.value, toText(id));
    this.#set(LEAD, values);
    for (const { type, at, ...rest } of events) {
      const event = bareme.policy_find_event_type(this.policy.value, toText(type));
      bareme.batch_begin_event(this.value, event);
      this.#set(event, rest);
      bareme.batch_add_event(this.value, toMicros(at), { bytes: null, length: 0 }, null);
    }
    const failure = {};
    check(bareme.batch_end(this.value, failure), failure);
  }
}

class Runner extends Handle {
  constructor(policy, explain) {
    const out = [null];
    check(bareme.runner_new(policy.value, explain, out));
    super(bareme.runner_free, out[0], policy);
  }

  run(batch) {
    this.batch = batch; // results point into it
    check(bareme.runner_run(this.value, batch.value));
  }

  score(score, lane) {
    const out = [0];
    return bareme.result_score(this.value, score, lane, out) ? out[0] : null;
  }

  *contributions(score, lane) {
    for (let index = 0; ; index++) {
      const line = {};
      if (!bareme.result_explain(this.value, score, lane, index, line)) return;
      yield line;
    }
  }
}

const policy = new Policy(process.argv[2]);
const today = new Date('2026-06-01');
const monthAgo = new Date(today - 30 * 86400e3);
const batch = new Batch(policy, today, 1);
batch.add('ada', { country: 'CH', size: 250, consent: true }, [
  { type: 'visit', at: monthAgo, page: '/pricing/eu' },
  { type: 'demo_requested', at: today },
]);
const runner = new Runner(policy, true);
runner.run(batch);

const grade = bareme.policy_outcome(policy.value, BANDS, 0,
  bareme.result_outcome(runner.value, BANDS, 0, 0));
const stage = bareme.policy_name(policy.value, STAGES, bareme.result_stage(runner.value, 0));
console.log(`ada: ${fromText(grade)}, ${fromText(stage)}`);
for (let score = 0; score < bareme.policy_count(policy.value, SCORES); score++) {
  const name = fromText(bareme.policy_name(policy.value, SCORES, score));
  console.log(`  ${name} ${runner.score(score, 0).toFixed(1)}`);
  for (const { why, points, label } of runner.contributions(score, 0))
    if (!why) console.log(`    ${points < 0 ? '' : '+'}${points.toFixed(1)} ${fromText(label)}`);
}
