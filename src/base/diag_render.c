/* diag_render.c - a diagnostic as a person sees it.
 *
 *     error[E0207]: the score `contact` is declared twice     header
 *       --> policy.bareme:12:7                                place
 *        |
 *      4 | score contact "Who they are" {                     a line with a mark
 *        |       ------- it is declared here first            a note's mark
 *     ...                                                     lines in between
 *     12 | score contact {
 *        |       ^^^^^^^                                      the mark
 *       ::: shared/fields.bareme:3:1                          a note elsewhere
 *        |
 *      3 | ...
 *        = help: ...
 *
 * Nothing is allocated: the marks of a source are found again for each line by
 * walking over the diagnostic's few notes.
 *
 * Text of the source is measured in columns of a terminal, so that marks stand
 * under what they mean in any script; it is shown through `glyph_at`, which
 * turns tabs into blanks and what cannot be shown safely into a visible sign.
 * SPDX-License-Identifier: Apache-2.0 */
#include "base/diag.h"
#include "base/unicode.h"

#include <string.h>

/* Columns of a source line that are shown; longer ones are cut. */
#define WINDOW 120
/* Of these at least so many stand before the mark. */
#define WINDOW_BEFORE 40
#define TAB_WIDTH     4

/* ---- output ------------------------------------------------------------------ */

#define BOLD   "\x1b[1m"
#define RED    "\x1b[1;31m"
#define YELLOW "\x1b[1;33m"
#define BLUE   "\x1b[1;34m"
#define CYAN   "\x1b[1;36m"

struct renderer {
  struct diag_sink *sink;
  const struct sources *sources;
  const struct diag *diag;
  unsigned gutter; /* digits of the largest line number */
};

static void put(struct renderer *to, const char *bytes, size_t length) {
  if (length > 0)
    to->sink->put(to->sink->context, bytes, length);
}

static void put_string(struct renderer *to, const char *string) {
  put(to, string, strlen(string));
}

static void repeat(struct renderer *to, char byte, size_t count) {
  char bytes[32];
  memset(bytes, byte, sizeof bytes);
  for (; count > sizeof bytes; count -= sizeof bytes)
    put(to, bytes, sizeof bytes);
  put(to, bytes, count);
}

static void colour(struct renderer *to, const char *escape) {
  if (to->sink->colour)
    put_string(to, escape);
}

static void plain(struct renderer *to) {
  colour(to, "\x1b[0m");
}

static unsigned digits_of(uint64_t number) {
  unsigned digits = 1;
  for (; number >= 10; number /= 10)
    digits++;
  return digits;
}

static void put_number(struct renderer *to, uint64_t number) {
  char bytes[20];
  unsigned digits = digits_of(number);
  for (unsigned i = digits; i-- > 0; number /= 10)
    bytes[i] = (char)('0' + number % 10);
  put(to, bytes, digits);
}

/* ---- glyphs ------------------------------------------------------------------- */

#define REPLACEMENT    0xfffd
#define PICTURES       0x2400 /* the pictures of the control characters, in their order */
#define DELETE_PICTURE 0x2421

/* One thing to show: bytes of the text, and what stands for them. */
struct glyph {
  size_t length;       /* bytes of the text */
  uint32_t code_point; /* what is shown, `columns` of them for a tab's blanks */
  unsigned columns;
};

/* Characters that change the direction of what follows can make a line read
 * otherwise than it is. */
static bool turns_text(uint32_t code_point) {
  return (code_point >= 0x202a && code_point <= 0x202e) ||
         (code_point >= 0x2066 && code_point <= 0x2069);
}

static uint32_t visible(uint32_t code_point) {
  if (code_point < 0x20)
    return PICTURES + code_point;
  if (code_point == 0x7f)
    return DELETE_PICTURE;
  bool hidden = (code_point >= 0x80 && code_point < 0xa0) || code_point == 0x2028 ||
                code_point == 0x2029 || turns_text(code_point);
  return hidden ? REPLACEMENT : code_point;
}

/* The glyph at an offset, of which `column` is the column. */
static struct glyph glyph_at(struct text text, size_t at, size_t column) {
  if (text.bytes[at] == '\t')
    return (struct glyph){1, ' ', TAB_WIDTH - (unsigned)(column % TAB_WIDTH)};
  size_t longest = text.length - at < 4 ? text.length - at : 4;
  struct text rest = {text.bytes + at, longest};
  /* A sequence that the four bytes cut off is found well-formed up to there. */
  if (utf8_error(rest) == 0)
    return (struct glyph){1, REPLACEMENT, 1};
  size_t next = 0;
  uint32_t code_point = visible(utf8_next(rest, &next));
  return (struct glyph){next, code_point, unicode_columns(code_point)};
}

