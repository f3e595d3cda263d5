/* unicode.h - UTF-8, simple case folding, simple case mapping, decomposition.
 *
 * The tables are of Unicode 15.0 and part of the source (unicode_tables.h,
 * made by tools in this folder), so that the same text gives the same answer
 * on every platform.  No allocation, no libc: the virtual machine uses this.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_BASE_UNICODE_H
#define BAREME_BASE_UNICODE_H

#include "base/text.h"

/* The offset of the first byte that does not begin or continue a well-formed
 * sequence (RFC 3629: no surrogates, nothing above U+10FFFF, no overlong
 * forms), or text.length if all is well. */
size_t utf8_error(struct text text);

/* The code point at *at, which must be inside well-formed text; moves *at on. */
uint32_t utf8_next(struct text text, size_t *at);

/* The code point that ends before *at; moves *at back. */
uint32_t utf8_previous(struct text text, size_t *at);

/* Writes one code point, 1 to 4 bytes; returns how many. */
size_t utf8_put(char *out, uint32_t code_point);

size_t utf8_count(struct text text); /* code points */

/* Simple case folding (CaseFolding.txt, status C and S): one code point to one. */
uint32_t unicode_fold(uint32_t code_point);
uint32_t unicode_lower(uint32_t code_point);
uint32_t unicode_upper(uint32_t code_point);

/* Letters, marks and numbers (general categories L, M, N): what words are made of. */
bool unicode_is_word(uint32_t code_point);

/* White_Space property. */
bool unicode_is_space(uint32_t code_point);

/* General category Mn: what `plain` strips. */
bool unicode_is_mark(uint32_t code_point);

/* How many columns a terminal gives it: 0 (marks, formats), 1, or 2 (wide in
 * East Asian Width). */
unsigned unicode_columns(uint32_t code_point);

/* A text's length after a mapping can differ from its own; these write at most
 * the bound and return the bytes written.  `out` must not overlap. */
#define TEXT_FOLD_BOUND(length)  ((length)*2) /* U+023A grows 2 -> 3 bytes */
#define TEXT_CASE_BOUND(length)  ((length)*2)
#define TEXT_PLAIN_BOUND(length) ((length)*12) /* checked against the tables by a test */

size_t text_fold(struct text text, char *out);
size_t text_lower(struct text text, char *out);
size_t text_upper(struct text text, char *out);

/* NFKD, then without nonspacing marks (Mn). */
size_t text_plain(struct text text, char *out);

/* True if text_fold would change nothing. */
bool text_is_folded(struct text text);

/* Equal after simple case folding. */
bool text_equal_folded(struct text a, struct text b);

/* The hash of text_fold(text) by text_hash, without the copy. */
uint64_t text_hash_folded(struct text text, uint64_t seed);

/* The rest expect text that is folded (or both that is not, for exact tests). */

/* Offset of the first occurrence of needle in text at or after `from`, or SIZE_MAX. */
size_t text_find(struct text text, struct text needle, size_t from);

bool text_ends_with(struct text text, struct text suffix);

/* The needle occurs where neither edge splits a word: no word character of the
 * text stands directly beside a word character of the needle's edge.
 * An empty needle is never mentioned. */
bool text_mentions(struct text text, struct text needle);

/* Glob over the whole text: `*` any run, `?` one code point.  Linear space,
 * worst case text.length * pattern.length steps. */
bool text_like(struct text text, struct text pattern);

/* Parts of the text, without a copy.  A part that is not there has length 0
 * and found = false (the value is then missing). */
struct text text_trim(struct text text);                     /* White_Space at both ends */
struct text text_domain(struct text email, bool *found);     /* behind the last @ */
struct text text_local_part(struct text email, bool *found); /* before the last @ */

/* RFC 3986 section 3, on anything that looks like a URL: with or without
 * `scheme:`, `//user@host:port`; a text that begins with `/` is a path.
 * host: without user, port; brackets of IPv6 kept; path: from the first `/`
 * of the path to before `?` or `#`; "/" for `https://acme.example`. */
struct text text_host(struct text url, bool *found);
struct text text_path(struct text url, bool *found);

#endif
