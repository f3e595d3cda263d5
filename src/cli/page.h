/* page.h - text for people: a growing buffer that knows colours and columns.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_PAGE_H
#define CLI_PAGE_H

#include "bareme/bareme.h"

enum style { STYLE_PLAIN, STYLE_BOLD, STYLE_DIM, STYLE_RED, STYLE_GREEN, STYLE_YELLOW, STYLE_CYAN };

struct page {
  char *bytes;
  size_t length, capacity;
  size_t column;    /* of the terminal, from 0, where the next text goes */
  size_t width;     /* columns there are */
  enum style style; /* of what comes next */
  bool terminal;    /* it goes to one: what is wider than it must be cut */
  bool colour;
  bool unicode;       /* the terminal shows more than ASCII */
  bool out_of_memory; /* then the rest is missing */
};

/* For what will be written to `file`; colour_choice is that of --color. */
void page_init(struct page *page, int file, unsigned colour_choice);
void page_clear(struct page *page);

/* Well-formed UTF-8 of our own; lines may end in it. */
void page_put(struct page *page, const char *bytes, size_t length);
void page_raw(struct page *page, const char *bytes, size_t length); /* takes no columns */
void page_word(struct page *page, const char *word);
void page_format(struct page *page, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Text from a policy or from data: control characters, which could command the
 * terminal, become `?`; what does not fit into `columns` is cut, with an
 * ellipsis.  Returns the columns it took. */
size_t page_text(struct page *page, bareme_text text, size_t columns);
#define PAGE_UNCUT SIZE_MAX

/* Bytes of the character that the text begins with; 0 if it is not UTF-8. */
size_t page_character(bareme_text text);

/* Blanks up to the column; none if the page is there already or past it. */
void page_pad(struct page *page, size_t column);

/* Everything until the next call has the style. */
void page_style(struct page *page, enum style style);
void page_line(struct page *page); /* ends the line, and the style */

/* Is something so?  A tick, a cross, or, if met < 0, a question mark. */
void page_mark(struct page *page, int met);

/* The number with thousands separated: 12,345. */
void page_count(struct page *page, uint64_t number, size_t columns); /* to the right */
void page_number(struct page *page, double number);                  /* shortest */

/* Two decimals at most, for people: 12.5, -3, 0.33.  signed: +12.5. */
void page_points(struct page *page, double number, bool with_sign,
                 size_t columns); /* to the right */

/* Writes the page to `path` (NULL: standard output); an exit_status. */
int page_print(struct page *page, const char *path);
/* Writes it to standard error. */
void page_tell(const struct page *page);

/* `part` of `whole` as a bar of at most `columns`. */
void page_bar(struct page *page, uint64_t part, uint64_t whole, size_t columns);

static inline bareme_text text_of(const char *bytes, size_t length) {
  return (bareme_text){bytes, length};
}

#endif
