/* expr.c - expressions to code.
 *
 * An expression is lowered into the space where it lives: over the leads, or,
 * when it names a field of the innermost query's events, over those events.
 * Operands from the leads are then spread beside the events.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "compile/build.h"

#include <math.h>

static uint16_t wider(struct build *build, uint32_t a, uint32_t b) {
  uint16_t space = space_of(build, a);
  return space ? space : space_of(build, b);
}

static uint32_t emit1(struct build *build, enum opcode op, uint32_t a) {
  return emit(build, op, space_of(build, a), a, 0, 0);
}

/* d = op(a, constant b) */
static uint32_t emit_k(struct build *build, enum opcode op, uint32_t a, uint32_t constant) {
  return emit(build, op, space_of(build, a), a, constant, 0);
}

static uint32_t emit2(struct build *build, enum opcode op, uint32_t a, uint32_t b) {
  uint16_t space = wider(build, a, b);
  a = place(build, a, space);
  b = place(build, b, space);
  return emit(build, op, space, a, b, 0);
}

static uint32_t negate(struct build *build, uint32_t reg) {
  return emit1(build, OP_NOT, reg);
}

static uint32_t negate_if(struct build *build, bool negated, uint32_t reg) {
  return negated ? negate(build, reg) : reg;
}

/* ---- constants ----------------------------------------------------------- */

static uint32_t missing_constant(struct build *build, struct type type) {
  switch (register_class_of(type)) {
  case REGISTER_NUMBER: return emit(build, OP_MISSING_NUMBER, 0, 0, 0, 0);
  case REGISTER_MICROS: return emit(build, OP_MISSING_MICROS, 0, 0, 0, 0);
  case REGISTER_BOOL: return emit(build, OP_CONST_BOOL, 0, 2, 0, 0);
  case REGISTER_LABEL: return emit(build, OP_CONST_LABEL, 0, PROGRAM_NONE, 0, 0);
  default: return emit(build, OP_MISSING_TEXT, 0, 0, 0, 0);
  }
}

static uint32_t lower_constant(struct build *build, const struct expr *expr) {
  if (expr->missing)
    return missing_constant(build, expr->type);
  switch (expr->type.kind) {
  case TYPE_BOOL: return emit(build, OP_CONST_BOOL, 0, expr->boolean, 0, 0);
  case TYPE_TEXT: return emit(build, OP_CONST_TEXT, 0, constant_text(build, expr->text), 0, 0);
  case TYPE_TIME:
  case TYPE_DURATION:
    return emit(build, OP_CONST_MICROS, 0, constant_micros(build, expr->micros), 0, 0);
  case TYPE_LABEL: return emit(build, OP_CONST_LABEL, 0, expr->index, 0, 0);
  default: return emit(build, OP_CONST_NUMBER, 0, constant_number(build, expr->number), 0, 0);
  }
}

/* A constant that is there, of any type but a label's. */
static bool is_known_constant(const struct expr *expr) {
  return expr->is_constant && !expr->missing;
}

static bool is_label_constant(const struct expr *expr) {
  return expr->ref == REF_LABEL;
}

uint32_t true_register(struct build *build, uint16_t space) {
  return emit(build, OP_CONST_BOOL, space, 1, 0, 0);
}

/* ---- names ------------------------------------------------------------------ */

static uint32_t lower_field(struct build *build, const struct expr *expr) {
  static const enum opcode ops[] = {OP_FIELD_NUMBER, OP_FIELD_MICROS, OP_FIELD_TEXT,
                                    OP_FIELD_BOOL,   OP_FIELD_LABEL,  OP_FIELD_TEXTS};
  if (expr->index == 0)
    return emit(build, OP_ID, 0, 0, 0, 0);
  uint32_t field = record_field(build, expr->index);
  uint32_t reg = emit(build, ops[register_class_of(expr->type)], 0, field, 0, 0);
  build->field_registers[expr->index] = reg;
  return reg;
}

uint32_t event_column(struct build *build, uint32_t query_field) {
  static const enum opcode ops[] = {OP_EVENT_NUMBER, OP_EVENT_MICROS, OP_EVENT_TEXT,
                                    OP_EVENT_BOOL,   OP_EVENT_LABEL,  OP_EVENT_TEXTS};
  const struct scope scope = build->scope;
  struct type type = scope.query->fields[query_field].type;
  uint32_t column = record_column(build, scope.space, scope.query, query_field);
  return emit(build, ops[register_class_of(type)], scope.space, column, 0, 0);
}