static void put_glyph(struct renderer *to, struct glyph glyph) {
  char bytes[4];
  if (glyph.code_point == ' ')
    repeat(to, ' ', glyph.columns);
  else
    put(to, bytes, utf8_put(bytes, glyph.code_point));
}

/* A message or a name: it may quote anything.  Its own line breaks indent. */
static void put_clean(struct renderer *to, struct text text, unsigned indent) {
  for (size_t at = 0; at < text.length;) {
    struct glyph glyph = glyph_at(text, at, 0);
    if (text.bytes[at] == '\n') {
      put_string(to, "\n");
      repeat(to, ' ', indent);
    } else {
      put_glyph(to, glyph);
    }
    at += glyph.length;
  }
}

/* ---- lines --------------------------------------------------------------------- */

/* A line of a source without its end and without a byte-order mark. */
static struct text line_text(const struct source *source, uint32_t line) {
  size_t begin = source->lines[line - 1];
  size_t end = line < source->line_count ? source->lines[line] : source->bytes.length;
  struct text text = {source->bytes.bytes + begin, end - begin};
  if (text_ends_with(text, TEXT("\n")))
    text.length--;
  if (text_ends_with(text, TEXT("\r")))
    text.length--;
  if (line == 1 && text_starts_with(text, TEXT("\xef\xbb\xbf")))
    text = (struct text){text.bytes + 3, text.length - 3};
  return text;
}

/* Columns from `first` to before `last`, counted from 0. */
struct columns {
  size_t first, last;
};

/* The columns of the bytes from begin to end of a line, at least one. */
static struct columns columns_of(struct text line, size_t begin, size_t end) {
  struct columns columns = {0, 0};
  size_t column = 0;
  for (size_t at = 0; at < line.length && at < end;) {
    struct glyph glyph = glyph_at(line, at, column);
    if (at + glyph.length <= begin)
      columns.first = column + glyph.columns;
    at += glyph.length;
    column += glyph.columns;
  }
  columns.last = column > columns.first ? column : columns.first + 1;
  return columns;
}

/* What a span covers of the line on which it begins. */
static struct columns span_columns(const struct source *source, uint32_t number, struct span span) {
  struct text line = line_text(source, number);
  size_t start = (size_t)(line.bytes - source->bytes.bytes);
  size_t begin = span.begin > start ? span.begin - start : 0;
  size_t end = span.end > start ? span.end - start : 0;
  begin = begin < line.length ? begin : line.length;
  end = end < line.length ? end : line.length;
  return columns_of(line, begin, end);
}

/* ---- marks ---------------------------------------------------------------------- */

/* The primary span and the notes, numbered from 0. */
struct mark {
  struct span span;
  const char *message;
  bool primary;
};

static bool mark_get(const struct diag *diag, size_t index, struct mark *mark) {
  *mark = (struct mark){diag->span, "", true};
  if (index == 0)
    return true;
  const struct diag_note *note = diag->notes;
  while (note && --index > 0)
    note = note->next;
  if (!note)
    return false;
  *mark = (struct mark){note->span, note->message, false};
  return true;
}

/* A source that has something to show. */
static const struct source *source_of(const struct renderer *to, struct span span) {
  if (span.source >= to->sources->count)
    return NULL;
  const struct source *source = &to->sources->items[span.source];
  return source->bytes.length > 0 ? source : NULL;
}

/* The line on which a span begins. */
static uint32_t mark_line(const struct renderer *to, struct span span) {
  return source_line(&to->sources->items[span.source], span.begin);
}

static unsigned gutter_width(const struct renderer *to) {
  unsigned width = 1;
  struct mark mark;
  for (size_t i = 0; mark_get(to->diag, i, &mark); i++)
    if (source_of(to, mark.span) && digits_of(mark_line(to, mark.span)) > width)
      width = digits_of(mark_line(to, mark.span));
  return width;
}

/* ---- a snippet -------------------------------------------------------------------- */

/* `   | `, with a number if there is one; without the blank if nothing follows. */
static void put_gutter(struct renderer *to, uint32_t line, bool text_follows) {
  colour(to, BLUE);
  if (line > 0) {
    repeat(to, ' ', to->gutter - digits_of(line));
    put_number(to, line);
  } else {
    repeat(to, ' ', to->gutter);
  }
  put_string(to, " |");
  plain(to);
  if (text_follows)
    put_string(to, " ");
}

