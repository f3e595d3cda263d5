/* disasm.c - code in words: instructions with their operands filled in.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "inspect/disasm.h"

#include "inspect/meanings.h"

#include <string.h>

/* Items of a set that are shown, before `… 96 more`. */
enum { SHOWN_ITEMS = 6 };

/* The instruction whose words are being put. */
struct line {
  struct disasm *disasm;
  struct words *words;
  const struct program *program;
  const struct instruction *code;
  uint32_t meaning; /* of its labels or microseconds */
};

/* ---- sets and tables ----------------------------------------------------------- */

static void begin_item(struct words *words, uint32_t index) {
  words_put(words, index == 0 ? "{" : ", ");
}

static void end_items(struct words *words, uint32_t count) {
  if (count == 0)
    words_put(words, "{");
  if (count > SHOWN_ITEMS) {
    words_put(words, ", … ");
    words_count(words, count - SHOWN_ITEMS);
    words_put(words, " more");
  }
  words_put(words, "}");
}

static uint32_t shown(uint32_t count) {
  return count < SHOWN_ITEMS ? count : SHOWN_ITEMS;
}

static void put_symbol(struct line *line, const struct text_set *set, uint32_t symbol) {
  if (symbol < set->count)
    words_quoted(line->words, set->items[symbol]);
  else
    words_put(line->words, "none of these");
}

static void put_label(struct line *line, uint32_t label) {
  const struct program *program = line->program;
  if (label == PROGRAM_NONE) {
    words_put(line->words, "missing");
  } else if (line->meaning == MEANING_EXCLUDE && label < program->exclude_count) {
    words_quoted(line->words, program->excludes[label]);
  } else if (line->meaning - MEANING_SYMBOLS < program->text_set_count) {
    put_symbol(line, &program->text_sets[line->meaning - MEANING_SYMBOLS], label);
  } else if (line->meaning < program->labels_count &&
             label < program->labels[line->meaning].count) {
    words_text(line->words, program->labels[line->meaning].labels[label]);
  } else {
    words_put(line->words, "label ");
    words_count(line->words, label);
  }
}

static void put_text_set(struct line *line, const struct text_set *set) {
  for (uint32_t i = 0; i < shown(set->count); i++) {
    begin_item(line->words, i);
    words_quoted(line->words, set->items[i]);
  }
  end_items(line->words, set->count);
}

static void put_number_set(struct line *line, const struct number_set *set) {
  for (uint32_t i = 0; i < shown(set->count); i++) {
    begin_item(line->words, i);
    words_number(line->words, set->items[i]);
  }
  end_items(line->words, set->count);
}

/* The labels that have a 1. */
static void put_label_set(struct line *line, const struct index_table *table) {
  uint32_t count = 0;
  for (uint32_t i = 0; i < table->count; i++) {
    if (!table->items[i])
      continue;
    if (count < SHOWN_ITEMS) {
      begin_item(line->words, count);
      put_label(line, i);
    }
    count++;
  }
  end_items(line->words, count);
}

/* The cells row by row, behind the number of columns. */
static void put_grid(struct line *line, const struct index_table *table) {
  uint32_t columns = table->items[0], cells = table->count - 1;
  for (uint32_t i = 0; i < shown(cells); i++) {
    words_put(line->words, i == 0 ? "{" : columns && i % columns == 0 ? "; " : ", ");
    put_label(line, table->items[i + 1]);
  }
  end_items(line->words, cells);
}

static void put_bands(struct line *line, const struct band_table *bands) {
  for (uint32_t i = 0; i < shown(bands->count); i++) {
    begin_item(line->words, i);
    put_label(line, i);
    words_put(line->words, " from ");
    words_number(line->words, bands->bounds[i]);
  }
  end_items(line->words, bands->count);
}

static void put_table(struct line *line, uint32_t index) {
  const struct index_table *table = &line->program->tables[index];
  if (line->code->op == OP_GRID)
    put_grid(line, table);
  else
    put_label_set(line, table);
}

/* ---- operands --------------------------------------------------------------------- */

static void put_micros(struct line *line, uint32_t index) {
  int64_t micros = line->program->micros[index];
  if (line->meaning == MEANING_TIME)
    words_instant(line->words, micros);
  else
    words_duration(line->words, micros);
}

/* A column has the name of the field that fills it in the first kind that has it. */
static void put_column(struct line *line, uint32_t index) {
  const struct program_space *space = &line->program->spaces[line->code->space - 1];
  const uint32_t *fields = space->columns[index].field_of_kind;
  for (uint32_t k = 0; k < space->kind_count; k++)
    if (fields[k] != PROGRAM_NONE) {
      words_text(line->words, line->program->kinds[space->kinds[k]].fields[fields[k]].name);
      return;
    }
  words_count(line->words, index);
}

static bool is_label_number(uint16_t op) {
  return op == OP_CONST_LABEL || op == OP_LABEL_IS || op == OP_LABEL_WITHIN || op == OP_ENTERED;
}