/* Missing where there is no such result: see tests.c. */
static uint32_t hide(struct build *build, uint32_t reg) {
  switch (value_at(build, reg)->class) {
  case REGISTER_NUMBER:
    return emit(build, OP_SELECT_NUMBER, 0, build->hidden,
                emit(build, OP_MISSING_NUMBER, 0, 0, 0, 0), reg);
  case REGISTER_LABEL:
    return emit(build, OP_SELECT_LABEL, 0, build->hidden,
                emit(build, OP_CONST_LABEL, 0, PROGRAM_NONE, 0, 0), reg);
  default:
    return emit(build, OP_SELECT_BOOL, 0, build->hidden, emit(build, OP_CONST_BOOL, 0, 2, 0, 0),
                reg);
  }
}

static uint32_t lower_value_name(struct build *build, const struct model_value *value,
                                 struct type type) {
  uint32_t reg = value_register(build, value);
  if (build->hidden != PROGRAM_NONE && value->public_output)
    reg = hide(build, reg);
  bool outcome =
      value->kind == VALUE_BAND || value->kind == VALUE_GRID || value->kind == VALUE_CHOOSE;
  if (outcome && type.kind == TYPE_NUMBER)
    return emit_k(build, OP_LABEL_NUMBER, reg, outcome_labels(build, value));
  return reg;
}

static uint32_t lower_name(struct build *build, const struct expr *expr) {
  switch (expr->ref) {
  case REF_LEAD_FIELD: return lower_field(build, expr);
  case REF_EVENT_FIELD: return event_column(build, expr->index);
  case REF_EVENT_AT: return emit(build, OP_EVENT_AT, build->scope.space, 0, 0, 0);
  case REF_VALUE: return lower_value_name(build, expr->value, expr->type);
  case REF_STAGE: return build->stage;
  case REF_ENTERED: return emit_k(build, OP_ENTERED, build->entered, expr->index);
  case REF_AS_OF: return emit(build, OP_AS_OF, 0, 0, 0, 0);
  case REF_LABEL: return emit(build, OP_CONST_LABEL, 0, expr->index, 0, 0);
  default: return missing_constant(build, expr->type);
  }
}

/* ---- arithmetic ------------------------------------------------------------------ */

static uint32_t number_arithmetic(struct build *build, const struct expr *expr, uint32_t left) {
  static const enum opcode plain[] = {OP_ADD, OP_SUBTRACT, OP_MULTIPLY, OP_DIVIDE};
  static const enum opcode with_k[] = {OP_ADD_K, OP_SUBTRACT_K, OP_MULTIPLY_K, OP_DIVIDE_K};
  const struct expr *right = expr_seen(expr->right);
  if (is_known_constant(right) && isfinite(right->number))
    return emit_k(build, with_k[expr->arithmetic], left, constant_number(build, right->number));
  return emit2(build, plain[expr->arithmetic], left, lower_expr(build, right));
}

/* At least one operand is a time or a duration. */
static uint32_t micros_arithmetic(struct build *build, const struct expr *expr,
                                  struct type left_type, uint32_t left) {
  uint32_t right = lower_expr(build, expr->right);
  bool left_is_number = left_type.kind == TYPE_NUMBER;
  bool right_is_number = expr_seen(expr->right)->type.kind == TYPE_NUMBER;
  switch (expr->arithmetic) {
  case ARITH_ADD: return emit2(build, OP_MICROS_ADD, left, right);
  case ARITH_SUBTRACT: return emit2(build, OP_MICROS_SUBTRACT, left, right);
  case ARITH_MULTIPLY:
    return left_is_number ? emit2(build, OP_MICROS_SCALE, right, left)
                          : emit2(build, OP_MICROS_SCALE, left, right);
  default: return emit2(build, right_is_number ? OP_MICROS_SHRINK : OP_MICROS_RATIO, left, right);
  }
}

/* Chains such as a + b + c lean to the left, as long as their writer likes:
 * the spine is followed by a loop. */