static bool fits(struct text line) {
  size_t column = 0;
  for (size_t at = 0; at < line.length && column <= WINDOW;) {
    struct glyph glyph = glyph_at(line, at, column);
    at += glyph.length;
    column += glyph.columns;
  }
  return column <= WINDOW;
}

/* What of a line is shown: all of it, or WINDOW columns with the mark's
 * beginning among them. */
static struct columns window_of(struct text line, struct columns mark) {
  if (fits(line))
    return (struct columns){0, SIZE_MAX};
  size_t first = mark.first > WINDOW_BEFORE ? mark.first - WINDOW_BEFORE : 0;
  if (mark.last <= WINDOW)
    first = 0;
  return (struct columns){first, first + WINDOW};
}

/* An ellipsis takes the column next to the cut. */
static void put_line(struct renderer *to, uint32_t number, struct text line,
                     struct columns window) {
  put_gutter(to, number, line.length > 0);
  if (window.first > 0)
    put_string(to, "\xe2\x80\xa6");
  size_t column = 0, at = 0;
  while (at < line.length && column < window.last) {
    struct glyph glyph = glyph_at(line, at, column);
    size_t next = column + glyph.columns;
    if (column > window.first || (column == window.first && window.first == 0)) {
      if (next <= window.last)
        put_glyph(to, glyph);
    } else if (next > window.first + 1) { /* what the ellipsis cuts in two */
      repeat(to, ' ', next - window.first - 1);
    }
    column = next;
    at += glyph.length;
  }
  if (at < line.length)
    put_string(to, "\xe2\x80\xa6");
  put_string(to, "\n");
}

static const char *severity_colour(const struct diag *diag) {
  return diag->severity == SEVERITY_ERROR ? RED : YELLOW;
}

static void put_mark(struct renderer *to, const struct mark *mark, struct columns columns,
                     struct columns window) {
  size_t last = columns.last < window.last ? columns.last : window.last;
  put_gutter(to, 0, true);
  repeat(to, ' ', columns.first - window.first);
  colour(to, mark->primary ? severity_colour(to->diag) : BLUE);
  repeat(to, mark->primary ? '^' : '-', last - columns.first);
  if (mark->message[0]) {
    put_string(to, " ");
    put_clean(to, text_from(mark->message), to->gutter + 3);
  }
  plain(to);
  put_string(to, "\n");
}

/* One line and the marks on it.  A line that is cut is shown again for a mark
 * that would be out of sight. */
static void put_marked_line(struct renderer *to, uint32_t source_index, uint32_t number) {
  const struct source *source = &to->sources->items[source_index];
  struct text line = line_text(source, number);
  struct columns window = {0, 0};
  struct mark mark;
  for (size_t i = 0; mark_get(to->diag, i, &mark); i++) {
    if (mark.span.source != source_index || mark_line(to, mark.span) != number)
      continue;
    struct columns columns = span_columns(source, number, mark.span);
    if (columns.first < window.first || columns.first >= window.last) {
      window = window_of(line, columns);
      put_line(to, number, line, window);
    }
    put_mark(to, &mark, columns, window);
  }
}

/* The first line above `above` that has a mark, or 0. */
static uint32_t next_marked_line(const struct renderer *to, uint32_t source_index, uint32_t above) {
  uint32_t best = 0;
  struct mark mark;
  for (size_t i = 0; mark_get(to->diag, i, &mark); i++) {
    if (mark.span.source != source_index)
      continue;
    uint32_t line = mark_line(to, mark.span);
    if (line > above && (best == 0 || line < best))
      best = line;
  }
  return best;
}

static void put_snippet(struct renderer *to, uint32_t source_index) {
  put_gutter(to, 0, false);
  put_string(to, "\n");
  uint32_t last = 0, line = next_marked_line(to, source_index, 0);
  for (; line != 0; line = next_marked_line(to, source_index, line)) {
    if (last != 0 && line == last + 2) { /* an ellipsis would take no less room */
      struct text between = line_text(&to->sources->items[source_index], line - 1);
      put_line(to, line - 1, between, window_of(between, (struct columns){0, 1}));
    } else if (last != 0 && line > last + 1) {
      colour(to, BLUE);
      put_string(to, "...\n");
      plain(to);
    }
    put_marked_line(to, source_index, line);
    last = line;
  }
}

/* `--> name:line:column`; the name alone if the source is empty. */
static void put_place(struct renderer *to, const char *arrow, struct span span) {
  colour(to, BLUE);
  repeat(to, ' ', to->gutter);
  put_string(to, arrow);
  plain(to);
  put_clean(to, to->sources->items[span.source].name, to->gutter + 5);
  const struct source *source = source_of(to, span);
  if (source) {
    struct place place = source_place(source, span.begin);
    put_string(to, ":");
    put_number(to, place.line);
    put_string(to, ":");
    put_number(to, place.column);
  }
  put_string(to, "\n");
}

