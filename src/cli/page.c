/* page.c - text for people: a growing buffer that knows colours and columns.
 *
 * Whatever a command shows to a person is laid out here first and written in
 * one piece, so that nothing is half printed when the memory or the disk ends.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "cli/page.h"

#include "cli/output.h"
#include "cli/tell.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* ---- what the terminal can ------------------------------------------------------------ */

static bool is_set(const char *name) {
  const char *value = getenv(name);
  return value && *value;
}

/* Choices of --color: auto, always, never. */
static bool wants_colour(int file, unsigned choice) {
  if (choice != 0)
    return choice == 1;
  const char *kind = getenv("TERM");
  return isatty(file) && !is_set("NO_COLOR") && kind && strcmp(kind, "dumb") != 0;
}

/* By the locale's name, as every program does that does not convert. */
static bool shows_unicode(void) {
  const char *locale = is_set("LC_ALL")     ? getenv("LC_ALL")
                       : is_set("LC_CTYPE") ? getenv("LC_CTYPE")
                                            : getenv("LANG");
  if (!locale)
    return false;
  for (; *locale; locale++)
    if (strncasecmp(locale, "utf-8", 5) == 0 || strncasecmp(locale, "utf8", 4) == 0)
      return true;
  return false;
}

static size_t width_of(int file) {
  struct winsize size;
  if (isatty(file) && ioctl(file, TIOCGWINSZ, &size) == 0 && size.ws_col >= 20)
    return size.ws_col;
  const char *columns = getenv("COLUMNS");
  long width = columns ? strtol(columns, NULL, 10) : 0;
  return width >= 20 && width <= 1000 ? (size_t)width : 80;
}

void page_init(struct page *page, int file, unsigned colour_choice) {
  *page = (struct page){
      .width = width_of(file),
      .terminal = isatty(file),
      .colour = wants_colour(file, colour_choice),
      .unicode = shows_unicode(),
  };
}

void page_clear(struct page *page) {
  free(page->bytes);
  page->bytes = NULL;
  page->length = page->capacity = page->column = 0;
}

/* ---- bytes ------------------------------------------------------------------------------ */

static bool reserve(struct page *page, size_t more) {
  if (page->capacity - page->length >= more)
    return true;
  size_t capacity = page->capacity ? page->capacity : 4096;
  while (capacity - page->length < more && capacity <= SIZE_MAX / 2)
    capacity *= 2;
  char *bytes = capacity - page->length < more ? NULL : realloc(page->bytes, capacity);
  if (!bytes) {
    page->out_of_memory = true;
    return false;
  }
  page->bytes = bytes;
  page->capacity = capacity;
  return true;
}

/* Bytes that take no columns. */
void page_raw(struct page *page, const char *bytes, size_t length) {
  if (length == 0 || !reserve(page, length))
    return;
  memcpy(page->bytes + page->length, bytes, length);
  page->length += length;
}

void page_put(struct page *page, const char *bytes, size_t length) {
  page_raw(page, bytes, length);
  const char *end = bytes + length;
  for (const char *at = end; at > bytes; at--)
    if (at[-1] == '\n') {
      page->column = 0;
      bytes = at;
    }
  page->column += bareme_text_columns(text_of(bytes, (size_t)(end - bytes)));
}

void page_word(struct page *page, const char *word) {
  page_put(page, word, strlen(word));
}

void page_format(struct page *page, const char *format, ...) {
  char words[512];
  va_list arguments;
  va_start(arguments, format);
  int length = vsnprintf(words, sizeof words, format, arguments);
  va_end(arguments);
  if (length > 0)
    page_put(page, words, (size_t)length < sizeof words ? (size_t)length : sizeof words - 1);
}

/* ---- text from outside --------------------------------------------------------------------- */

static size_t character_length(const char *bytes, size_t length) {
  unsigned char first = (unsigned char)bytes[0];
  size_t expected = first < 0x80   ? 1
                    : first < 0xC2 ? 0
                    : first < 0xE0 ? 2
                    : first < 0xF0 ? 3
                    : first < 0xF5 ? 4
                                   : 0;
  if (expected == 0 || expected > length)
    return 0;
  for (size_t i = 1; i < expected; i++)
    if (((unsigned char)bytes[i] & 0xC0) != 0x80)
      return 0;
  return expected;
}

size_t page_character(bareme_text text) {
  return text.length > 0 ? character_length(text.bytes, text.length) : 0;
}

/* C0, DEL and C1: what a terminal takes as commands. */
static bool is_control(const char *bytes, size_t length) {
  unsigned char first = (unsigned char)bytes[0];
  return first < 0x20 || first == 0x7F ||
         (length == 2 && first == 0xC2 && (unsigned char)bytes[1] < 0xA0);
}

/* The next character as it may be shown; moves *at on. */
static bareme_text shown_character(bareme_text text, size_t *at) {
  const char *bytes = text.bytes + *at;
  size_t length = character_length(bytes, text.length - *at);
  bool harmless = length > 0 && !is_control(bytes, length);
  *at += length > 0 ? length : 1;
  return harmless ? text_of(bytes, length) : text_of("?", 1);
}

