/* escape.c - text inside other notations.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "cli/escape.h"

#include <stdio.h>
#include <string.h>

static void put_word(struct page *page, const char *word) {
  page_raw(page, word, strlen(word));
}

/* ---- JSON --------------------------------------------------------------------------- */

static const char *json_escape(unsigned char c, char *room) {
  switch (c) {
  case '"': return "\\\"";
  case '\\': return "\\\\";
  case '\n': return "\\n";
  case '\r': return "\\r";
  case '\t': return "\\t";
  default: break;
  }
  if (c >= 0x20 && c != 0x7F)
    return NULL;
  snprintf(room, 8, "\\u%04x", c);
  return room;
}

void escape_json(struct page *page, bareme_text text) {
  page_raw(page, "\"", 1);
  for (size_t at = 0; at < text.length;) {
    char room[8];
    const char *escape = json_escape((unsigned char)text.bytes[at], room);
    size_t length = page_character(text_of(text.bytes + at, text.length - at));
    if (escape)
      put_word(page, escape);
    else if (length > 0)
      page_raw(page, text.bytes + at, length);
    else
      put_word(page, "\\ufffd");
    at += length > 0 ? length : 1;
  }
  page_raw(page, "\"", 1);
}

/* ---- XML ------------------------------------------------------------------------------ */

static const char *xml_escape(unsigned char c, bool quoted) {
  switch (c) {
  case '<': return "&lt;";
  case '>': return "&gt;";
  case '&': return "&amp;";
  case '"': return "&quot;";
  case '\n': return quoted ? "&#10;" : NULL;
  case '\t': return quoted ? "&#9;" : NULL;
  default: return c < 0x20 ? "?" : NULL;
  }
}

/* The two characters that are UTF-8 but not XML. */
static bool is_noncharacter(const char *bytes, size_t length) {
  return length == 3 && memcmp(bytes, "\xEF\xBF", 2) == 0 && (unsigned char)bytes[2] >= 0xBE;
}

void escape_xml(struct page *page, bareme_text text, bool quoted) {
  for (size_t at = 0; at < text.length;) {
    const char *bytes = text.bytes + at, *escape = xml_escape((unsigned char)*bytes, quoted);
    size_t length = page_character(text_of(bytes, text.length - at));
    if (escape)
      put_word(page, escape);
    else if (length > 0 && !is_noncharacter(bytes, length))
      page_raw(page, bytes, length);
    else
      put_word(page, "?");
    at += length > 0 ? length : 1;
  }
}

/* ---- workflow commands -------------------------------------------------------------------- */

void escape_github(struct page *page, bareme_text text, bool property) {
  for (size_t at = 0; at < text.length; at++) {
    char c = text.bytes[at];
    if (c == '%')
      put_word(page, "%25");
    else if (c == '\r')
      put_word(page, "%0D");
    else if (c == '\n')
      put_word(page, "%0A");
    else if (property && c == ':')
      put_word(page, "%3A");
    else if (property && c == ',')
      put_word(page, "%2C");
    else
      page_raw(page, &c, 1);
  }
}
