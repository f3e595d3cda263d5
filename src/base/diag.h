/* diag.h - sources, spans, and what to tell a person about them.
 *
 * A diagnostic has a stable code from errors.def, a primary span with a caret,
 * notes with spans of their own ("declared here"), a help line, and where it
 * is certain a fix that a machine may apply.  All text lives in the arena.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_BASE_DIAG_H
#define BAREME_BASE_DIAG_H

#include "base/arena.h"
#include "base/text.h"

/* One file of a policy, with its line starts. */
struct source {
  struct text name;      /* as the user wrote it: a path, or "<stdin>" */
  struct text bytes;     /* the whole file */
  const uint32_t *lines; /* offset of each line's first byte */
  uint32_t line_count;
};

struct sources {
  struct arena *arena;
  struct source *items;
  size_t count, capacity;
};

/* Half-open byte range of one source. */
struct span {
  uint32_t source; /* index into sources */
  uint32_t begin, end;
};

struct place {
  uint32_t line, column; /* from 1; columns count code points */
};

void sources_init(struct sources *sources, struct arena *arena);
void sources_clear(struct sources *sources);

/* Adds a source; name and bytes must outlive the sources.  Finds the lines
 * (\n, \r\n).  Returns its index, or UINT32_MAX if out of memory or if the
 * bytes are more than 32-bit offsets can count. */
uint32_t sources_add(struct sources *sources, struct text name, struct text bytes);

/* Where an offset is; one beyond the end is at the end.  A byte-order mark has
 * no column, a byte that is not UTF-8 has one. */
struct place source_place(const struct source *source, uint32_t offset);
uint32_t source_line(const struct source *source, uint32_t offset); /* without the column */

/* The bytes of a span, cut to those that the source has. */
struct text span_text(const struct sources *sources, struct span span);

/* From the beginning of the first to the end of the last. */
struct span span_join(struct span first, struct span last);

enum severity { SEVERITY_ERROR, SEVERITY_WARNING };

enum error_code {
#define ERROR(code, title, explanation) code,
#include "base/errors.def"
#undef ERROR
  ERROR_CODE_COUNT
};

struct diag_note {
  struct diag_note *next;
  struct span span;
  const char *message;
};

struct diag {
  struct diag *next;
  enum error_code code;
  enum severity severity;
  struct span span;
  const char *message; /* no full stop, begins small, says what is wrong */
  struct diag_note *notes;
  const char *help; /* how to mend it; may be NULL */
  bool has_fix;     /* replace fix_span by fix_text: certain to be right */
  struct span fix_span;
  const char *fix_text;
};

struct diags {
  struct arena *arena;
  struct diag *first, *last;
  size_t errors, warnings;
  size_t dropped; /* past LIMIT_DIAGNOSTICS: counted above, not kept */
  bool out_of_memory;
  struct diag scratch; /* takes what cannot be kept */
};

void diags_init(struct diags *diags, struct arena *arena);

/* Adds a diagnostic and returns it for notes and help; never NULL: when there
 * is no memory or the limit is reached, a scratch entry is returned.  Texts
 * are copied; a message never ends in a full stop. */
struct diag *diag_error(struct diags *diags, enum error_code code, struct span span,
                        const char *format, ...) __attribute__((format(printf, 4, 5)));
struct diag *diag_warning(struct diags *diags, enum error_code code, struct span span,
                          const char *format, ...) __attribute__((format(printf, 4, 5)));
void diag_note(struct diags *diags, struct diag *diag, struct span span, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void diag_help(struct diags *diags, struct diag *diag, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void diag_fix(struct diags *diags, struct diag *diag, struct span span, const char *text);

/* For "%.*s" */
#define TEXT_ARGS(text) (int)(text).length, (text).bytes ? (text).bytes : ""

/* Forgets what was reported since `before` was copied, but not that memory was out. */
void diags_forget(struct diags *diags, const struct diags *before);

/* By source, then by place. */
void diags_sort(struct diags *diags);

const char *error_code_name(enum error_code code); /* "E0204" */
const char *error_code_title(enum error_code code);
const char *error_code_explanation(enum error_code code);      /* with before and after */
bool error_code_find(struct text name, enum error_code *code); /* "e0204" as well */

/* Renders one diagnostic as a person sees it:
 *
 *   error[E0204]: there is no field `departement`
 *     --> policy.bareme:12:34
 *      |
 *   12 |   +25 "Marketing" when departement is "marketing"
 *      |                        ^^^^^^^^^^^
 *      = help: did you mean `department`?
 *
 * Notes stand in the order of their lines between the lines of the source,
 * marked with `---`, those in other files behind `:::`.  Tabs become blanks,
 * bytes that are not UTF-8 and characters that would play tricks on a terminal
 * become visible, long lines are cut around the mark.
 *
 * `put` receives the text in pieces; colour adds ANSI escapes. */
struct diag_sink {
  void (*put)(void *context, const char *bytes, size_t length);
  void *context;
  bool colour;
};
void diag_render(const struct diag *diag, const struct sources *sources, struct diag_sink *sink);

/* The last line of a report, as in `2 errors and 1 warning, 40 more not shown`;
 * nothing if there is nothing to report. */
void diag_render_summary(const struct diags *diags, struct diag_sink *sink);

#endif
