/* symbols.c - text that is only compared for equality becomes a number.
 *
 * A field of type text is read as a symbol when all that the code asks of it
 * is whether it is there, and which of some constants it is but for case.  The
 * reader then looks its value up once, in a set of all constants that the field
 * is compared with, and each comparison is one of numbers:
 *
 *     department is "Marketing"                  d = FIELD_LABEL department
 *     department in ["sales", "marketing"]       LABEL_IS d, 0      LABEL_WITHIN d, 0, 1
 *
 * Constants are numbered as the code names them, so that a list is mostly a run
 * of numbers; a list of few runs is tested run by run, one of many by a table.
 *
 * What is done with a text shows in the finished code, which is why this is a
 * pass over it.  Fields of events that meet in one column of a space must agree:
 * they are of one class, and what holds for one of them holds for all.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "compile/build.h"

#include "base/unicode.h"

#include <string.h>

enum {
  FEW_RUNS = 3, /* tested one by one: as fast as a table */
  SPARSE = 16   /* a table may have so many entries for each constant that it is about */
};

/* What is known of a class of fields.  Only that of its first member counts. */
struct symbol_class {
  uint32_t parent;   /* a member nearer to the first, or itself */
  bool as_text;      /* something needs the bytes */
  struct list texts; /* struct text, folded: what it is compared with */
  uint32_t set;      /* index into text_sets; PROGRAM_NONE until it is made */
};

struct symbols {
  struct build *build;
  struct symbol_class *classes; /* one per field: those of the lead, then those of the kinds */
  uint32_t *first;              /* kind -> the class of its first field */
  uint32_t count;
  uint32_t *source;   /* register -> the class of the text that it holds, maybe folded; or none */
  uint32_t *unfolded; /* register -> the one that the text came in */
  size_t register_count;
  struct intern numbers; /* class and text -> number */
  size_t kept;           /* instructions that are in place */
  struct list inserted;  /* struct inserted: those for which there was no place */
  bool *asked;           /* of each text set: a test asks it that is kept */
};

/* An instruction that belongs before the kept one of this index. */
struct inserted {
  size_t before;
  struct instruction code;
};

/* ---- classes ---------------------------------------------------------------- */

static uint32_t class_of(struct symbols *symbols, uint32_t member) {
  struct symbol_class *classes = symbols->classes;
  while (classes[member].parent != member) {
    classes[member].parent = classes[classes[member].parent].parent;
    member = classes[member].parent;
  }
  return member;
}

static bool begin(struct symbols *symbols) {
  struct build *build = symbols->build;
  uint32_t kinds = build->model->kind_count;
  symbols->first = arena_array(&build->scratch, (size_t)kinds + 1, sizeof *symbols->first);
  symbols->count = (uint32_t)build->fields.count;
  for (uint32_t k = 0; symbols->first && k < kinds; k++) {
    symbols->first[k] = symbols->count;
    symbols->count += (uint32_t)build->kinds[k].fields.count;
  }
  symbols->classes =
      arena_array(&build->scratch, (size_t)symbols->count + 1, sizeof *symbols->classes);
  size_t registers = symbols->register_count = build->values.count;
  symbols->source = arena_room(&build->scratch, registers + 1, sizeof *symbols->source);
  symbols->unfolded = arena_room(&build->scratch, registers + 1, sizeof *symbols->unfolded);
  symbols->asked = arena_array(&build->scratch, build->text_sets.count + 1, sizeof(bool));
  if (!symbols->first || !symbols->classes || !symbols->source || !symbols->unfolded ||
      !symbols->asked)
    return false;
  for (uint32_t c = 0; c < symbols->count; c++)
    symbols->classes[c] = (struct symbol_class){.parent = c, .set = PROGRAM_NONE};
  memset(symbols->source, 0xff, registers * sizeof *symbols->source);
  return true;
}

static struct space_column *columns_of(const struct space_build *space) {
  return space->columns.items;
}

