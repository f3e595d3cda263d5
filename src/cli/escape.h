/* escape.h - text inside other notations.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_ESCAPE_H
#define CLI_ESCAPE_H

#include "cli/page.h"

/* A JSON string with its quotes; also one of YAML.  What is not UTF-8 becomes U+FFFD. */
void escape_json(struct page *page, bareme_text text);

/* Inside an element or, quoted, an attribute of XML 1.0, which has no way to write
 * most control characters: those become `?`. */
void escape_xml(struct page *page, bareme_text text, bool quoted);

/* A message of a GitHub workflow command, or one of its properties. */
void escape_github(struct page *page, bareme_text text, bool property);

static inline bareme_text text_of_page(const struct page *page) {
  return (bareme_text){page->bytes, page->length};
}

#endif
