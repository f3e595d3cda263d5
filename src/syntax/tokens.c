/* tokens.c - what a token means by its neighbours.
 *
 * Between flex, which sees a word at a time, and bison, which sees the order
 * of tokens, three things are decided here:
 *
 *   - A `+` or `-` that is first on its line, or behind `{` or `;`, begins a
 *     rule.  Where an operand is due and no rule can begin - in parentheses,
 *     brackets, `case`, and outside of all blocks - a `-` is only a sign.
 *   - A number and a unit are one duration.
 *   - Brackets are matched.  This bounds the nesting before any stack grows,
 *     and lets an unclosed or superfluous bracket be named as what it is.
 *
 * After a syntax error, tokens are skipped up to a fence: something that
 * begins an item of the block that the error stands in, or ends the block.
 * Bison meanwhile unwinds to that block's list of items (`unreadable` in
 * bareme.y).  If it cannot use the fence, the next one is tried in silence:
 * so each mistake has one message, and the next one still has its own.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "syntax/tokens.h"

#include <assert.h>
#include <string.h>

bool tokens_open(struct parser *parser) {
  parser->current = &parser->slots[0];
  parser->previous = &parser->slots[1];
  parser->spare = &parser->slots[2];
  return scanner_open(parser);
}

/* ---- looking ahead ------------------------------------------------------ */

static struct token *peek(struct parser *parser, unsigned distance) {
  assert(distance < TOKENS_AHEAD);
  while (parser->ahead_count <= distance)
    scanner_next(parser, &parser->ahead[parser->ahead_count++]);
  return &parser->ahead[distance];
}

static struct token take(struct parser *parser) {
  struct token token = *peek(parser, 0);
  parser->ahead_count--;
  for (unsigned i = 0; i < parser->ahead_count; i++)
    parser->ahead[i] = parser->ahead[i + 1];
  return token;
}

/* ---- kinds of tokens ---------------------------------------------------- */

static bool is_head(int kind) {
  enum word_class class;
  return kind == TOKEN_ACTION || (word_class_of(kind, &class) && class == WORD_HEAD);
}

static bool is_word(int kind) {
  enum word_class class;
  return kind == TOKEN_NAME || kind == TOKEN_LABEL || word_class_of(kind, &class);
}

/* Behind these an operand is due, so that `-` is its sign. */
static bool operand_follows(int kind) {
  switch (kind) {
  case TOKEN_PLUS:
  case TOKEN_MINUS:
  case TOKEN_STAR:
  case TOKEN_SLASH:
  case TOKEN_EQUAL:
  case TOKEN_NOT_EQUAL:
  case TOKEN_LESS:
  case TOKEN_LESS_EQUAL:
  case TOKEN_GREATER:
  case TOKEN_GREATER_EQUAL:
  case TOKEN_LEFT_PAREN:
  case TOKEN_LEFT_BRACKET:
  case TOKEN_COMMA:
  case TOKEN_COLON:
  case TOKEN_DOTS:
  case TOKEN_AND:
  case TOKEN_OR:
  case TOKEN_NOT:
  case TOKEN_IN:
  case TOKEN_IS:
  case TOKEN_EXACTLY:
  case TOKEN_WHEN:
  case TOKEN_WHERE:
  case TOKEN_THEN:
  case TOKEN_OTHERWISE:
  case TOKEN_CONTAINS:
  case TOKEN_LIKE:
  case TOKEN_MENTIONS: return true;
  default: return false;
  }
}

/* ---- brackets ----------------------------------------------------------- */

static struct frame *top(struct parser *parser) {
  return parser->frame_count > 0 ? &parser->frames[parser->frame_count - 1] : NULL;
}

static bool in_block(struct parser *parser) {
  const struct frame *frame = top(parser);
  return frame && frame->kind == FRAME_BLOCK;
}

static void operand_done(struct parser *parser) {
  parser->level -= parser->prefixes;
  parser->prefixes = 0;
}

static void pop(struct parser *parser) {
  operand_done(parser);
  parser->level--;
  parser->prefixes = parser->frames[--parser->frame_count].prefixes;
  operand_done(parser);
}