static uint32_t lower_arithmetic(struct build *build, const struct expr *expr) {
  size_t depth = 0;
  const struct expr *leaf = expr;
  for (; leaf->kind == EXPR_ARITHMETIC && !leaf->is_constant; leaf = expr_seen(leaf->left))
    depth++;
  const struct expr **spine = arena_array(&build->scratch, depth + 1, sizeof *spine);
  if (!spine) {
    build->failed = true;
    return 0;
  }
  for (size_t i = 0; i < depth; i++, expr = expr_seen(expr->left))
    spine[i] = expr;
  uint32_t reg = lower_expr(build, leaf);
  struct type type = leaf->type;
  while (depth-- > 0) {
    const struct expr *node = spine[depth];
    bool numbers = type.kind == TYPE_NUMBER && expr_seen(node->right)->type.kind == TYPE_NUMBER;
    reg = numbers ? number_arithmetic(build, node, reg) : micros_arithmetic(build, node, type, reg);
    type = node->type;
  }
  return reg;
}

/* ---- comparisons -------------------------------------------------------------------- */

static uint32_t label_set_test(struct build *build, uint32_t label, const uint32_t *indices,
                               uint32_t count, uint32_t size) {
  if (count == 1)
    return emit_k(build, OP_LABEL_IS, label, indices[0]);
  uint32_t *table = arena_array(&build->scratch, (size_t)size + 1, sizeof *table);
  if (!table) {
    build->failed = true;
    return 0;
  }
  for (uint32_t i = 0; i < count; i++)
    table[indices[i]] = 1;
  return emit_k(build, OP_LABEL_IN, label, constant_table(build, table, size));
}

static uint32_t folded(struct build *build, uint32_t text) {
  uint32_t reg = value_at(build, text)->folded;
  if (reg) {
    share(build, reg);
    return reg;
  }
  reg = emit1(build, OP_FOLD, text);
  value_at(build, text)->folded = reg;
  return reg;
}

static uint32_t text_equal_test(struct build *build, const struct expr *left,
                                const struct expr *right, bool exactly) {
  if (is_known_constant(left)) {
    const struct expr *swap = left;
    left = right;
    right = swap;
  }
  uint32_t a = lower_expr(build, left);
  if (!exactly)
    a = folded(build, a);
  if (is_known_constant(right))
    return emit_k(build, OP_TEXT_IN, a, constant_text_set(build, &right->text, 1, !exactly));
  uint32_t b = lower_expr(build, right);
  return emit2(build, OP_TEXT_EQUAL, a, exactly ? b : folded(build, b));
}

static uint32_t label_equal_test(struct build *build, const struct expr *left,
                                 const struct expr *right) {
  if (is_label_constant(left)) {
    const struct expr *swap = left;
    left = right;
    right = swap;
  }
  uint32_t a = lower_expr(build, left);
  if (is_label_constant(right))
    return label_set_test(build, a, &right->index, 1, left->type.labels->count);
  return emit2(build, OP_LABEL_EQUAL, a, lower_expr(build, right));
}

static enum compare mirrored(enum compare compare) {
  static const enum compare mirror[] = {COMPARE_EQUAL,   COMPARE_NOT_EQUAL,
                                        COMPARE_GREATER, COMPARE_GREATER_EQUAL,
                                        COMPARE_LESS,    COMPARE_LESS_EQUAL};
  return mirror[compare];
}

static uint32_t number_compare(struct build *build, enum compare compare, const struct expr *left,
                               const struct expr *right) {
  static const enum opcode with_k[] = {OP_NUMBER_EQUAL_K,   OP_NUMBER_EQUAL_K,
                                       OP_NUMBER_LESS_K,    OP_NUMBER_LESS_EQUAL_K,
                                       OP_NUMBER_GREATER_K, OP_NUMBER_GREATER_EQUAL_K};
  static const enum opcode plain[] = {OP_NUMBER_EQUAL,      OP_NUMBER_EQUAL, OP_NUMBER_LESS,
                                      OP_NUMBER_LESS_EQUAL, OP_NUMBER_LESS,  OP_NUMBER_LESS_EQUAL};
  if (is_known_constant(left)) {
    const struct expr *swap = left;
    left = right;
    right = swap;
    compare = mirrored(compare);
  }
  uint32_t a = lower_expr(build, left), result;
  if (is_known_constant(right)) {
    result = emit_k(build, with_k[compare], a, constant_number(build, right->number));
  } else {
    uint32_t b = lower_expr(build, right);
    bool swap = compare == COMPARE_GREATER || compare == COMPARE_GREATER_EQUAL;
    result = swap ? emit2(build, plain[compare], b, a) : emit2(build, plain[compare], a, b);
  }
  return negate_if(build, compare == COMPARE_NOT_EQUAL, result);
}