/* The class of the fields that fill a column; none if it is always missing. */
static uint32_t class_of_column(struct symbols *symbols, const struct space_build *space,
                                uint32_t column) {
  const uint32_t *fields = columns_of(space)[column].field_of_kind;
  for (uint32_t k = 0; k < space->space.kind_count; k++)
    if (fields[k] != PROGRAM_NONE)
      return class_of(symbols, symbols->first[space->space.kinds[k]] + fields[k]);
  return PROGRAM_NONE;
}

static void join_column(struct symbols *symbols, const struct space_build *space, uint32_t column) {
  const uint32_t *fields = columns_of(space)[column].field_of_kind;
  for (uint32_t k = 0; k < space->space.kind_count; k++)
    if (fields[k] != PROGRAM_NONE) {
      uint32_t other = class_of(symbols, symbols->first[space->space.kinds[k]] + fields[k]);
      symbols->classes[other].parent = class_of_column(symbols, space, column);
    }
}

static void join_columns(struct symbols *symbols) {
  const struct list *list = &symbols->build->spaces;
  const struct space_build *spaces = list->items;
  for (size_t s = 0; s < list->count; s++)
    for (uint32_t c = 0; c < spaces[s].columns.count; c++)
      if (columns_of(&spaces[s])[c].kind == COLUMN_TEXT)
        join_column(symbols, &spaces[s], c);
}

/* ---- what the code does with texts --------------------------------------------- */

static uint32_t source_of(const struct symbols *symbols, uint32_t reg) {
  return reg < symbols->register_count ? symbols->source[reg] : PROGRAM_NONE;
}

static bool is_about_text(const struct build *build, const struct instruction *code) {
  const struct shape *shape = &build->shapes[code->op];
  return shape->texts || shape->class == REGISTER_TEXT;
}

static void need_text(struct symbols *symbols, uint32_t reg) {
  uint32_t class = source_of(symbols, reg);
  if (class != PROGRAM_NONE)
    symbols->classes[class].as_text = true;
}

/* A test for equality but for case, or for being there. */
static bool is_test(const struct symbols *symbols, const struct instruction *code) {
  const struct text_set *sets = symbols->build->text_sets.items;
  return code->op == OP_KNOWN_TEXT || (code->op == OP_TEXT_IN && sets[code->b].folded);
}

static void look_at(struct symbols *symbols, const struct instruction *code) {
  const struct space_build *spaces = symbols->build->spaces.items;
  uint8_t texts = symbols->build->shapes[code->op].texts;
  if (code->op == OP_FIELD_TEXT)
    symbols->source[code->d] = code->a;
  else if (code->op == OP_EVENT_TEXT)
    symbols->source[code->d] = class_of_column(symbols, &spaces[code->space - 1], code->a);
  else if (code->op == OP_FOLD)
    symbols->source[code->d] = source_of(symbols, code->a);
  else if (!is_test(symbols, code)) {
    const uint32_t operands[] = {code->a, code->b, code->c};
    for (int i = 0; i < 3; i++)
      if (texts >> i & 1)
        need_text(symbols, operands[i]);
  }
}

static void look(struct symbols *symbols) {
  const struct build *build = symbols->build;
  const struct instruction *code = build->code.items;
  const struct value *values = build->values.items;
  for (size_t i = 0; i < build->code.count; i++)
    if (is_about_text(build, &code[i]))
      look_at(symbols, &code[i]);
  for (size_t v = 0; v < build->values.count; v++)
    if (values[v].result || values[v].reason)
      need_text(symbols, (uint32_t)v);
}

static bool is_symbol(struct symbols *symbols, uint32_t class) {
  return class != PROGRAM_NONE && !symbols->classes[class_of(symbols, class)].as_text;
}

/* ---- numbers ---------------------------------------------------------------------- */

/* The number of a folded text in a class, which gets it if `add`; else the
 * number of all that are none of the texts. */
static uint32_t number_of(struct symbols *symbols, uint32_t class, struct text text, bool add) {
  struct build *build = symbols->build;
  struct list *texts = &symbols->classes[class].texts;
  bool is_new;
  uint32_t number = intern_index(build, &symbols->numbers, class, text, texts->count, &is_new);
  struct text *item = add && is_new ? list_add(build, texts, sizeof *item) : NULL;
  if (item)
    *item = text;
  return number;
}