/* Leaves everything that is open inside of the innermost block. */
static void leave_operands(struct parser *parser) {
  while (parser->frame_count > 0 && !in_block(parser)) {
    parser->unclosed = *top(parser);
    parser->has_unclosed = true;
    pop(parser);
  }
  operand_done(parser);
}

static void push(struct parser *parser, enum frame_kind kind, struct place_range range) {
  parser->level++;
  parser->frames[parser->frame_count++] =
      (struct frame){.kind = kind, .range = range, .prefixes = parser->prefixes};
  parser->prefixes = 0;
}

static bool is_opener(int kind) {
  return kind == TOKEN_LEFT_PAREN || kind == TOKEN_LEFT_BRACKET || kind == TOKEN_LEFT_BRACE;
}

static bool is_closer(int kind) {
  return kind == TOKEN_RIGHT_PAREN || kind == TOKEN_RIGHT_BRACKET || kind == TOKEN_RIGHT_BRACE;
}

static void open_frame(struct parser *parser, const struct token *token) {
  if (token->kind == TOKEN_LEFT_PAREN)
    push(parser, FRAME_PAREN, token->range);
  else if (token->kind == TOKEN_LEFT_BRACKET)
    push(parser, FRAME_BRACKET, token->range);
  else if (parser->current->kind == TOKEN_CASE)
    push(parser, FRAME_CASE, token->range);
  else {
    leave_operands(parser); /* no block stands in parentheses */
    push(parser, FRAME_BLOCK, token->range);
  }
}

/* Unless what it closes was skipped, or swallowed by an unclosed text; and a
 * run of them is one mistake. */
static void report_closer(struct parser *parser, const struct token *token, const char *sign) {
  bool again = parser->has_stray && parser->stray == parser->current->range.begin;
  if (parser->resync || again)
    return;
  if (parser->swallowed_openers > 0) {
    parser->swallowed_openers--;
    return;
  }
  parser->has_stray = true;
  parser->stray = parser->current->range.begin;
  slip_error(parser, E0118, token->range, "this `%s` closes nothing", sign);
}

/* False: the closer has nothing to close, and bison does not get to see it. */
static bool close_frame(struct parser *parser, struct token *token) {
  struct frame *frame = top(parser);
  if (token->kind == TOKEN_RIGHT_BRACE) {
    while (frame && frame->kind != FRAME_BLOCK && frame->kind != FRAME_CASE) {
      parser->unclosed = *frame;
      parser->has_unclosed = true;
      pop(parser);
      frame = top(parser);
    }
    if (!frame) {
      report_closer(parser, token, "}");
      return false;
    }
    token->block_end = frame->kind == FRAME_BLOCK;
    pop(parser);
    return true;
  }
  bool paren = token->kind == TOKEN_RIGHT_PAREN;
  if (!frame || (frame->kind != FRAME_PAREN && frame->kind != FRAME_BRACKET)) {
    report_closer(parser, token, paren ? ")" : "]");
    return false;
  }
  if ((frame->kind == FRAME_PAREN) != paren) {
    const char *other = paren ? "]" : ")";
    struct diag *diag = slip_error(parser, E0117, token->range,
                                   "what `%s` opened is closed by `%s`", paren ? "[" : "(", other);
    diag_note(parser->diags, diag, parser_span(parser, frame->range), "opened here");
    diag_fix(parser->diags, diag, diag->span, other);
    token->kind = paren ? TOKEN_RIGHT_BRACKET : TOKEN_RIGHT_PAREN;
  }
  pop(parser);
  return true;
}

/* ---- too deep ----------------------------------------------------------- */

/* Reads on to behind the bracket that closes the one just taken. */
static void skip_deep_brackets(struct parser *parser) {
  size_t open = 1;
  while (open > 0 && peek(parser, 0)->kind != TOKEN_END) {
    struct token next = take(parser);
    open += is_opener(next.kind);
    open -= is_closer(next.kind);
  }
}