/* Two's complement leaves only < and <= with a constant: a > k is not a <= k,
 * for unknown stays unknown under not. */
static uint32_t micros_compare(struct build *build, enum compare compare, const struct expr *left,
                               const struct expr *right) {
  static const enum opcode with_k[] = {OP_MICROS_EQUAL_K,      OP_MICROS_EQUAL_K,
                                       OP_MICROS_LESS_K,       OP_MICROS_LESS_EQUAL_K,
                                       OP_MICROS_LESS_EQUAL_K, OP_MICROS_LESS_K};
  static const enum opcode plain[] = {OP_MICROS_EQUAL,      OP_MICROS_EQUAL,      OP_MICROS_LESS,
                                      OP_MICROS_LESS_EQUAL, OP_MICROS_LESS_EQUAL, OP_MICROS_LESS};
  if (is_known_constant(left)) {
    const struct expr *swap = left;
    left = right;
    right = swap;
    compare = mirrored(compare);
  }
  bool negated = compare == COMPARE_NOT_EQUAL || compare == COMPARE_GREATER ||
                 compare == COMPARE_GREATER_EQUAL;
  uint32_t a = lower_expr(build, left);
  uint32_t result = is_known_constant(right)
                        ? emit_k(build, with_k[compare], a, constant_micros(build, right->micros))
                        : emit2(build, plain[compare], a, lower_expr(build, right));
  return negate_if(build, negated, result);
}

static uint32_t bool_compare(struct build *build, const struct expr *left,
                             const struct expr *right) {
  if (is_known_constant(left)) {
    const struct expr *swap = left;
    left = right;
    right = swap;
  }
  uint32_t a = lower_expr(build, left);
  if (is_known_constant(right))
    return negate_if(build, !right->boolean, a);
  return emit2(build, OP_BOOL_EQUAL, a, lower_expr(build, right));
}

static uint32_t lower_compare(struct build *build, const struct expr *expr) {
  const struct expr *left = expr_seen(expr->left), *right = expr_seen(expr->right);
  bool negated = expr->compare == COMPARE_NOT_EQUAL;
  switch (left->type.kind) {
  case TYPE_TEXT:
    return negate_if(build, negated, text_equal_test(build, left, right, expr->exactly));
  case TYPE_LABEL: return negate_if(build, negated, label_equal_test(build, left, right));
  case TYPE_BOOL: return negate_if(build, negated, bool_compare(build, left, right));
  case TYPE_TIME:
  case TYPE_DURATION: return micros_compare(build, expr->compare, left, right);
  default: return number_compare(build, expr->compare, left, right);
  }
}

static uint32_t lower_present(struct build *build, const struct expr *expr) {
  static const enum opcode known[] = {OP_KNOWN_NUMBER, OP_KNOWN_MICROS, OP_KNOWN_TEXT,
                                      OP_KNOWN_BOOL,   OP_KNOWN_LABEL,  OP_KNOWN_TEXTS};
  uint32_t a = lower_expr(build, expr->left);
  return negate_if(build, expr->negated, emit1(build, known[value_at(build, a)->class], a));
}

/* ---- sets ------------------------------------------------------------------------------ */

static uint32_t in_range(struct build *build, const struct expr *left, const struct set *set) {
  const struct expr *low = expr_seen(set->low), *high = expr_seen(set->high);
  bool numbers = left->type.kind == TYPE_NUMBER;
  uint32_t from = numbers ? number_compare(build, COMPARE_GREATER_EQUAL, left, low)
                          : micros_compare(build, COMPARE_GREATER_EQUAL, left, low);
  uint32_t to = numbers ? number_compare(build, COMPARE_LESS_EQUAL, left, high)
                        : micros_compare(build, COMPARE_LESS_EQUAL, left, high);
  return emit2(build, OP_AND, from, to);
}

