/* memo.c - room for answers about vocabularies, and who needs more than codes.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "vm/memo.h"

#include <string.h>

#include "vm/lanes.h"

/* Does the instruction do with codes what it does with texts? */
static bool takes_codes(uint16_t op) {
  return op == OP_KNOWN_TEXT || (op >= OP_FOLD && op <= OP_LENGTH) || op == OP_TEXT_IN ||
         (op >= OP_CONTAINS_ANY && op <= OP_MENTIONS_ALL);
}

/* Marks the registers whose texts somebody reads. */
static void find_plain(struct runner *runner) {
  const struct section *section = runner->section;
  for (const struct instruction *i = section->code; i < section->code + section->code_count; i++) {
    const char *shape = opcode_infos[i->op].shape;
    const uint32_t operands[] = {i->a, i->b, i->c};
    for (size_t n = 0; n < 3 && !takes_codes(i->op); n++)
      if (opcode_class(shape[n + 1]) == REGISTER_TEXT)
        runner->plain[operands[n]] = true;
  }
  for (uint32_t n = 0; n < section->shown_count; n++)
    runner->plain[section->shown[n].value] = true;
}

bool memo_prepare(struct runner *runner) {
  const struct section *section = runner->section;
  if (runner->memos)
    return true;
  if (!runner->plain) {
    runner->plain =
        memory_zeroed(&runner->memory, (size_t)section->register_count + 1, sizeof *runner->plain);
    if (!runner->plain)
      return false;
    find_plain(runner);
  }
  runner->memos =
      memory_zeroed(&runner->memory, (size_t)section->code_count + 1, sizeof *runner->memos);
  return runner->memos != NULL;
}

void memo_clear(struct runner *runner) {
  const struct section *section = runner->section;
  for (uint32_t n = 0; runner->memos && n < section->code_count; n++) {
    vocabulary_drop(runner->memos[n].of);
    vocabulary_drop(runner->memos[n].made);
    memory_free(&runner->memory, runner->memos[n].answers, runner->memos[n].size, 1);
  }
  memory_free(&runner->memory, runner->memos, (size_t)section->code_count + 1,
              sizeof *runner->memos);
  memory_free(&runner->memory, runner->plain, (size_t)section->register_count + 1,
              sizeof *runner->plain);
}

static bool make_room(struct memo *memo, const struct memory *memory, size_t size) {
  if (size <= memo->size)
    return true;
  memory_free(memory, memo->answers, memo->size, 1);
  memo->answers = memory_alloc(memory, size, 1);
  memo->size = memo->answers ? size : 0;
  return memo->answers != NULL;
}

struct memo *memo_of(const struct runner *runner, const struct instruction *i,
                     struct vocabulary *vocabulary) {
  struct memo *memo = &runner->memos[i - runner->section->code];
  if (memo->of == vocabulary)
    return memo;
  vocabulary_drop(memo->of);
  vocabulary_drop(memo->made);
  memo->of = memo->made = NULL;
  memo->lanes = 0;
  memo->complete = false;
  const size_t words = words_of(vocabulary->count) + 1;
  if (!make_room(memo, &runner->memory, words * WORD_LANES))
    return NULL;
  memset(memo->answers, 0, words * WORD_LANES);
  memo->of = vocabulary_hold(vocabulary);
  return memo;
}