/* Skips what is too deeply nested as a whole, whether in brackets or behind
 * a run of `not` and `-`. */
static void refuse_deep(struct parser *parser, const struct token *token) {
  struct diag *diag =
      slip_error(parser, E0119, token->range, "this is nested more than %u levels deep",
                 (unsigned)LIMIT_NESTING);
  diag_help(parser->diags, diag, "give parts of it names of their own with `let` or `segment`");
  if (is_opener(token->kind))
    skip_deep_brackets(parser);
  else
    while (peek(parser, 0)->kind == TOKEN_NOT || peek(parser, 0)->kind == TOKEN_MINUS)
      take(parser);
}

/* ---- durations ---------------------------------------------------------- */

static struct place_range join(struct place_range first, struct place_range last) {
  return (struct place_range){first.begin, last.end};
}

/* A word behind a number is its unit, unless it is the name of something: what
 * is set by `:` or called by `(`, or what begins a line and has a type, a
 * bound or a condition behind it. */
static bool is_unit(struct parser *parser) {
  const struct token *word = peek(parser, 0);
  if (word->kind != TOKEN_NAME || word->quoted ||
      (unit_micros(word->text) == 0 && unit_varying(word->text) == 0))
    return false;
  bool fresh = word->fresh;
  switch (peek(parser, 1)->kind) {
  case TOKEN_COLON:
  case TOKEN_LEFT_PAREN:
  case TOKEN_DOT: return false;
  case TOKEN_FROM:
  case TOKEN_OTHERWISE:
  case TOKEN_TEXT_TYPE:
  case TOKEN_NUMBER_TYPE:
  case TOKEN_BOOL:
  case TOKEN_TIME:
  case TOKEN_DURATION_TYPE:
  case TOKEN_ONE:
  case TOKEN_LIST: return !fresh;
  default: return true;
  }
}

static void slip_varying(struct parser *parser, const struct token *number,
                         const struct token *unit, int days, struct place_range range) {
  struct text one = unit->text;
  one.length -= one.bytes[one.length - 1] == 's';
  struct diag *diag =
      slip_error(parser, E0116, range, "a %.*s has no fixed length", TEXT_ARGS(one));
  diag_help(parser->diags, diag, "say how many days are meant: a %.*s is often counted as %d days",
            TEXT_ARGS(one), days);
  double count = number->expr->number * days;
  if (count == (double)(long)count)
    diag_fix(parser->diags, diag, diag->span, arena_format(parser->arena, "%ld days", (long)count));
}

static void read_duration(struct parser *parser, struct token *number) {
  struct token unit = take(parser);
  struct place_range range = join(number->range, unit.range);
  int64_t micros = unit_micros(unit.text);
  if (micros == 0) {
    int days = unit_varying(unit.text);
    slip_varying(parser, number, &unit, days, range);
    micros = days * CLOCK_DAY;
  }
  number->expr = literal_duration(parser, number, micros, range);
  number->kind = TOKEN_DURATION;
  number->range = range;
}

/* Units as they are often shortened, where a duration is due. */
static int64_t short_unit(struct parser *parser, struct text word, const char **meant) {
  static const struct {
    const char *written, *meant;
    int64_t micros;
  } units[] = {{"s", "seconds", CLOCK_SECOND},    {"sec", "seconds", CLOCK_SECOND},
               {"secs", "seconds", CLOCK_SECOND}, {"min", "minutes", CLOCK_MINUTE},
               {"mins", "minutes", CLOCK_MINUTE}, {"h", "hours", CLOCK_HOUR},
               {"hr", "hours", CLOCK_HOUR},       {"hrs", "hours", CLOCK_HOUR},
               {"d", "days", CLOCK_DAY},          {"w", "weeks", CLOCK_WEEK},
               {"wk", "weeks", CLOCK_WEEK},       {"wks", "weeks", CLOCK_WEEK}};
  int before = parser->current->kind;
  bool due = before == TOKEN_WITHIN || before == TOKEN_EVERY || before == TOKEN_OVER ||
             before == TOKEN_AFTER || before == TOKEN_PER || before == TOKEN_LESS ||
             before == TOKEN_LESS_EQUAL || before == TOKEN_GREATER || before == TOKEN_GREATER_EQUAL;
  for (size_t i = 0; due && i < sizeof units / sizeof *units; i++)
    if (text_equal(word, text_from(units[i].written))) {
      *meant = units[i].meant;
      return units[i].micros;
    }
  return 0;
}

