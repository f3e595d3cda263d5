/* cost.c - what a program costs at most, before it runs.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "inspect/cost.h"

#include "base/unicode.h"

#include <string.h>

/* ---- sums that do not wrap ------------------------------------------------------ */

static uint64_t plus(uint64_t a, uint64_t b) {
  return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

static uint64_t times(uint64_t a, uint64_t b) {
  return b != 0 && a > UINT64_MAX / b ? UINT64_MAX : a * b;
}

static uint64_t least(uint64_t a, uint64_t b) {
  return a < b ? a : b;
}

static uint64_t most(uint64_t a, uint64_t b) {
  return a > b ? a : b;
}

/* How long a text of that length can become. */
static uint64_t fold_bound(uint64_t length) {
  return times(length, TEXT_FOLD_BOUND(UINT64_C(1)));
}

uint64_t cost_at(const struct cost *cost, const uint64_t *terms, const uint64_t *events) {
  uint64_t sum = terms[0];
  for (uint32_t k = 0; k + 1 < cost->terms; k++)
    sum = plus(sum, times(terms[k + 1], events[k]));
  return sum;
}

/* ---- walking the code ------------------------------------------------------------- */

struct walk {
  const struct program *program;
  const struct section *section;
  const struct cost_options *options;
  uint64_t *lengths; /* of texts in registers: how long they can be, in bytes */
  bool *folded;      /* texts in registers that folding again would not change */
};

static bool is_reduction(const struct instruction *code) {
  char letter = opcode_infos[code->op].shape[0];
  return letter >= 'A' && letter <= 'Z';
}

/* Values seen before: up to this many are compared one by one, more are hashed. */
enum { DISTINCT_COMPARED = 16 };

/* The bytes of all items together, and one for each. */
static uint64_t set_bytes(const struct text_set *set) {
  uint64_t sum = set->count;
  for (uint32_t i = 0; i < set->count; i++)
    sum = plus(sum, set->items[i].length);
  return sum;
}

/* Comparing at one place with each item: no more bytes than either has. */
static uint64_t compare_each(const struct text_set *set, uint64_t length) {
  uint64_t sum = 0;
  for (uint32_t i = 0; i < set->count; i++)
    sum = plus(sum, 1 + least(length, set->items[i].length));
  return sum;
}

/* Halving a sorted set of numbers until one is left. */
static uint64_t halvings(uint32_t count) {
  uint64_t steps = 1;
  for (; count > 0; count /= 2)
    steps++;
  return steps;
}

/* A look-up by hash: over the text, and over the item that is found. */
static uint64_t look_up(uint64_t length) {
  return plus(1, times(2, length));
}

/* The set that an instruction tests a text by; NULL if it does no such thing. */
static const struct text_set *set_of(const struct walk *walk, const struct instruction *code) {
  const char *shape = opcode_infos[code->op].shape;
  return shape[1] == 't' && shape[2] == 'S' ? &walk->program->text_sets[code->b] : NULL;
}

/* A test by a folded set folds by itself what is not folded yet. */
static bool folds_itself(const struct walk *walk, const struct instruction *code) {
  const struct text_set *set = set_of(walk, code);
  return set && set->folded && !walk->folded[code->a];
}

static uint64_t test_steps(const struct walk *walk, const struct instruction *code, uint64_t a) {
  bool has_set = opcode_infos[code->op].shape[2] == 'S';
  const struct text_set *sets = walk->program->text_sets;
  uint64_t b = has_set ? set_bytes(&sets[code->b]) : walk->lengths[code->b];
  switch (code->op) {
  case OP_TEXT_EQUAL:
  case OP_STARTS:
  case OP_ENDS: return plus(1, least(a, b));
  case OP_TEXT_IN: return look_up(a);
  case OP_STARTS_ANY:
  case OP_STARTS_ALL:
  case OP_ENDS_ANY:
  case OP_ENDS_ALL: return plus(1, compare_each(&sets[code->b], a));
  default: return plus(1, times(plus(a, 1), plus(b, 1))); /* at each place of the text */
  }
}

static uint64_t text_steps(const struct walk *walk, const struct instruction *code) {
  uint64_t a = walk->lengths[code->a];
  if (!folds_itself(walk, code))
    return test_steps(walk, code, a);
  return plus(plus(1, a), test_steps(walk, code, fold_bound(a)));
}

/* Steps for one lane.  An opcode that is not named takes one. */
static uint64_t steps_of(const struct walk *walk, const struct instruction *code) {
  const struct program *program = walk->program;
  switch (code->op) {
  case OP_FOLD:
  case OP_LOWER:
  case OP_UPPER:
  case OP_PLAIN:
  case OP_TRIM:
  case OP_DOMAIN:
  case OP_LOCAL_PART:
  case OP_HOST:
  case OP_PATH:
  case OP_LENGTH: return plus(1, walk->lengths[code->a]);
  case OP_NUMBER_IN: return halvings(program->number_sets[code->b].count);
  case OP_ONCE_PER_TEXT:
  case OP_DISTINCT_TEXT: return plus(1, times(DISTINCT_COMPARED, 1 + walk->lengths[code->b]));
  case OP_ONCE_PER_NUMBER:
  case OP_ONCE_PER_MICROS:
  case OP_ONCE_PER_BOOL:
  case OP_ONCE_PER_LABEL:
  case OP_DISTINCT_NUMBER:
  case OP_DISTINCT_MICROS:
  case OP_DISTINCT_BOOL:
  case OP_DISTINCT_LABEL: return 1 + DISTINCT_COMPARED;
  case OP_BAND: return 1 + (uint64_t)program->band_tables[code->b].count;
  case OP_STAGES: return 1 + (uint64_t)program->transition_count;
  default: break;
  }
  if (code->op >= OP_TEXT_EQUAL && code->op <= OP_HOLDS_ALL)
    return text_steps(walk, code);
  return code->op <= OP_EVENT_AT || code->op == OP_SKIP ? 0 : 1;
}

/* Parts of a folded text are folded. */
static bool makes_folded(const struct walk *walk, const struct instruction *code) {
  switch (code->op) {
  case OP_FOLD: return true;
  case OP_SELECT_TEXT: return walk->folded[code->b] && walk->folded[code->c];
  case OP_TRIM:
  case OP_DOMAIN:
  case OP_LOCAL_PART:
  case OP_HOST:
  case OP_PATH: return walk->folded[code->a];
  default: return false;
  }
}

/* How long the text that it writes can be, and whether it is folded. */
static void follow_texts(struct walk *walk, const struct instruction *code) {
  uint64_t *lengths = walk->lengths, length = 0;
  char letter = opcode_infos[code->op].shape[0];
  if (letter != 't' && letter != 'x')
    return;
  switch (code->op) {
  case OP_CONST_TEXT: length = walk->program->texts[code->a].length; break;
  case OP_MISSING_TEXT: break;
  case OP_SELECT_TEXT: length = most(lengths[code->b], lengths[code->c]); break;
  case OP_FOLD: length = fold_bound(lengths[code->a]); break;
  case OP_LOWER:
  case OP_UPPER: length = times(lengths[code->a], TEXT_CASE_BOUND(UINT64_C(1))); break;
  case OP_PLAIN: length = times(lengths[code->a], TEXT_PLAIN_BOUND(UINT64_C(1))); break;
  default: length = code->op <= OP_EVENT_AT ? walk->options->text_bytes : lengths[code->a];
  }
  walk->folded[code->d] = makes_folded(walk, code);
  lengths[code->d] = length;
}

/* ---- by criterion ---------------------------------------------------------------------- */

/* Adds for each lane of a space: for the lead, or for each event of its kinds. */
static void add_lanes(const struct program *program, uint64_t *terms, uint32_t space,
                      uint64_t amount) {
  if (space == 0) {
    terms[0] = plus(terms[0], amount);
    return;
  }
  const struct program_space *events = &program->spaces[space - 1];
  for (uint32_t i = 0; i < events->kind_count; i++)
    terms[1 + events->kinds[i]] = plus(terms[1 + events->kinds[i]], amount);
}

static void add_steps(struct cost *cost, const struct walk *walk, uint32_t index) {
  const struct instruction *code = &walk->section->code[index];
  const struct program_origin *origin =
      walk->section->origins ? &walk->section->origins[index] : NULL;
  size_t row = origin && origin->criterion < cost->rows ? origin->criterion : cost->rows - 1;
  uint64_t *part = (origin && origin->shared ? cost->shared : cost->own) + row * cost->terms;
  uint64_t steps = steps_of(walk, code);
  if (walk->options->lanes_alone && steps > 1)
    steps = 1;
  add_lanes(walk->program, part, code->space, steps);
  add_lanes(walk->program, cost->total, code->space, steps);
  if (is_reduction(code)) {
    add_lanes(walk->program, part, 0, 1);
    add_lanes(walk->program, cost->total, 0, 1);
  }
}

/* ---- memory ------------------------------------------------------------------------------- */

static uint64_t class_bits(uint8_t class) {
  static const uint64_t bits[] = {
      [REGISTER_NUMBER] = 8 * sizeof(double) + 1,
      [REGISTER_MICROS] = 8 * sizeof(int64_t) + 1,
      [REGISTER_TEXT] = 8 * sizeof(struct text) + 1,
      [REGISTER_BOOL] = 2,
      [REGISTER_LABEL] = 8 * sizeof(uint32_t) + 1,
      [REGISTER_TEXTS] = 8 * sizeof(struct text_list) + 1,
  };
  return bits[class];
}

static uint64_t column_bits(enum column_kind kind) {
  switch (kind) {
  case COLUMN_NUMBER: return class_bits(REGISTER_NUMBER);
  case COLUMN_TIME:
  case COLUMN_DURATION: return class_bits(REGISTER_MICROS);
  case COLUMN_TEXT: return class_bits(REGISTER_TEXT);
  case COLUMN_BOOL: return class_bits(REGISTER_BOOL);
  case COLUMN_TEXTS: return class_bits(REGISTER_TEXTS);
  default: return class_bits(REGISTER_LABEL);
  }
}

/* A lead has an identity, a stage, its fields, and a place in each space; an
 * event a lead, an instant and its columns. */
static void add_columns(struct cost *cost, const struct program *program) {
  uint64_t lead = class_bits(REGISTER_TEXT) + class_bits(REGISTER_LABEL);
  for (uint32_t f = 0; f < program->field_count; f++)
    lead += column_bits(program->fields[f].kind);
  add_lanes(program, cost->bits, 0, lead + (uint64_t)program->space_count * 8 * sizeof(uint32_t));
  for (uint32_t s = 0; s < program->space_count; s++) {
    uint64_t event = 8 * sizeof(uint32_t) + class_bits(REGISTER_MICROS);
    for (uint32_t c = 0; c < program->spaces[s].column_count; c++)
      event += column_bits(program->spaces[s].columns[c].kind);
    add_lanes(program, cost->bits, s + 1, event);
  }
}

static void add_registers(struct cost *cost, const struct walk *walk) {
  for (uint32_t r = 0; r < walk->section->register_count; r++) {
    const struct program_register *reg = &walk->section->registers[r];
    if (!reg->view)
      add_lanes(walk->program, cost->bits, reg->space, class_bits(reg->class));
  }
}

/* Where a test folds, one text after another: room for twice what it needs, and
 * more when a text needs more.  A lead has one text; its events have many, of
 * which each may need more room than there is. */
static uint64_t room_bytes(uint64_t length, bool many) {
  uint64_t bytes = 0, bound = fold_bound(length);
  for (; bound > 0; bound = many ? (bound - 1) / 2 : 0)
    bytes = plus(bytes, plus(times(2, bound), 16));
  return bytes;
}

/* Texts that are made, and lists of lanes, live until the end of the run. */
static void add_made(struct cost *cost, const struct walk *walk, const struct instruction *code) {
  switch (code->op) {
  case OP_FOLD:
  case OP_LOWER:
  case OP_UPPER:
  case OP_PLAIN:
    add_lanes(walk->program, cost->bits, code->space, times(8, plus(walk->lengths[code->d], 16)));
    break;
  case OP_ROLLING:
    add_lanes(walk->program, cost->bits, code->space, 8 * sizeof(uint32_t));
    add_lanes(walk->program, cost->bits, 0, 8 * sizeof(uint32_t));
    break;
  default:
    if (folds_itself(walk, code))
      add_lanes(walk->program, cost->bits, 0,
                times(8, room_bytes(walk->lengths[code->a], code->space != 0)));
    if ((code->op >= OP_ONCE_PER_NUMBER && code->op <= OP_ONCE_PER_LABEL) ||
        (code->op >= OP_DISTINCT_NUMBER && code->op <= OP_DISTINCT_LABEL)) {
      add_lanes(walk->program, cost->bits, code->space, 4 * 8 * sizeof(uint32_t));
      add_lanes(walk->program, cost->bits, 0, DISTINCT_COMPARED * 8 * sizeof(uint32_t));
    }
  }
}

/* ---- the whole ------------------------------------------------------------------------------- */

static void walk_code(struct cost *cost, struct walk *walk) {
  for (uint32_t i = 0; i < walk->section->code_count; i++) {
    const struct instruction *code = &walk->section->code[i];
    add_steps(cost, walk, i);
    follow_texts(walk, code);
    add_made(cost, walk, code);
  }
}

bool cost_init(struct cost *cost, const struct program *program, const struct section *section,
               const struct cost_options *options, const struct memory *memory) {
  uint32_t terms = program->kind_count + 1, rows = program->criterion_count + 1;
  size_t cells;
  *cost = (struct cost){.memory = *memory, .terms = terms, .rows = rows};
  if (!memory_multiply(terms, rows, &cells))
    return false;
  struct walk walk = {.program = program, .section = section, .options = options};
  size_t registers = (size_t)section->register_count + 1;
  walk.lengths = memory_zeroed(memory, registers, sizeof *walk.lengths);
  walk.folded = memory_zeroed(memory, registers, sizeof *walk.folded);
  cost->own = memory_zeroed(memory, cells, sizeof *cost->own);
  cost->shared = memory_zeroed(memory, cells, sizeof *cost->shared);
  cost->total = memory_zeroed(memory, terms, sizeof *cost->total);
  cost->bits = memory_zeroed(memory, terms, sizeof *cost->bits);
  bool ok = walk.lengths && walk.folded && cost->own && cost->shared && cost->total && cost->bits;
  if (ok) {
    walk_code(cost, &walk);
    add_registers(cost, &walk);
    add_columns(cost, program);
  }
  memory_free(memory, walk.lengths, registers, sizeof *walk.lengths);
  memory_free(memory, walk.folded, registers, sizeof *walk.folded);
  return ok;
}

void cost_clear(struct cost *cost) {
  size_t cells = (size_t)cost->terms * cost->rows;
  memory_free(&cost->memory, cost->own, cells, sizeof *cost->own);
  memory_free(&cost->memory, cost->shared, cells, sizeof *cost->shared);
  memory_free(&cost->memory, cost->total, cost->terms, sizeof *cost->total);
  memory_free(&cost->memory, cost->bits, cost->terms, sizeof *cost->bits);
  *cost = (struct cost){.memory = cost->memory};
}