/* ---- a diagnostic ------------------------------------------------------------------- */

static void put_header(struct renderer *to) {
  const struct diag *diag = to->diag;
  colour(to, severity_colour(diag));
  put_string(to, diag->severity == SEVERITY_ERROR ? "error[" : "warning[");
  put_string(to, error_code_name(diag->code));
  put_string(to, "]");
  plain(to);
  colour(to, BOLD);
  put_string(to, ": ");
  /* Without memory for its message, a diagnostic still has its title. */
  bool known = diag->message && diag->message[0];
  put_clean(to, text_from(known ? diag->message : error_code_title(diag->code)), 2);
  plain(to);
  put_string(to, "\n");
}

/* The sources of the notes that are not the primary one's, each once. */
static void put_elsewhere(struct renderer *to) {
  for (const struct diag_note *note = to->diag->notes; note; note = note->next) {
    bool shown = note->span.source == to->diag->span.source || !source_of(to, note->span);
    for (const struct diag_note *n = to->diag->notes; n != note && !shown; n = n->next)
      shown = n->span.source == note->span.source;
    if (shown)
      continue;
    put_place(to, "::: ", note->span);
    put_snippet(to, note->span.source);
  }
}

static void put_label(struct renderer *to, const char *label) {
  colour(to, BLUE);
  repeat(to, ' ', to->gutter);
  put_string(to, " = ");
  plain(to);
  colour(to, CYAN);
  put_string(to, label);
  plain(to);
  put_string(to, ": ");
}

/* Notes that have no place to stand at. */
static void put_placeless_notes(struct renderer *to) {
  for (const struct diag_note *note = to->diag->notes; note; note = note->next)
    if (!source_of(to, note->span)) {
      put_label(to, "note");
      put_clean(to, text_from(note->message), to->gutter + 9);
      put_string(to, "\n");
    }
}

static void put_quoted(struct renderer *to, struct text text) {
  put_string(to, "`");
  put_clean(to, text, to->gutter + 9);
  put_string(to, "`");
}

/* A fix speaks for itself where there is no help. */
static void put_fix(struct renderer *to) {
  struct text old = span_text(to->sources, to->diag->fix_span);
  struct text new = text_from(to->diag->fix_text);
  if (old.length == 0)
    put_string(to, "insert ");
  else if (new.length == 0)
    put_string(to, "remove ");
  else
    put_string(to, "write ");
  put_quoted(to, new.length == 0 ? old : new);
  if (old.length > 0 && new.length > 0) {
    put_string(to, " instead of ");
    put_quoted(to, old);
  }
}

static void put_help(struct renderer *to) {
  const struct diag *diag = to->diag;
  if (!diag->help && !diag->has_fix)
    return;
  put_label(to, "help");
  if (diag->help)
    put_clean(to, text_from(diag->help), to->gutter + 9);
  else
    put_fix(to);
  put_string(to, "\n");
}

void diag_render(const struct diag *diag, const struct sources *sources, struct diag_sink *sink) {
  struct renderer to = {.sink = sink, .sources = sources, .diag = diag};
  to.gutter = gutter_width(&to);
  put_header(&to);
  if (diag->span.source < sources->count)
    put_place(&to, "--> ", diag->span);
  if (source_of(&to, diag->span))
    put_snippet(&to, diag->span.source);
  put_elsewhere(&to);
  put_placeless_notes(&to);
  put_help(&to);
}

static void put_count(struct renderer *to, size_t count, const char *noun) {
  put_number(to, count);
  put_string(to, " ");
  put_string(to, noun);
  if (count != 1)
    put_string(to, "s");
}

void diag_render_summary(const struct diags *diags, struct diag_sink *sink) {
  struct renderer to = {.sink = sink};
  if (diags->errors + diags->warnings == 0)
    return;
  colour(&to, BOLD);
  if (diags->errors > 0)
    put_count(&to, diags->errors, "error");
  if (diags->errors > 0 && diags->warnings > 0)
    put_string(&to, " and ");
  if (diags->warnings > 0)
    put_count(&to, diags->warnings, "warning");
  if (diags->dropped > 0) {
    put_string(&to, ", ");
    put_number(&to, diags->dropped);
    put_string(&to, " of them not shown");
  }
  plain(&to);
  put_string(&to, "\n");
}