/* `30days` and `30d`: one word to the scanner, because labels may begin with a
 * digit. */
static void split_label(struct parser *parser, struct token *token) {
  size_t digits = 0;
  while (digits < token->text.length && token->text.bytes[digits] >= '0' &&
         token->text.bytes[digits] <= '9')
    digits++;
  if (digits == 0)
    return;
  struct text number = {token->text.bytes, digits};
  struct text unit = {token->text.bytes + digits, token->text.length - digits};
  char unit_text[16];
  const char *meant = unit_text;
  int64_t micros = unit_micros(unit);
  if (micros > 0) {
    memcpy(unit_text, unit.bytes, unit.length);
    unit_text[unit.length] = '\0';
  } else {
    micros = short_unit(parser, unit, &meant);
  }
  if (micros == 0)
    return;
  struct diag *diag = slip_error(parser, E0109, token->range,
                                 "a duration is written as a number, a blank and a unit");
  diag_fix(parser->diags, diag, diag->span,
           arena_format(parser->arena, "%.*s %s", TEXT_ARGS(number), meant));
  struct token count = *token;
  count.text = number;
  token->expr = literal_duration(parser, &count, micros, token->range);
  token->kind = TOKEN_DURATION;
}

/* `30 d` */
static void read_short_duration(struct parser *parser, struct token *number) {
  const char *meant = NULL;
  const struct token *word = peek(parser, 0);
  int64_t micros =
      word->kind == TOKEN_NAME && !word->quoted ? short_unit(parser, word->text, &meant) : 0;
  if (micros == 0)
    return;
  struct place_range range = join(number->range, word->range);
  struct diag *diag = slip_error(parser, E0109, word->range, "a unit is written out: `%s`", meant);
  diag_fix(parser->diags, diag, diag->span, meant);
  take(parser);
  number->expr = literal_duration(parser, number, micros, range);
  number->kind = TOKEN_DURATION;
  number->range = range;
}

/* ---- what one token becomes --------------------------------------------- */

static void mark_rule_sign(struct parser *parser, struct token *token) {
  bool first = token->fresh || parser->current->kind == TOKEN_LEFT_BRACE ||
               parser->current->kind == TOKEN_SEMICOLON;
  if (!first)
    return;
  if (token->kind == TOKEN_MINUS && !in_block(parser) && operand_follows(parser->current->kind))
    return;
  int next = peek(parser, 0)->kind;
  token->kind = token->kind == TOKEN_PLUS ? TOKEN_RULE_PLUS : TOKEN_RULE_MINUS;
  token->begins_rule = next == TOKEN_NUMBER || next == TOKEN_LEFT_PAREN;
  struct frame *frame = top(parser);
  if (frame && frame->kind == FRAME_BLOCK)
    frame->rules = true;
}

static void interpret(struct parser *parser, struct token *token) {
  if (token->kind == TOKEN_NUMBER && !token->expr->percent) {
    if (is_unit(parser))
      read_duration(parser, token);
    else
      read_short_duration(parser, token);
  } else if (token->kind == TOKEN_LABEL) {
    split_label(parser, token);
  } else if (token->kind == TOKEN_PLUS || token->kind == TOKEN_MINUS) {
    mark_rule_sign(parser, token);
  }
}

static bool at_margin(const struct parser *parser, const struct token *token) {
  uint32_t begin = token->range.begin;
  return token->fresh && (begin == 0 || parser->bytes.bytes[begin - 1] == '\n');
}

/* Notes whether the items of a block are indented, which tells later whether
 * a declaration at the margin can stand in it. */