/* A number stands for itself, but for a few opcodes. */
static void put_plain(struct line *line, uint32_t number) {
  static const char *const bools[] = {"false", "true", "unknown"};
  if (line->code->op == OP_CONST_BOOL && number < 3)
    words_put(line->words, bools[number]);
  else if (is_label_number(line->code->op))
    put_label(line, number);
  else
    words_count(line->words, number);
}

static void put_operand(struct line *line, char letter, uint32_t operand) {
  const struct program *program = line->program;
  struct words *words = line->words;
  switch (letter) {
  case 'k': words_number(words, program->numbers[operand]); break;
  case 'i': put_micros(line, operand); break;
  case 's': words_quoted(words, program->texts[operand]); break;
  case 'S': put_text_set(line, &program->text_sets[operand]); break;
  case 'R': put_number_set(line, &program->number_sets[operand]); break;
  case 'Q': put_table(line, operand); break;
  case 'W': put_bands(line, &program->band_tables[operand]); break;
  case 'D': words_decay(words, &program->decays[operand]); break;
  case 'U':
    words_number(words, program->units[operand].numerator / program->units[operand].denominator);
    break;
  case 'P': words_text(words, program->labels[operand].name); break;
  case 'f': words_text(words, program->fields[operand].name); break;
  case 'c': put_column(line, operand); break;
  case 'u': put_plain(line, operand); break;
  default: words_put(words, "r"); words_count(words, operand);
  }
}

/* Puts the operand whose letter, d a b or c, it is; false if it is none. */
static bool put_named(struct line *line, struct text word) {
  static const char letters[4] = "dabc";
  const struct instruction *code = line->code;
  const uint32_t operands[] = {code->d, code->a, code->b, code->c};
  const char *letter = word.length == 1 ? memchr(letters, word.bytes[0], sizeof letters) : NULL;
  if (!letter)
    return false;
  size_t index = (size_t)(letter - letters);
  put_operand(line, opcode_infos[code->op].shape[index], operands[index]);
  return true;
}

/* ---- synopsis and prose --------------------------------------------------------------- */

static bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/* `k[b]`: the constant that b counts. */
static bool is_constant(struct text rest) {
  return rest.length >= 4 && rest.bytes[1] == '[' && rest.bytes[3] == ']' &&
         memchr("kisSRQWDUP", rest.bytes[0], 10) != NULL;
}

/* Words that are operands become what they stand for. */
static void put_synopsis(struct line *line) {
  struct text rest = text_from(opcode_infos[line->code->op].synopsis);
  while (rest.length > 0) {
    size_t length = 0;
    while (length < rest.length && is_letter(rest.bytes[length]))
      length++;
    if (length == 1 && is_constant(rest)) {
      put_named(line, (struct text){rest.bytes + 2, 1});
      length = 4;
    } else if (length == 0 || !put_named(line, (struct text){rest.bytes, length})) {
      length = length ? length : 1;
      words_text(line->words, (struct text){rest.bytes, length});
    }
    rest = (struct text){rest.bytes + length, rest.length - length};
  }
}

/* In prose, where `a` may be an article, operands are between backquotes. */
static void put_prose(struct line *line) {
  for (const char *at = opcode_infos[line->code->op].prose; *at; at++)
    if (at[0] == '`' && at[1] && at[2] == '`' && put_named(line, (struct text){at + 1, 1}))
      at += 2;
    else
      words_text(line->words, (struct text){at, 1});
}

/* ---- lines ------------------------------------------------------------------------------- */

bool disasm_init(struct disasm *disasm, const struct program *program,
                 const struct section *section, const struct memory *memory) {
  *disasm = (struct disasm){.program = program, .section = section};
  words_init(&disasm->words, memory);
  disasm->meanings = meanings_find(program, section, memory);
  return disasm->meanings || section->code_count == 0;
}

void disasm_clear(struct disasm *disasm) {
  if (disasm->meanings)
    memory_free(&disasm->words.memory, disasm->meanings, disasm->section->code_count,
                sizeof *disasm->meanings);
  disasm->meanings = NULL;
  words_clear(&disasm->words);
}

bool disasm_line(struct disasm *disasm, uint32_t index, struct disasm_line *out) {
  struct words *words = &disasm->words;
  struct line line = {disasm, words, disasm->program, &disasm->section->code[index],
                      disasm->meanings[index]};
  words->length = 0;
  words_space(words, disasm->program, line.code->space);
  size_t operation = words->length;
  put_synopsis(&line);
  size_t meaning = words->length;
  put_prose(&line);
  if (words->failed)
    return false;
  const char *bytes = words->bytes;
  *out = (struct disasm_line){
      .name = opcode_infos[line.code->op].name,
      .space = {bytes, operation},
      .operation = {bytes + operation, meaning - operation},
      .meaning = {bytes + meaning, words->length - meaning},
  };
  return true;
}