static void number_constants(struct symbols *symbols) {
  const struct build *build = symbols->build;
  const struct instruction *code = build->code.items;
  const struct text_set *sets = build->text_sets.items;
  for (size_t i = 0; i < build->code.count; i++) {
    uint32_t class = code[i].op == OP_TEXT_IN ? source_of(symbols, code[i].a) : PROGRAM_NONE;
    if (!is_symbol(symbols, class))
      continue;
    for (uint32_t n = 0; n < sets[code[i].b].count; n++)
      number_of(symbols, class_of(symbols, class), sets[code[i].b].items[n], true);
  }
}

/* ---- tests of numbers -------------------------------------------------------------- */

/* Some numbers of a class, ascending, each once. */
struct chosen {
  uint32_t *items;
  uint32_t count, runs; /* runs of neighbours */
};

static void sort(uint32_t *items, uint32_t count) {
  for (uint32_t gap = count / 2; gap > 0; gap /= 2)
    for (uint32_t i = gap; i < count; i++)
      for (uint32_t j = i; j >= gap && items[j - gap] > items[j]; j -= gap) {
        uint32_t swap = items[j];
        items[j] = items[j - gap];
        items[j - gap] = swap;
      }
}

static struct chosen choose(struct symbols *symbols, uint32_t class, const struct text_set *set) {
  struct build *build = symbols->build;
  struct chosen chosen = {
      .items = arena_array(&build->scratch, (size_t)set->count + 1, sizeof *chosen.items)};
  if (!chosen.items) {
    build->failed = true;
    return chosen;
  }
  for (uint32_t n = 0; n < set->count; n++)
    chosen.items[n] = number_of(symbols, class, set->items[n], true);
  sort(chosen.items, set->count);
  for (uint32_t n = 0; n < set->count; n++) {
    uint32_t item = chosen.items[n];
    if (chosen.count && chosen.items[chosen.count - 1] == item)
      continue;
    chosen.runs += chosen.count == 0 || chosen.items[chosen.count - 1] + 1 != item;
    chosen.items[chosen.count++] = item;
  }
  return chosen;
}

/* An intermediate result on the way to register d. */
static uint32_t between(struct build *build, uint32_t d) {
  struct value made = *value_at(build, d);
  struct value *value = list_add(build, &build->values, sizeof *value);
  made.result = made.reason = false;
  if (value)
    *value = made;
  return (uint32_t)build->values.count - 1;
}

/* Puts the next instruction of the new code in place of the ones that were
 * looked at, which `next` stands behind; or notes that there is no place. */
static void put(struct symbols *symbols, struct instruction instruction, size_t next) {
  struct build *build = symbols->build;
  if (build->shapes[instruction.op].asks_set)
    symbols->asked[instruction.b] = true;
  if (symbols->kept < next) {
    ((struct instruction *)build->code.items)[symbols->kept++] = instruction;
    return;
  }
  struct inserted *item = list_room(build, &symbols->inserted, sizeof *item);
  if (item)
    *item = (struct inserted){symbols->kept, instruction};
}

static struct instruction run_test(const struct instruction *test, uint32_t first, uint32_t last) {
  if (first == last)
    return (struct instruction){OP_LABEL_IS, test->space, 0, test->a, first, 0};
  return (struct instruction){OP_LABEL_WITHIN, test->space, 0, test->a, first, last};
}

/* Run by run; the last instruction writes what the test would have written. */
static void test_runs(struct symbols *symbols, const struct instruction *test, size_t next,
                      struct chosen chosen) {
  struct build *build = symbols->build;
  uint32_t so_far = PROGRAM_NONE, left = chosen.runs;
  for (uint32_t i = 0, end; i < chosen.count; i = end) {
    for (end = i + 1; end < chosen.count && chosen.items[end] == chosen.items[end - 1] + 1;)
      end++;
    left--;
    struct instruction one = run_test(test, chosen.items[i], chosen.items[end - 1]);
    one.d = chosen.runs == 1 ? test->d : between(build, test->d);
    put(symbols, one, next);
    if (so_far != PROGRAM_NONE) {
      struct instruction either = {OP_OR, test->space, 0, so_far, one.d, 0};
      either.d = left == 0 ? test->d : between(build, test->d);
      put(symbols, either, next);
      one = either;
    }
    so_far = one.d;
  }
}