static void enter_frame(struct parser *parser, const struct token *token) {
  struct frame *frame = top(parser);
  if (!frame)
    return;
  if (!frame->entered)
    frame->indented = true;
  frame->entered = true;
  if (at_margin(parser, token))
    frame->indented = false;
}

/* `not` before `in` and its like belongs to the word behind it. */
static bool is_prefix(struct parser *parser, const struct token *token) {
  if (token->kind == TOKEN_MINUS)
    return operand_follows(parser->current->kind);
  if (token->kind != TOKEN_NOT || parser->current->kind == TOKEN_IS)
    return false;
  switch (peek(parser, 0)->kind) {
  case TOKEN_IN:
  case TOKEN_CONTAINS:
  case TOKEN_STARTS:
  case TOKEN_ENDS:
  case TOKEN_LIKE:
  case TOKEN_MENTIONS: return false;
  default: return true;
  }
}

/* Counts brackets and prefixes.  False: the token is not for bison. */
static bool track(struct parser *parser, struct token *token) {
  if (is_closer(token->kind))
    return close_frame(parser, token);
  enter_frame(parser, token);
  if (is_opener(token->kind))
    open_frame(parser, token);
  else if (is_prefix(parser, token)) {
    parser->prefixes++;
    parser->level++;
  } else {
    operand_done(parser);
  }
  return true;
}

static bool too_deep(struct parser *parser, const struct token *token) {
  return parser->level >= LIMIT_NESTING && (is_opener(token->kind) || is_prefix(parser, token));
}

/* ---- blocks that are not closed ----------------------------------------- */

/* A word that begins declarations, at the left margin, while the items of the
 * open block are indented: the block's `}` is missing. */
static bool leaves_block(struct parser *parser, const struct token *token) {
  if (!at_margin(parser, token) || !is_head(token->kind))
    return false;
  for (unsigned i = parser->frame_count; i-- > 0;)
    if (parser->frames[i].kind == FRAME_BLOCK)
      return parser->frames[i].indented;
  return false;
}

/* Closes all that is open, so that what was read of it counts. */
static void close_all(struct parser *parser, const struct token *token) {
  const char *before = token->kind == TOKEN_END
                           ? "the end of the file"
                           : arena_format(parser->arena, "this `%s`", word_spelling(token->kind));
  if (parser->swallowed_closers > 0)
    parser->swallowed_closers--;
  else if (!parser->resync)
    slip_unclosed(parser, top(parser), token->range, before ? before : "this");
  parser->mute = 3;
  while (parser->frame_count > 0) {
    parser->closers += top(parser)->kind == FRAME_BLOCK;
    pop(parser);
  }
}

static struct token closer(struct parser *parser) {
  uint32_t at = peek(parser, 0)->range.begin;
  parser->closers--;
  return (struct token){.kind = TOKEN_RIGHT_BRACE, .block_end = true, .range = {at, at}};
}

/* ---- the next token, and the next fence --------------------------------- */

/* The error is reported; bison unwinds and asks for a fence. */
static struct token error_token(struct parser *parser, struct place_range range) {
  parser->resync = true;
  parser->errors++;
  return (struct token){.kind = TOKEN_BAREME_error, .range = range};
}

/* `let x =` and then a declaration: the operand is missing. */
static bool lacks_operand(struct parser *parser, const struct token *token) {
  return parser->frame_count == 0 && at_margin(parser, token) && is_head(token->kind) &&
         operand_follows(parser->current->kind);
}

static struct token report_no_operand(struct parser *parser) {
  struct place_range range = parser->current->range;
  struct text text = {parser->bytes.bytes + range.begin, range.end - range.begin};
  slip_error(parser, E0101, range, "a value is missing behind `%.*s`", TEXT_ARGS(text));
  return error_token(parser, range);
}

static struct token next_token(struct parser *parser) {
  for (;;) {
    if (parser->closers > 0)
      return closer(parser);
    const struct token *ahead = peek(parser, 0);
    if (parser->frame_count > 0 && (ahead->kind == TOKEN_END || leaves_block(parser, ahead))) {
      close_all(parser, ahead);
      continue;
    }
    if (lacks_operand(parser, ahead))
      return report_no_operand(parser);
    struct token token = take(parser);
    interpret(parser, &token);
    if (too_deep(parser, &token)) {
      refuse_deep(parser, &token);
      return error_token(parser, token.range);
    }
    if (track(parser, &token))
      return token;
  }
}

