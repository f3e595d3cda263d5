/* tokens.h - between flex and bison: what a token means by its neighbours.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_SYNTAX_TOKENS_H
#define BAREME_SYNTAX_TOKENS_H

#include "bareme_parser.h"
#include "syntax/parser.h"

/* False if out of memory. */
bool tokens_open(struct parser *parser);

/* bison's lexer. */
int bareme_lex(BAREME_STYPE *value, struct place_range *range, struct parser *parser);

/* The parser of bareme.y without look-ahead correction; see parse.c. */
int bareme_parse_quickly(struct parser *parser);

/* Bison found a token that it cannot use: says so unless it is a consequence,
 * and arranges that the next token begins something. */
void tokens_error(struct parser *parser, const int *expected, size_t count);

/* True if going on makes no sense. */
bool parser_stopped(const struct parser *parser);

/* One token for parse_constant, without the rules about brackets and fences. */
struct token tokens_plain(struct parser *parser);

#endif