/* An instant or duration is compared with each: such lists are short. */
static uint32_t micros_in(struct build *build, uint32_t a, const struct value_list *values) {
  uint32_t result = 0;
  for (uint32_t i = 0; i < values->count; i++) {
    uint32_t one = emit_k(build, OP_MICROS_EQUAL_K, a, constant_micros(build, values->micros[i]));
    result = i == 0 ? one : emit2(build, OP_OR, result, one);
  }
  if (values->count > 0)
    return result;
  uint32_t all = true_register(build, 0);
  return emit2(build, OP_BUT_NOT, emit1(build, OP_KNOWN_MICROS, a), all);
}

static uint32_t bool_in(struct build *build, uint32_t a, const struct value_list *values) {
  bool has[2] = {false, false};
  for (uint32_t i = 0; i < values->count; i++)
    has[values->bools[i]] = true;
  if (has[0] && has[1])
    return emit2(build, OP_OR, a, negate(build, a));
  return negate_if(build, has[0], a);
}

static uint32_t lower_in(struct build *build, const struct expr *expr) {
  const struct expr *left = expr_seen(expr->left);
  const struct value_list *values = expr->set->values;
  uint32_t result, set;
  if (expr->set->kind == SET_RANGE)
    return negate_if(build, expr->negated, in_range(build, left, expr->set));
  uint32_t a = lower_expr(build, left);
  switch (left->type.kind) {
  case TYPE_TEXT:
    set = constant_text_set(build, values->texts, values->count, true);
    result = emit_k(build, OP_TEXT_IN, folded(build, a), set);
    break;
  case TYPE_LABEL:
    result = label_set_test(build, a, values->labels, values->count, left->type.labels->count);
    break;
  case TYPE_TIME:
  case TYPE_DURATION: result = micros_in(build, a, values); break;
  case TYPE_BOOL: result = bool_in(build, a, values); break;
  default:
    result =
        emit_k(build, OP_NUMBER_IN, a, constant_number_set(build, values->numbers, values->count));
  }
  return negate_if(build, expr->negated, result);
}

static uint32_t match_set(struct build *build, const struct expr *expr, uint32_t a,
                          const struct text *texts, uint32_t count) {
  static const enum opcode any[] = {OP_CONTAINS_ANY, OP_STARTS_ANY, OP_ENDS_ANY, OP_LIKE_ANY,
                                    OP_MENTIONS_ANY};
  static const enum opcode all[] = {OP_CONTAINS_ALL, OP_STARTS_ALL, OP_ENDS_ALL, OP_LIKE_ALL,
                                    OP_MENTIONS_ALL};
  uint32_t set = constant_text_set(build, texts, count, true);
  bool is_all = expr->quantifier == QUANTIFIER_ALL;
  if (value_at(build, a)->class == REGISTER_TEXTS)
    return emit_k(build, is_all ? OP_HOLDS_ALL : OP_HOLDS_ANY, a, set);
  return emit_k(build, is_all ? all[expr->match] : any[expr->match], folded(build, a), set);
}

static uint32_t lower_match(struct build *build, const struct expr *expr) {
  static const enum opcode dynamic[] = {OP_CONTAINS, OP_STARTS, OP_ENDS, OP_LIKE, OP_MENTIONS};
  uint32_t a = lower_expr(build, expr->left), result;
  const struct expr *right = expr_seen(expr_right(expr));
  if (!right) {
    result = match_set(build, expr, a, expr->set->values->texts, expr->set->values->count);
  } else if (is_known_constant(right)) {
    result = match_set(build, expr, a, &right->text, 1);
  } else {
    uint32_t b = folded(build, lower_expr(build, right));
    bool is_list = value_at(build, a)->class == REGISTER_TEXTS;
    result = is_list ? emit2(build, OP_HOLDS, a, b)
                     : emit2(build, dynamic[expr->match], folded(build, a), b);
  }
  return negate_if(build, expr->negated, result);
}

/* ---- the rest ------------------------------------------------------------------------------ */

static uint32_t lower_chain(struct build *build, const struct expr *expr) {
  enum opcode op = expr->kind == EXPR_AND ? OP_AND : OP_OR;
  uint32_t result = lower_expr(build, expr->items);
  for (const struct expr *item = expr->items->next; item; item = item->next)
    result = emit2(build, op, result, lower_expr(build, item));
  return result;
}