/* What can begin an item where the error stands, or end the block. */
static bool is_fence(struct parser *parser, const struct token *token) {
  switch (token->kind) {
  case TOKEN_END:
  case TOKEN_SEMICOLON: return true;
  case TOKEN_RIGHT_BRACE: return token->block_end;
  default: break;
  }
  if (parser->frame_count == 0)
    return is_head(token->kind) && token->fresh;
  if (token->kind == TOKEN_RULE_PLUS || token->kind == TOKEN_RULE_MINUS)
    return token->begins_rule;
  return token->fresh &&
         (is_word(token->kind) || token->kind == TOKEN_NUMBER || token->kind == TOKEN_STRING);
}

/* Reads on to the `}` of a block that nothing could be made of. */
static void skip_block(struct parser *parser) {
  unsigned outside = parser->frame_count - 1;
  while (parser->frame_count > outside) {
    const struct token *ahead = peek(parser, 0);
    if (ahead->kind == TOKEN_END || leaves_block(parser, ahead))
      return;
    struct token token = take(parser);
    *parser->current = token;
    if (is_closer(token.kind))
      close_frame(parser, &token);
    else if (is_opener(token.kind) && parser->level < LIMIT_NESTING)
      open_frame(parser, &token);
    else if (is_opener(token.kind))
      skip_deep_brackets(parser);
    else
      enter_frame(parser, &token);
  }
}

static struct token fence_at(struct parser *parser, struct token token) {
  parser->resync = false;
  parser->has_fence = true;
  parser->fence = token.range.begin;
  if (parser->substitute) {
    token.kind = parser->substitute;
    parser->substitute = 0;
  }
  return token;
}

/* True if the brackets inside of the block, still open when the token comes,
 * were forgotten: nothing that stands in them looks like this. */
static bool outranks_brackets(struct parser *parser, const struct token *token) {
  return token->begins_rule || (at_margin(parser, token) && is_head(token->kind));
}

/* The token at which the error was found, if it can be the fence itself. */
static bool retry_current(struct parser *parser) {
  struct token *token = parser->current;
  bool tried = parser->has_fence && parser->fence == token->range.begin;
  if (token->kind == TOKEN_BAREME_error)
    return false;
  if (token->kind == TOKEN_LEFT_BRACE && in_block(parser)) {
    skip_block(parser);
    return false;
  }
  while (token->fresh && parser->frame_count > 0 &&
         (top(parser)->kind == FRAME_PAREN || top(parser)->kind == FRAME_BRACKET))
    pop(parser);
  if (outranks_brackets(parser, token))
    leave_operands(parser);
  bool outside = parser->frame_count == 0 || in_block(parser);
  return outside && (parser->substitute || (!tried && is_fence(parser, token)));
}

static struct token next_fence(struct parser *parser) {
  bool retry = retry_current(parser);
  parser->has_unclosed = false;
  if (retry)
    return fence_at(parser, *parser->current);
  parser->substitute = 0;
  for (;;) {
    if (parser->closers > 0)
      return fence_at(parser, closer(parser));
    const struct token *ahead = peek(parser, 0);
    if (parser->frame_count > 0 && (ahead->kind == TOKEN_END || leaves_block(parser, ahead))) {
      close_all(parser, ahead);
      continue;
    }
    struct token token = take(parser);
    interpret(parser, &token);
    if (outranks_brackets(parser, &token))
      leave_operands(parser);
    bool outside = parser->frame_count == 0 || in_block(parser);
    if (is_opener(token.kind) && parser->level >= LIMIT_NESTING) {
      skip_deep_brackets(parser);
      continue;
    }
    bool wanted = track(parser, &token);
    *parser->current = token;
    if (token.kind == TOKEN_LEFT_BRACE && in_block(parser))
      skip_block(parser);
    else if (wanted && (outside || token.block_end) && is_fence(parser, &token))
      return fence_at(parser, token);
  }
}

