/* disasm.h - code in words: instructions with their operands filled in.
 *
 * The words come from the table of opcodes: its synopsis, `d = a >= k[b]`,
 * becomes `r3 = r1 >= 50`, its prose likewise.  A set is shown by its first
 * items, a label by its name, a duration in days.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_INSPECT_DISASM_H
#define BAREME_INSPECT_DISASM_H

#include "inspect/words.h"

struct disasm {
  const struct program *program;
  const struct section *section;
  uint32_t *meanings; /* of each instruction: see meanings.h */
  struct words words; /* of the line that was asked for last */
};

/* Lives until the next line is asked for, as do its texts. */
struct disasm_line {
  const char *name;      /* of the opcode */
  struct text space;     /* whose lanes it works on: "leads", "page_view or form" */
  struct text operation; /* "r3 = r1 >= 50" */
  struct text meaning;   /* "whether the number is not below a constant" */
};

/* False if out of memory; disasm_clear in any case. */
bool disasm_init(struct disasm *disasm, const struct program *program,
                 const struct section *section, const struct memory *memory);
void disasm_clear(struct disasm *disasm);

/* Instruction `index` of the section, below code_count.  False if out of memory. */
bool disasm_line(struct disasm *disasm, uint32_t index, struct disasm_line *line);

#endif