static size_t shown_columns(bareme_text text) {
  size_t columns = 0;
  for (size_t at = 0; at < text.length;)
    columns += bareme_text_columns(shown_character(text, &at));
  return columns;
}

size_t page_text(struct page *page, bareme_text text, size_t columns) {
  size_t begin = page->column;
  bool cut = columns != PAGE_UNCUT && shown_columns(text) > columns;
  size_t room = cut && columns > 0 ? columns - 1 : columns; /* one is the ellipsis's */
  for (size_t at = 0; at < text.length;) {
    bareme_text character = shown_character(text, &at);
    if (page->column - begin + bareme_text_columns(character) > room)
      break;
    page_put(page, character.bytes, character.length);
  }
  if (cut && columns > 0)
    page_word(page, page->unicode ? "…" : "~");
  return page->column - begin;
}

void page_pad(struct page *page, size_t column) {
  static const char blanks[] = "                                ";
  while (page->column < column) {
    size_t more = column - page->column;
    page_put(page, blanks, more < sizeof blanks - 1 ? more : sizeof blanks - 1);
  }
}

void page_style(struct page *page, enum style style) {
  static const char *const escapes[] = {
      [STYLE_PLAIN] = "\033[0m", [STYLE_BOLD] = "\033[1m",   [STYLE_DIM] = "\033[2m",
      [STYLE_RED] = "\033[31m",  [STYLE_GREEN] = "\033[32m", [STYLE_YELLOW] = "\033[33m",
      [STYLE_CYAN] = "\033[36m",
  };
  if (!page->colour || page->style == style)
    return;
  if (page->style != STYLE_PLAIN) /* styles do not add up */
    page_raw(page, escapes[STYLE_PLAIN], strlen(escapes[STYLE_PLAIN]));
  if (style != STYLE_PLAIN)
    page_raw(page, escapes[style], strlen(escapes[style]));
  page->style = style;
}

void page_mark(struct page *page, int met) {
  page_style(page, met > 0 ? STYLE_GREEN : met == 0 ? STYLE_RED : STYLE_YELLOW);
  if (page->unicode)
    page_word(page, met > 0 ? "✓" : met == 0 ? "✗" : "?");
  else
    page_word(page, met > 0 ? "[x]" : met == 0 ? "[ ]" : "[?]");
  page_style(page, STYLE_PLAIN);
  page_word(page, " ");
}

void page_line(struct page *page) {
  while (page->length > 0 && page->bytes[page->length - 1] == ' ')
    page->length--;
  page_raw(page, "\n", 1);
  page->column = 0;
}

/* ---- numbers --------------------------------------------------------------------------------- */

void page_count(struct page *page, uint64_t number, size_t columns) {
  char digits[32];
  size_t at = sizeof digits, placed = 0;
  do {
    if (placed > 0 && placed % 3 == 0)
      digits[--at] = ',';
    digits[--at] = (char)('0' + number % 10);
    number /= 10;
    placed++;
  } while (number > 0);
  size_t length = sizeof digits - at;
  if (length < columns)
    page_pad(page, page->column + columns - length);
  page_put(page, digits + at, length);
}

void page_number(struct page *page, double number) {
  char digits[32];
  page_put(page, digits, bareme_number_format(number, digits));
}

/* What is not nothing is not shown as nothing: 0.001 is 0.00, and 0 is 0. */
void page_points(struct page *page, double number, bool with_sign, size_t columns) {
  char digits[400]; /* the largest double has 309 digits */
  int written = snprintf(digits, sizeof digits, with_sign ? "%+.2f" : "%.2f", number);
  size_t length = (size_t)written;
  bool vanishes = number != 0 && number > -0.005 && number < 0.005;
  while (!vanishes && digits[length - 1] == '0')
    length--;
  length -= digits[length - 1] == '.';
  if (length < columns)
    page_pad(page, page->column + columns - length);
  page_put(page, digits, length);
}

/* Eighths of a block make a bar eight times as fine as the columns. */
void page_bar(struct page *page, uint64_t part, uint64_t whole, size_t columns) {
  static const char *const eighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  double share = whole > 0 ? (double)part / (double)whole : 0;
  size_t units = (size_t)(share * (double)columns * 8 + 0.5);
  if (part > 0 && units == 0)
    units = 1; /* little is not nothing */
  for (size_t i = 0; i < units / 8; i++)
    page_word(page, page->unicode ? "█" : "#");
  if (page->unicode)
    page_word(page, eighths[units % 8]);
  else if (units / 8 == 0 && part > 0)
    page_word(page, ".");
}

/* ---- writing --------------------------------------------------------------------------------- */

int page_print(struct page *page, const char *path) {
  struct output output;
  if (page->out_of_memory)
    return tell_outside("out of memory");
  int status = output_open(&output, path);
  if (status != EXIT_DONE)
    return status;
  output_put(&output, page->bytes, page->length);
  return output_close(&output);
}

void page_tell(const struct page *page) {
  if (page->length > 0)
    fwrite(page->bytes, 1, page->length, stderr);
}