/* Kinds that open, close or count, or mean something by where they stand. */
static const bool is_special[] = {
    [TOKEN_END] = true,         [TOKEN_LABEL] = true,        [TOKEN_PLUS] = true,
    [TOKEN_MINUS] = true,       [TOKEN_NOT] = true,          [TOKEN_LEFT_PAREN] = true,
    [TOKEN_RIGHT_PAREN] = true, [TOKEN_LEFT_BRACKET] = true, [TOKEN_RIGHT_BRACKET] = true,
    [TOKEN_LEFT_BRACE] = true,  [TOKEN_RIGHT_BRACE] = true,  [TOKEN_ZERO /* the last */] = false,
};

static bool is_plain(const struct token *token) {
  return !token->fresh && !is_special[token->kind];
}

/* The next token into parser->spare if it is plain. */
static bool read_plain(struct parser *parser) {
  if (parser->ahead_count > 0) {
    bool plain = is_plain(&parser->ahead[0]);
    if (plain)
      *parser->spare = take(parser);
    return plain;
  }
  scanner_next(parser, parser->spare);
  if (is_plain(parser->spare))
    return true;
  parser->ahead[parser->ahead_count++] = *parser->spare;
  return false;
}

/* Most tokens stand inside of a line and are handed on as they are.  True if the
 * next one is such, of which next_token() would make nothing else. */
static bool pass_plain(struct parser *parser) {
  if (parser->resync || parser->closers > 0 || !read_plain(parser))
    return false;
  struct frame *frame = top(parser);
  if (parser->spare->kind == TOKEN_NUMBER)
    interpret(parser, parser->spare);
  if (frame && !frame->entered)
    frame->entered = frame->indented = true;
  operand_done(parser);
  return true;
}

/* What stands in parser->spare is the current token. */
static struct token *hand_out(struct parser *parser) {
  struct token *token = parser->spare;
  parser->spare = parser->previous;
  parser->previous = parser->current;
  parser->current = token;
  parser->mute -= parser->mute > 0;
  return token;
}

/* A function of its own, so that the way of the plain ones stays short. */
static __attribute__((noinline)) void read_special(struct parser *parser) {
  *parser->spare = parser->resync ? next_fence(parser) : next_token(parser);
}

int bareme_lex(BAREME_STYPE *value, struct place_range *range, struct parser *parser) {
  if (parser_stopped(parser))
    *parser->spare = (struct token){.kind = TOKEN_END};
  else if (!pass_plain(parser))
    read_special(parser);
  const struct token *token = hand_out(parser);
  *range = token->range;
  if (token->kind == TOKEN_NUMBER || token->kind == TOKEN_DURATION || token->kind == TOKEN_INSTANT)
    value->expr = token->expr;
  else
    value->text = token->text;
  return token->kind;
}

bool parser_stopped(const struct parser *parser) {
  return parser->out_of_memory || parser->stopped || (parser->quick && parser->errors > 0);
}

struct token tokens_plain(struct parser *parser) {
  struct token token = take(parser);
  interpret(parser, &token);
  *parser->current = token;
  return token;
}

/* ---- syntax errors ------------------------------------------------------ */

/* The fence was only a guess, unless it is a misspelt word that could stand
 * where it stands. */
static bool follows_from_last(const struct parser *parser, const int *expected, size_t count) {
  const struct token *token = parser->current;
  if (parser->mute > 0)
    return true;
  if (!parser->has_fence || parser->fence != token->range.begin)
    return false;
  return token->kind != TOKEN_NAME || !word_nearest(token->text, expected, count);
}

void tokens_error(struct parser *parser, const int *expected, size_t count) {
  bool consequence = parser->quick || follows_from_last(parser, expected, count);
  parser->resync = true;
  parser->errors++;
  if (parser->current->kind == TOKEN_END && ++parser->ends > 3)
    parser->stopped = true;
  if (!consequence)
    slip_report(parser, expected, count);
}