static uint32_t emit_select(struct build *build, uint32_t condition, uint32_t then,
                            uint32_t otherwise) {
  static const enum opcode ops[] = {OP_SELECT_NUMBER, OP_SELECT_MICROS, OP_SELECT_TEXT,
                                    OP_SELECT_BOOL, OP_SELECT_LABEL};
  uint16_t space = space_of(build, condition);
  if (!space)
    space = wider(build, then, otherwise);
  enum opcode op = ops[value_at(build, then)->class];
  condition = place(build, condition, space);
  then = place(build, then, space);
  otherwise = place(build, otherwise, space);
  return emit(build, op, space, condition, then, otherwise);
}

/* The first true arm wins, so the arms are laid over one another from the last. */
static uint32_t lower_case(struct build *build, const struct expr *expr) {
  size_t count = 0;
  for (const struct case_arm *arm = expr->arms; arm; arm = arm->next)
    count++;
  const struct case_arm **arms = arena_array(&build->scratch, count + 1, sizeof *arms);
  if (!arms) {
    build->failed = true;
    return 0;
  }
  count = 0;
  for (const struct case_arm *arm = expr->arms; arm; arm = arm->next)
    arms[count++] = arm;
  uint32_t result = lower_expr(build, expr->right);
  while (count-- > 0) {
    uint32_t value = lower_expr(build, arms[count]->value);
    result = emit_select(build, lower_expr(build, arms[count]->condition), value, result);
  }
  return result;
}

static uint32_t fold_numbers(struct build *build, enum opcode op, const struct expr *items) {
  uint32_t result = lower_expr(build, items);
  for (const struct expr *item = items->next; item; item = item->next)
    result = emit2(build, op, result, lower_expr(build, item));
  return result;
}

static uint32_t lower_units(struct build *build, const struct expr *argument, int64_t unit) {
  uint32_t constant = constant_micros(build, unit);
  return emit_k(build, OP_MICROS_UNITS, lower_expr(build, argument), constant);
}

static uint32_t lower_call(struct build *build, const struct expr *expr) {
  static const enum opcode unary[BUILTIN_COUNT] = {
      [BUILTIN_LOWER] = OP_LOWER,
      [BUILTIN_UPPER] = OP_UPPER,
      [BUILTIN_TRIM] = OP_TRIM,
      [BUILTIN_PLAIN] = OP_PLAIN,
      [BUILTIN_LENGTH] = OP_LENGTH,
      [BUILTIN_DOMAIN] = OP_DOMAIN,
      [BUILTIN_LOCAL_PART] = OP_LOCAL_PART,
      [BUILTIN_HOST] = OP_HOST,
      [BUILTIN_PATH] = OP_PATH,
      [BUILTIN_ABS] = OP_ABSOLUTE,
      [BUILTIN_FLOOR] = OP_FLOOR,
      [BUILTIN_CEIL] = OP_CEILING,
      [BUILTIN_ROUND] = OP_ROUND,
      [BUILTIN_SQRT] = OP_ROOT,
      [BUILTIN_LOG] = OP_LOGARITHM,
      [BUILTIN_EXP] = OP_EXPONENTIAL,
      [BUILTIN_LOGISTIC] = OP_LOGISTIC,
      [BUILTIN_AGE] = OP_AGE,
      [BUILTIN_HOUR] = OP_HOUR,
      [BUILTIN_WEEKDAY] = OP_WEEKDAY,
  };
  if (expr->ref == REF_ENTERED)
    return lower_name(build, expr);
  const struct expr *first = expr->items;
  switch (expr->index) {
  case BUILTIN_MIN: return fold_numbers(build, OP_MINIMUM, first);
  case BUILTIN_MAX: return fold_numbers(build, OP_MAXIMUM, first);
  case BUILTIN_CLAMP: {
    uint32_t low = lower_expr(build, first->next);
    uint32_t raised = emit2(build, OP_MAXIMUM, lower_expr(build, first), low);
    return emit2(build, OP_MINIMUM, raised, lower_expr(build, first->next->next));
  }
  case BUILTIN_DAYS: return lower_units(build, first, CLOCK_DAY);
  case BUILTIN_HOURS: return lower_units(build, first, CLOCK_HOUR);
  default: return emit1(build, unary[expr->index], lower_expr(build, first));
  }
}

