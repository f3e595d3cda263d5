/* diag.c - sources with their lines, and the list of what is wrong with them.
 *
 * Reporting must not fail: whoever finds a mistake adds it and goes on.  What
 * cannot be kept, for want of memory or past the limit, goes into a scratch
 * entry that is thrown away; the counts stay right.
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/diag.h"

#include "base/unicode.h"
#include "limits.h"

#include <string.h>

/* ---- sources ---------------------------------------------------------------- */

void sources_init(struct sources *sources, struct arena *arena) {
  *sources = (struct sources){.arena = arena};
}

void sources_clear(struct sources *sources) {
  memory_free(&sources->arena->memory, sources->items, sources->capacity, sizeof *sources->items);
  sources_init(sources, sources->arena);
}

/* Behind the next \n from `at` on, or NULL if there is none. */
static const char *next_line(struct text bytes, const char *at) {
  size_t rest = (size_t)(bytes.bytes + bytes.length - at);
  const char *end = rest > 0 ? memchr(at, '\n', rest) : NULL;
  return end ? end + 1 : NULL;
}

/* A line begins at 0 and behind each \n; the \r of a \r\n is the end of the
 * line before. */
static bool find_lines(struct arena *arena, struct source *source) {
  const struct text bytes = source->bytes;
  uint32_t count = 1, line = 0;
  for (const char *at = next_line(bytes, bytes.bytes); at; at = next_line(bytes, at))
    count++;
  uint32_t *lines = arena_array(arena, count, sizeof *lines);
  if (!lines)
    return false;
  lines[line++] = 0;
  for (const char *at = next_line(bytes, bytes.bytes); at; at = next_line(bytes, at))
    lines[line++] = (uint32_t)(at - bytes.bytes);
  source->lines = lines;
  source->line_count = count;
  return true;
}

uint32_t sources_add(struct sources *sources, struct text name, struct text bytes) {
  struct source source = {.name = name, .bytes = bytes};
  void *items = sources->items;
  if (bytes.length >= UINT32_MAX || sources->count >= UINT32_MAX ||
      !find_lines(sources->arena, &source) ||
      !memory_reserve(&sources->arena->memory, &items, &sources->capacity, sources->count + 1,
                      sizeof source))
    return UINT32_MAX;
  sources->items = items;
  sources->items[sources->count] = source;
  return (uint32_t)sources->count++;
}

/* By bisection: the last line that begins at or before the offset. */
uint32_t source_line(const struct source *source, uint32_t offset) {
  uint32_t low = 0, high = source->line_count;
  while (high - low > 1) {
    uint32_t middle = low + (high - low) / 2;
    if (source->lines[middle] <= offset)
      low = middle;
    else
      high = middle;
  }
  return low + 1;
}

/* How many columns bytes take; they may be cut anywhere and need not be UTF-8,
 * of which each wrong byte counts. */
static size_t count_columns(struct text bytes) {
  size_t columns = 0;
  while (bytes.length > 0) {
    size_t good = utf8_error(bytes);
    columns += utf8_count((struct text){bytes.bytes, good});
    size_t bad = good < bytes.length;
    columns += bad;
    bytes = (struct text){bytes.bytes + good + bad, bytes.length - good - bad};
  }
  return columns;
}

#define BYTE_ORDER_MARK TEXT("\xef\xbb\xbf")

struct place source_place(const struct source *source, uint32_t offset) {
  if (offset > source->bytes.length)
    offset = (uint32_t)source->bytes.length;
  uint32_t line = source_line(source, offset), begin = source->lines[line - 1];
  if (line == 1 && text_starts_with(source->bytes, BYTE_ORDER_MARK))
    begin = offset < 3 ? offset : 3;
  struct text before = {source->bytes.bytes + begin, offset - begin};
  return (struct place){line, (uint32_t)count_columns(before) + 1};
}

struct text span_text(const struct sources *sources, struct span span) {
  if (span.source >= sources->count)
    return TEXT("");
  struct text bytes = sources->items[span.source].bytes;
  size_t end = span.end < bytes.length ? span.end : bytes.length;
  size_t begin = span.begin < end ? span.begin : end;
  return (struct text){bytes.length ? bytes.bytes + begin : "", end - begin};
}

struct span span_join(struct span first, struct span last) {
  return (struct span){first.source, first.begin, last.end > first.end ? last.end : first.end};
}

/* ---- diagnostics ------------------------------------------------------------ */

void diags_init(struct diags *diags, struct arena *arena) {
  *diags = (struct diags){.arena = arena};
}

/* Takes an entry for what the counts already include. */
static struct diag *new_entry(struct diags *diags) {
  if (diags->errors + diags->warnings - diags->dropped > LIMIT_DIAGNOSTICS) {
    diags->dropped++;
    return &diags->scratch;
  }
  struct diag *entry = arena_alloc(diags->arena, sizeof *entry);
  if (!entry) {
    diags->out_of_memory = true;
    diags->dropped++;
    return &diags->scratch;
  }
  if (diags->last)
    diags->last->next = entry;
  else
    diags->first = entry;
  diags->last = entry;
  return entry;
}