static void test_table(struct symbols *symbols, struct instruction test, size_t next,
                       uint32_t class, struct chosen chosen) {
  struct build *build = symbols->build;
  uint32_t size = (uint32_t)symbols->classes[class].texts.count + 1;
  uint32_t *table = arena_array(&build->scratch, size, sizeof *table);
  if (!table) {
    build->failed = true;
    return;
  }
  for (uint32_t i = 0; i < chosen.count; i++)
    table[chosen.items[i]] = 1;
  test.op = OP_LABEL_IN;
  test.b = constant_table(build, table, size);
  put(symbols, test, next);
}

static void rewrite_test(struct symbols *symbols, const struct instruction *test, size_t next,
                         uint32_t class) {
  struct build *build = symbols->build;
  const struct text_set *set = (const struct text_set *)build->text_sets.items + test->b;
  size_t numbers = symbols->classes[class].texts.count;
  struct chosen chosen = choose(symbols, class, set);
  bool many = chosen.runs > FEW_RUNS && numbers / SPARSE <= chosen.count;
  if (build->failed)
    return;
  if (chosen.runs == 0 || many)
    test_table(symbols, *test, next, class, chosen);
  else
    test_runs(symbols, test, next, chosen);
}

/* ---- the pass over the code ----------------------------------------------------------- */

static void rewrite(struct symbols *symbols, struct instruction one, size_t next) {
  struct build *build = symbols->build;
  bool reads = one.op == OP_FIELD_TEXT || one.op == OP_EVENT_TEXT || one.op == OP_FOLD;
  bool asks = one.op == OP_KNOWN_TEXT || one.op == OP_TEXT_IN;
  uint32_t class = reads  ? source_of(symbols, one.d)
                   : asks ? source_of(symbols, one.a)
                          : PROGRAM_NONE;
  if (!is_symbol(symbols, class)) {
    put(symbols, one, next);
    return;
  }
  if (asks)
    one.a = symbols->unfolded[one.a];
  switch (one.op) {
  case OP_FOLD: symbols->unfolded[one.d] = symbols->unfolded[one.a]; return;
  case OP_TEXT_IN: rewrite_test(symbols, &one, next, class_of(symbols, class)); return;
  case OP_KNOWN_TEXT: one.op = OP_KNOWN_LABEL; break;
  default:
    symbols->unfolded[one.d] = one.d;
    one.op = one.op == OP_FIELD_TEXT ? OP_FIELD_LABEL : OP_EVENT_LABEL;
    value_at(build, one.d)->class = REGISTER_LABEL;
  }
  put(symbols, one, next);
}

/* What was noted gets its place: from the end, everything moves up. */
static void insert(struct symbols *symbols) {
  struct list *list = &symbols->build->code;
  const struct inserted *inserted = symbols->inserted.items;
  size_t from = symbols->kept, left = symbols->inserted.count, to = from + left;
  if (!memory_reserve(&symbols->build->memory, &list->items, &list->capacity, to,
                      sizeof(struct instruction))) {
    symbols->build->failed = true;
    return;
  }
  list->count = to;
  for (struct instruction *code = list->items; left > 0;)
    code[--to] = inserted[left - 1].before == from ? inserted[--left].code : code[--from];
}

static void rewrite_code(struct symbols *symbols) {
  struct build *build = symbols->build;
  struct instruction *code = build->code.items;
  for (size_t i = 0; i < build->code.count && !build->failed; i++)
    if (is_about_text(build, &code[i]))
      rewrite(symbols, code[i], i + 1);
    else
      put(symbols, code[i], i + 1);
  if (!build->failed)
    insert(symbols);
  list_clear(build, &symbols->inserted, sizeof(struct inserted));
}

/* ---- what the reader is told -------------------------------------------------------------- */