static uint32_t lower_distinct(struct build *build, uint32_t found, uint32_t column) {
  static const enum opcode ops[] = {OP_DISTINCT_NUMBER, OP_DISTINCT_MICROS, OP_DISTINCT_TEXT,
                                    OP_DISTINCT_BOOL, OP_DISTINCT_LABEL};
  unsigned class = value_at(build, column)->class;
  if (class == REGISTER_TEXT)
    column = folded(build, column);
  return emit2(build, ops[class], found, column);
}

static uint32_t lower_events(struct build *build, const struct expr *expr) {
  uint16_t space = record_space(build, expr->query);
  struct scope outer = enter_query(build, expr->query, space);
  uint32_t found = lower_query(build, expr->query, space);
  uint32_t at = emit(build, OP_EVENT_AT, space, 0, 0, 0);
  uint32_t of = expr->left ? place(build, lower_expr(build, expr->left), space) : 0;
  build->scope = outer;
  switch (expr->reduce) {
  case REDUCE_COUNT: return emit1(build, OP_COUNT, found);
  case REDUCE_HAS: return emit1(build, OP_HAS, found);
  case REDUCE_FIRST: return emit2(build, OP_FIRST_AT, found, at);
  case REDUCE_LAST: return emit2(build, OP_LAST_AT, found, at);
  case REDUCE_SUM: return emit2(build, OP_SUM, found, of);
  case REDUCE_MEAN: return emit2(build, OP_MEAN, found, of);
  case REDUCE_LARGEST: return emit2(build, OP_LARGEST, found, of);
  case REDUCE_SMALLEST: return emit2(build, OP_SMALLEST, found, of);
  default: return lower_distinct(build, found, of);
  }
}

static uint32_t lower_negate(struct build *build, const struct expr *expr) {
  uint32_t a = lower_expr(build, expr->left);
  return emit1(build, expr->type.kind == TYPE_NUMBER ? OP_NEGATE : OP_MICROS_NEGATE, a);
}

static uint32_t lower_seen(struct build *build, const struct expr *expr) {
  if (build->failed)
    return 0;
  if (expr->is_constant)
    return lower_constant(build, expr);
  switch (expr->kind) {
  case EXPR_NAME: return lower_name(build, expr);
  case EXPR_NEGATE: return lower_negate(build, expr);
  case EXPR_NOT: return negate(build, lower_expr(build, expr->left));
  case EXPR_AND:
  case EXPR_OR: return lower_chain(build, expr);
  case EXPR_ARITHMETIC: return lower_arithmetic(build, expr);
  case EXPR_COMPARE: return lower_compare(build, expr);
  case EXPR_PRESENT: return lower_present(build, expr);
  case EXPR_IN: return lower_in(build, expr);
  case EXPR_MATCH: return lower_match(build, expr);
  case EXPR_CASE: return lower_case(build, expr);
  case EXPR_CALL: return lower_call(build, expr);
  case EXPR_EVENTS: return lower_events(build, expr);
  default: return expr->ref == REF_LABEL ? lower_name(build, expr) : lower_constant(build, expr);
  }
}

/* The field that an expression is, if its column is there already; or PROGRAM_NONE. */
static uint32_t known_field(struct build *build, const struct expr *expr) {
  bool is_field = expr->ref == REF_LEAD_FIELD && expr->kind == EXPR_NAME && !expr->expanded;
  uint32_t reg = is_field && !build->failed ? build->field_registers[expr->index] : PROGRAM_NONE;
  if (reg != PROGRAM_NONE)
    share(build, reg);
  return reg;
}

/* What is emitted is at the expression's place, but inside a call at that of the call. */
uint32_t lower_expr(struct build *build, const struct expr *expr) {
  uint32_t known = known_field(build, expr);
  if (known != PROGRAM_NONE)
    return known;
  struct origin outer = build->origin;
  if (!outer.expanded) {
    build->origin.source = expr->span.source;
    build->origin.begin = expr->span.begin;
    build->origin.expanded = expr->expanded;
  }
  uint32_t reg = lower_seen(build, expr_seen(expr));
  build->origin = outer;
  return reg;
}