/* Messages go through functions that take the arguments as a list: the formats
 * are the callers' literals, which the compiler checks where they stand. */
#define FORMAT(parameter) __attribute__((format(printf, parameter, 0)))

/* A message may be missing when there is no memory; the entry stays. */
FORMAT(2)
static const char *message_of(struct diags *diags, const char *format, va_list arguments) {
  const char *message = arena_format_list(diags->arena, format, arguments);
  if (!message)
    diags->out_of_memory = true;
  return message ? message : "";
}

FORMAT(5)
static struct diag *add(struct diags *diags, enum severity severity, enum error_code code,
                        struct span span, const char *format, va_list arguments) {
  if (severity == SEVERITY_ERROR)
    diags->errors++;
  else
    diags->warnings++;
  struct diag *entry = new_entry(diags);
  *entry = (struct diag){.code = code, .severity = severity, .span = span, .message = ""};
  if (entry != &diags->scratch)
    entry->message = message_of(diags, format, arguments);
  return entry;
}

struct diag *diag_error(struct diags *diags, enum error_code code, struct span span,
                        const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  struct diag *entry = add(diags, SEVERITY_ERROR, code, span, format, arguments);
  va_end(arguments);
  return entry;
}

struct diag *diag_warning(struct diags *diags, enum error_code code, struct span span,
                          const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  struct diag *entry = add(diags, SEVERITY_WARNING, code, span, format, arguments);
  va_end(arguments);
  return entry;
}

void diag_note(struct diags *diags, struct diag *diag, struct span span, const char *format, ...) {
  if (diag == &diags->scratch)
    return;
  struct diag_note *note = arena_alloc(diags->arena, sizeof *note);
  if (!note) {
    diags->out_of_memory = true;
    return;
  }
  va_list arguments;
  va_start(arguments, format);
  *note = (struct diag_note){.span = span, .message = message_of(diags, format, arguments)};
  va_end(arguments);
  struct diag_note **end = &diag->notes;
  while (*end)
    end = &(*end)->next;
  *end = note;
}

void diag_help(struct diags *diags, struct diag *diag, const char *format, ...) {
  if (diag == &diags->scratch)
    return;
  va_list arguments;
  va_start(arguments, format);
  diag->help = message_of(diags, format, arguments);
  va_end(arguments);
}

void diag_fix(struct diags *diags, struct diag *diag, struct span span, const char *text) {
  if (diag == &diags->scratch)
    return;
  bool copied;
  struct text copy = arena_text(diags->arena, text_from(text), &copied);
  if (!copied) {
    diags->out_of_memory = true;
    return;
  }
  diag->has_fix = true;
  diag->fix_span = span;
  diag->fix_text = copy.bytes;
}

void diags_forget(struct diags *diags, const struct diags *before) {
  bool out_of_memory = diags->out_of_memory;
  *diags = *before;
  diags->out_of_memory |= out_of_memory;
  if (diags->last)
    diags->last->next = NULL;
}

static bool comes_before(const struct diag *a, const struct diag *b) {
  if (a->span.source != b->span.source)
    return a->span.source < b->span.source;
  return a->span.begin < b->span.begin;
}

/* Insertion is stable and needs no memory; LIMIT_DIAGNOSTICS keeps it quick. */
void diags_sort(struct diags *diags) {
  struct diag *sorted = NULL;
  for (struct diag *entry = diags->first, *next; entry; entry = next) {
    next = entry->next;
    struct diag **place = &sorted;
    while (*place && !comes_before(entry, *place))
      place = &(*place)->next;
    entry->next = *place;
    *place = entry;
  }
  diags->first = diags->last = sorted;
  while (diags->last && diags->last->next)
    diags->last = diags->last->next;
}

/* ---- codes ------------------------------------------------------------------ */

static const struct {
  const char *name, *title, *explanation;
} codes[ERROR_CODE_COUNT] = {
#define ERROR(code, title, explanation) {#code, title, explanation},
#include "base/errors.def"
#undef ERROR
};

const char *error_code_name(enum error_code code) {
  return codes[code].name;
}

const char *error_code_title(enum error_code code) {
  return codes[code].title;
}

const char *error_code_explanation(enum error_code code) {
  return codes[code].explanation;
}

bool error_code_find(struct text name, enum error_code *code) {
  if (utf8_error(name) != name.length)
    return false;
  for (size_t i = 0; i < ERROR_CODE_COUNT; i++)
    if (text_equal_folded(text_from(codes[i].name), name)) {
      *code = (enum error_code)i;
      return true;
    }
  return false;
}