static uint32_t add_set(struct symbols *symbols, struct symbol_class *class) {
  struct build *build = symbols->build;
  struct text_set *set = list_add(build, &build->text_sets, sizeof *set);
  if (!set)
    return 0;
  const struct text *items = list_keep(build, &class->texts, sizeof(struct text));
  *set = (struct text_set){.count = (uint32_t) class->texts.count, .items = items, .folded = true};
  return (uint32_t)build->text_sets.count - 1;
}

/* The default as it is found in the batch. */
static const struct program_value *keep_default(struct symbols *symbols, uint32_t class,
                                                const struct program_value *from) {
  struct build *build = symbols->build;
  struct program_value *value =
      from && !build->failed ? arena_alloc(&build->program->arena, sizeof *value) : NULL;
  char *folded =
      value ? arena_alloc(&build->scratch, TEXT_FOLD_BOUND(from->text.length) + 1) : NULL;
  if (!folded) {
    build->failed |= from != NULL;
    return NULL;
  }
  *value = *from;
  struct text text = {folded, text_fold(from->text, folded)};
  value->label = number_of(symbols, class, text, false);
  return value;
}

static void change_field(struct symbols *symbols, uint32_t member, struct program_field *field) {
  uint32_t class = class_of(symbols, member);
  struct symbol_class *of = &symbols->classes[class];
  if (field->kind != COLUMN_TEXT || of->as_text)
    return;
  if (of->set == PROGRAM_NONE)
    of->set = add_set(symbols, of);
  field->kind = COLUMN_SYMBOL;
  field->labels = of->set;
  field->default_value = keep_default(symbols, class, field->default_value);
}

static void change_fields(struct symbols *symbols) {
  struct build *build = symbols->build;
  struct program_field *fields = build->fields.items;
  for (uint32_t f = 0; f < build->fields.count; f++)
    change_field(symbols, f, &fields[f]);
  for (uint32_t k = 0; k < build->model->kind_count; k++) {
    fields = build->kinds[k].fields.items;
    for (uint32_t f = 0; f < build->kinds[k].fields.count; f++)
      change_field(symbols, symbols->first[k] + f, &fields[f]);
  }
}

static void change_columns(struct symbols *symbols) {
  const struct list *list = &symbols->build->spaces;
  const struct space_build *spaces = list->items;
  for (size_t s = 0; s < list->count; s++)
    for (uint32_t c = 0; c < spaces[s].columns.count; c++) {
      struct space_column *column = (struct space_column *)spaces[s].columns.items + c;
      if (column->kind == COLUMN_TEXT &&
          is_symbol(symbols, class_of_column(symbols, &spaces[s], c)))
        column->kind = COLUMN_SYMBOL;
    }
}

/* Most sets were only asked by tests that are gone: the rest moves together. */
static void drop_sets(struct symbols *symbols) {
  struct build *build = symbols->build;
  struct text_set *sets = build->text_sets.items;
  struct instruction *code = build->code.items;
  uint32_t *moved = arena_array(&build->scratch, build->text_sets.count + 1, sizeof *moved);
  uint32_t kept = 0;
  if (!moved) {
    build->failed = true;
    return;
  }
  for (uint32_t n = 0; n < build->text_sets.count; n++)
    if (symbols->asked[n]) {
      sets[kept] = sets[n];
      moved[n] = kept++;
    }
  for (size_t i = 0; i < build->code.count && kept > 0; i++)
    if (build->shapes[code[i].op].asks_set)
      code[i].b = moved[code[i].b];
  build->text_sets.count = kept;
}

void make_symbols(struct build *build) {
  struct symbols symbols = {.build = build};
  if (build->failed)
    return;
  if (!begin(&symbols)) {
    build->failed = true;
    return;
  }
  join_columns(&symbols);
  look(&symbols);
  number_constants(&symbols);
  rewrite_code(&symbols);
  if (!build->failed)
    drop_sets(&symbols);
  change_columns(&symbols); /* before the fields: they tell the columns' kinds */
  change_fields(&symbols);
  for (uint32_t c = 0; c < symbols.count; c++)
    list_clear(build, &symbols.classes[c].texts, sizeof(struct text));
  intern_clear(build, &symbols.numbers);
}
