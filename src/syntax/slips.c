/* slips.c - what is wrong, in the words of whoever wrote the policy.
 *
 * A syntax error arrives as the token that was found and the tokens that could
 * have stood there, up to a hundred.  The first function below that knows the
 * mistake speaks; the last one says what was expected, with the tokens
 * gathered into things that have a name: a value, a rule, a declaration.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "bareme_parser.h"
#include "base/unicode.h"
#include "syntax/build.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct diag *slip_error(struct parser *parser, enum error_code code, struct place_range range,
                        const char *format, ...) {
  char message[400];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(message, sizeof message, format, arguments);
  va_end(arguments);
  return diag_error(parser->diags, code, SPAN(range), "%s", message);
}

static struct text source_text(const struct parser *parser, struct place_range range) {
  return (struct text){parser->bytes.bytes + range.begin, range.end - range.begin};
}

/* At most this much of a word or text is quoted in a message. */
#define QUOTED_BYTES 40

static struct text shortened(struct text text) {
  if (text.length > QUOTED_BYTES) {
    text.length = QUOTED_BYTES;
    while (text.length > 0 && ((unsigned char)text.bytes[text.length] & 0xC0) == 0x80)
      text.length--;
  }
  return text;
}

/* ---- slips that the scanner and the grammar recognise -------------------- */

void slip_instead(struct parser *parser, struct place_range range, const char *written,
                  const char *meant) {
  struct diag *diag;
  size_t length = strlen(meant);
  if (written)
    diag = slip_error(parser, E0109, range, "`%.*s` is written `%.*s`",
                      TEXT_ARGS(source_text(parser, range)),
                      (int)(meant[length - 1] == ' ' ? length - 1 : length), meant);
  else
    diag = slip_error(parser, E0109, range, "a comment begins with `%s`", meant);
  if (!written && range.end - range.begin > 2)
    diag_help(parser->diags, diag, "put `%s` before each of its lines", meant);
  if (written || range.end - range.begin == 2)
    diag_fix(parser->diags, diag, diag->span, meant);
}

void slip_comma(struct parser *parser, struct place_range range) {
  struct diag *diag = slip_error(parser, E0109, range, "no comma stands between these items");
  diag_help(parser->diags, diag, "leave it out, or write `;` between items on one line");
  diag_fix(parser->diags, diag, diag->span, "");
}

void slip_colon(struct parser *parser, struct place_range range) {
  struct diag *diag = slip_error(parser, E0109, range, "no `%.*s` stands here",
                                 TEXT_ARGS(source_text(parser, range)));
  diag_help(parser->diags, diag, "write the name, a blank, and what it is");
  diag_fix(parser->diags, diag, diag->span, "");
}

void slip_range_from(struct parser *parser, struct place_range range) {
  struct diag *diag = slip_error(parser, E0109, range, "a range is written `range A to B`");
  diag_fix(parser->diags, diag, diag->span, "");
}

void slip_late_setting(struct parser *parser, struct span span) {
  struct diag *diag = diag_error(parser->diags, E0113, span, "settings come before the first rule");
  diag_help(parser->diags, diag, "move this line to the start of the block");
}

void slip_once_per_duration(struct parser *parser, struct place_range range,
                            struct place_range duration) {
  struct diag *diag =
      slip_error(parser, E0109, range, "`once per` is followed by an event's field");
  diag_help(parser->diags, diag, "for one event in any %.*s, say how many times",
            TEXT_ARGS(source_text(parser, duration)));
  diag_fix(parser->diags, diag, diag->span,
           arena_format(parser->arena, "at most 1 times per %.*s",
                        TEXT_ARGS(source_text(parser, duration))));
}

void slip_present(struct parser *parser, struct place_range range, const char *meant) {
  struct diag *diag = slip_error(parser, E0109, range, "`%.*s` is written `is %s`",
                                 TEXT_ARGS(source_text(parser, range)), meant);
  diag_fix(parser->diags, diag, diag->span, arena_format(parser->arena, "is %s", meant));
}

void slip_twice(struct parser *parser, struct span first, struct span second, const char *what) {
  struct diag *diag = diag_error(parser->diags, E0115, second, "%s is given twice", what);
  diag_note(parser->diags, diag, first, "given here before");
}

struct set *slip_parenthesised_set(struct parser *parser, struct place_range range,
                                   struct expr *first, struct expr *rest) {
  struct text text = source_text(parser, range);
  struct text inside = {text.bytes + 1, text.length - 2};
  struct diag *diag = slip_error(parser, E0109, range, "a list stands in brackets");
  diag_fix(parser->diags, diag, diag->span,
           arena_format(parser->arena, "[%.*s]", TEXT_ARGS(inside)));
  first->next = CLOSED(rest);
  return NODE(set, .kind = SET_ITEMS, .span = SPAN(range), .items = first);
}

struct expr *slip_case(struct parser *parser, struct place_range range, struct case_arm *arms) {
  struct place_range end = {range.end - (range.end > range.begin), range.end};
  struct diag *diag = slip_error(parser, E0124, end, "this `case` lacks its `otherwise`");
  diag_help(parser->diags, diag, "say what it is if no condition is true: `otherwise 0`");
  return expr_case(parser, range, arms, expr_unreadable(parser, range));
}

/* `companySize` and `VIP_lead` in small letters with `_` between words. */
static const char *snake_case(struct parser *parser, struct text text) {
  char *out = arena_alloc(parser->arena, text.length * 2 + 1);
  size_t length = 0;
  if (!out)
    return NULL;
  for (size_t i = 0; i < text.length; i++) {
    char letter = text.bytes[i];
    bool capital = letter >= 'A' && letter <= 'Z';
    bool after_small = i > 0 && text.bytes[i - 1] >= 'a' && text.bytes[i - 1] <= 'z';
    if (capital && after_small)
      out[length++] = '_';
    out[length++] = capital ? (char)(letter - 'A' + 'a') : letter;
  }
  return out;
}

struct name *slip_capital(struct parser *parser, struct text text, struct place_range range) {
  if (text.bytes[0] >= '0' && text.bytes[0] <= '9') {
    slip_error(parser, E0121, range, "a name begins with a letter");
    return build_name(parser, text, range);
  }
  struct diag *diag = slip_error(parser, E0121, range,
                                 "a name is written in small letters, with `_` between its words");
  const char *meant = snake_case(parser, text);
  if (meant) {
    diag_help(parser->diags, diag, "call it `%s`", meant);
    diag_fix(parser->diags, diag, diag->span, meant);
  }
  return build_name(parser, text, range);
}

void slip_unclosed(struct parser *parser, const struct frame *frame, struct place_range range,
                   const char *before) {
  static const char *const openers[] = {"(", "[", "{", "{"};
  static const char *const closers[] = {")", "]", "}", "}"};
  struct diag *diag =
      slip_error(parser, E0117, range, "`%s` is missing before %s", closers[frame->kind], before);
  diag_note(parser->diags, diag, parser_span(parser, frame->range), "this `%s` is not closed",
            openers[frame->kind]);
}

/* ---- what was found ----------------------------------------------------- */

/* A syntax error while it is being explained. */
struct problem {
  struct parser *parser;
  const struct token *found;
  const int *expected;
  size_t count;
  char text[128]; /* the found token in words */
};

static bool can_be(const struct problem *problem, int token) {
  for (size_t i = 0; i < problem->count; i++)
    if (problem->expected[i] == token)
      return true;
  return false;
}

static void describe(struct problem *problem) {
  struct text text = source_text(problem->parser, problem->found->range);
  struct text cut = shortened(text);
  const char *more = cut.length < text.length ? "..." : "";
  if (problem->found->kind == TOKEN_END)
    snprintf(problem->text, sizeof problem->text, "the end of the file");
  else if (problem->found->kind == TOKEN_STRING)
    snprintf(problem->text, sizeof problem->text, "the text %.*s%s", TEXT_ARGS(cut), more);
  else if (text.length == 0)
    snprintf(problem->text, sizeof problem->text, "the end of the block");
  else
    snprintf(problem->text, sizeof problem->text, "`%.*s%s`", TEXT_ARGS(cut), more);
}

/* A value could stand here; with `not` before it, a condition. */
static bool wants_value(const struct problem *problem) {
  return can_be(problem, TOKEN_CASE) && can_be(problem, TOKEN_LEFT_PAREN) &&
         can_be(problem, TOKEN_TRUE);
}

/* A value is complete, and an operator could follow. */
static bool behind_value(const struct problem *problem) {
  return can_be(problem, TOKEN_STAR);
}

static bool wants_type(const struct problem *problem) {
  return can_be(problem, TOKEN_BOOL) && can_be(problem, TOKEN_ONE) && !can_be(problem, TOKEN_NAME);
}

/* Where any word is a name, `when` and `once` say nothing about the place. */
static bool behind_rule(const struct problem *problem) {
  return can_be(problem, TOKEN_ONCE) && !can_be(problem, TOKEN_NAME);
}

static bool wants_when(const struct problem *problem) {
  return can_be(problem, TOKEN_WHEN) && !can_be(problem, TOKEN_NAME);
}

static bool begins_item(const struct problem *problem) {
  int before = problem->parser->previous->kind;
  return problem->found->fresh || before == TOKEN_LEFT_BRACE || before == TOKEN_RIGHT_BRACE ||
         before == TOKEN_SEMICOLON || before == 0;
}

static struct diag *report(struct problem *problem, enum error_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static struct diag *report(struct problem *problem, enum error_code code, const char *format, ...) {
  char message[400];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(message, sizeof message, format, arguments);
  va_end(arguments);
  return slip_error(problem->parser, code, problem->found->range, "%s", message);
}

static void help(struct problem *problem, struct diag *diag, const char *text) {
  diag_help(problem->parser->diags, diag, "%s", text);
}

static void fix(struct problem *problem, struct diag *diag, const char *text) {
  diag_fix(problem->parser->diags, diag, diag->span, text);
}

/* ---- mistakes with a name of their own ---------------------------------- */

/* `+5 when (a and b` and the next rule, or `}`. */
static bool explain_unclosed(struct problem *problem) {
  const struct parser *parser = problem->parser;
  const struct frame *frame = &parser->unclosed;
  if (!parser->has_unclosed) {
    if (parser->frame_count == 0 || !problem->found->begins_rule)
      return false;
    frame = &parser->frames[parser->frame_count - 1];
    if (frame->kind == FRAME_BLOCK || parser->frames[0].kind != FRAME_BLOCK)
      return false;
  }
  slip_unclosed(problem->parser, frame, problem->found->range, problem->text);
  return true;
}

static bool explain_line_sign(struct problem *problem) {
  int kind = problem->found->kind;
  if ((kind != TOKEN_RULE_PLUS && kind != TOKEN_RULE_MINUS) || !behind_value(problem) ||
      can_be(problem, kind))
    return false;
  const char *sign = kind == TOKEN_RULE_PLUS ? "+" : "-";
  struct diag *diag =
      report(problem, E0123, "a `%s` that is first on its line begins a rule", sign);
  diag_help(problem->parser->diags, diag, "to go on with the line above, put the `%s` at its end",
            sign);
  return true;
}

static bool is_comparison(int kind) {
  switch (kind) {
  case TOKEN_EQUAL:
  case TOKEN_NOT_EQUAL:
  case TOKEN_LESS:
  case TOKEN_LESS_EQUAL:
  case TOKEN_GREATER:
  case TOKEN_GREATER_EQUAL:
  case TOKEN_IS:
  case TOKEN_IN:
  case TOKEN_CONTAINS:
  case TOKEN_STARTS:
  case TOKEN_ENDS:
  case TOKEN_LIKE:
  case TOKEN_MENTIONS: return true;
  default: return false;
  }
}

static bool explain_chained(struct problem *problem) {
  if (!is_comparison(problem->found->kind) || !can_be(problem, TOKEN_AND))
    return false;
  struct diag *diag = report(problem, E0122, "comparisons cannot be chained");
  help(problem, diag, "write `1 < x and x < 5`, or `x in 1..5` to include both ends");
  return true;
}

/* Words that ask what an operator asks: `size greater than 50`. */
static bool explain_operator_word(struct problem *problem) {
  static const struct {
    const char *written, *advice;
  } words[] = {{"between", "a range is written `in 10..50`, which includes both ends"},
               {"matches", "`like` has `*` for any letters: `like \"head*\"`; `mentions` looks for "
                           "whole words"},
               {"regex", "`like` has `*` for any letters: `like \"head*\"`"},
               {"includes", "write `contains`"},
               {"has", "write `contains`"},
               {"equals", "write `is`, or `=` for numbers"},
               {"greater", "write `>`"},
               {"more", "write `>`"},
               {"above", "write `>`"},
               {"less", "write `<`"},
               {"fewer", "write `<`"},
               {"below", "write `<`"},
               {"least", "write `>=`"},
               {"than", "write `>` or `<`"},
               {"mod", "there is no remainder"},
               {"if", "the condition stands behind `when`"}};
  const struct token *found = problem->found;
  if (!behind_value(problem) || found->fresh || found->quoted)
    return false;
  struct text text = source_text(problem->parser, found->range);
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (text_equal(text, text_from(words[i].written)) && !can_be(problem, found->kind)) {
      struct diag *diag = report(problem, E0101, "unexpected %s", problem->text);
      help(problem, diag, words[i].advice);
      return true;
    }
  return false;
}

/* `is not in [...]`, `is contains`: one operator behind another. */
static bool explain_two_operators(struct problem *problem) {
  const struct token *before = problem->parser->previous;
  bool doubled = before->kind == TOKEN_NOT || before->kind == TOKEN_IS;
  if (!doubled || !is_comparison(problem->found->kind) || !wants_value(problem))
    return false;
  const char *word = word_spelling(problem->found->kind);
  if (!word)
    return false;
  struct diag *diag = report(problem, E0101, "no `is` stands before `%s`", word);
  diag_help(problem->parser->diags, diag, "write `%s%s`", before->kind == TOKEN_NOT ? "not " : "",
            word);
  return true;
}

/* `let x = if size > 5 ...`: `if` was taken for a name. */
static bool explain_if(struct problem *problem) {
  struct parser *parser = problem->parser;
  if (parser->previous->kind != TOKEN_NAME || !text_equal(parser->previous->text, TEXT("if")) ||
      !behind_value(problem))
    return false;
  struct diag *diag =
      slip_error(parser, E0109, parser->previous->range, "a value with conditions is a `case`");
  help(problem, diag, "write `case { when size > 5 then 10 otherwise 0 }`");
  return true;
}

/* Words that other languages use. */
static bool explain_foreign(struct problem *problem) {
  static const struct {
    const char *written;
    int token;
    const char *meant;
  } words[] = {{"if", TOKEN_WHEN, "when"},
               {"unless", TOKEN_WHEN, "when not"},
               {"given", TOKEN_WHEN, "when"},
               {"else", TOKEN_OTHERWISE, "otherwise"},
               {"default", TOKEN_OTHERWISE, "otherwise"},
               {"than", TOKEN_THEN, "then"},
               {"until", TOKEN_TO, "to"},
               {"string", TOKEN_TEXT_TYPE, "text"},
               {"str", TOKEN_TEXT_TYPE, "text"},
               {"int", TOKEN_NUMBER_TYPE, "number"},
               {"integer", TOKEN_NUMBER_TYPE, "number"},
               {"float", TOKEN_NUMBER_TYPE, "number"},
               {"double", TOKEN_NUMBER_TYPE, "number"},
               {"decimal", TOKEN_NUMBER_TYPE, "number"},
               {"boolean", TOKEN_BOOL, "bool"},
               {"date", TOKEN_TIME, "time"},
               {"datetime", TOKEN_TIME, "time"},
               {"timestamp", TOKEN_TIME, "time"},
               {"instant", TOKEN_TIME, "time"},
               {"enum", TOKEN_ONE, "one of"}};
  if (problem->found->kind != TOKEN_NAME || problem->found->quoted)
    return false;
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (text_equal(problem->found->text, text_from(words[i].written)) &&
        can_be(problem, words[i].token)) {
      struct diag *diag =
          report(problem, E0109, "`%s` is written `%s`", words[i].written, words[i].meant);
      fix(problem, diag, words[i].meant);
      return true;
    }
  return false;
}

static struct text lower_ascii(struct text text, char *out, size_t size) {
  size_t length = text.length < size ? text.length : size;
  for (size_t i = 0; i < length; i++)
    out[i] = (char)(text.bytes[i] >= 'A' && text.bytes[i] <= 'Z' ? text.bytes[i] - 'A' + 'a'
                                                                 : text.bytes[i]);
  return (struct text){out, length};
}

/* `scoer` for `score`, `WHEN` for `when`.  Where an item begins, the parse
 * goes on as if the word had been right. */
static bool explain_misspelt(struct problem *problem) {
  const struct token *found = problem->found;
  char lower[32];
  bool word = found->kind == TOKEN_NAME || found->kind == TOKEN_LABEL;
  if (!word || found->quoted || (wants_type(problem) && found->fresh))
    return false;
  int meant = word_nearest(lower_ascii(found->text, lower, sizeof lower), problem->expected,
                           problem->count);
  if (!meant)
    return false;
  struct diag *diag = report(problem, E0101, "unexpected %s", problem->text);
  diag_help(problem->parser->diags, diag, "did you mean `%s`?", word_spelling(meant));
  fix(problem, diag, word_spelling(meant));
  if (begins_item(problem))
    problem->parser->substitute = meant;
  return true;
}

static bool begins_value(int kind) {
  return kind == TOKEN_NAME || kind == TOKEN_LEFT_PAREN || kind == TOKEN_NOT ||
         kind == TOKEN_COUNT || kind == TOKEN_HAS || kind == TOKEN_LEAD || kind == TOKEN_STAGE ||
         kind == TOKEN_NUMBER;
}

/* `+5 company_size > 10`: a rule is complete without a condition, but not
 * when something that can only be one follows on its line. */
static bool explain_rule_condition(struct problem *problem) {
  if (!wants_when(problem) || !behind_rule(problem) || !begins_value(problem->found->kind) ||
      problem->found->fresh)
    return false;
  struct diag *diag = report(problem, E0101, "`when` or `on` is missing before %s", problem->text);
  help(problem, diag, "`when` stands before a condition on the lead, `on` before an event");
  return true;
}

/* `+0.5 * seconds`, `+x` */
static bool behind_points(const struct problem *problem) {
  int kind = problem->found->kind, before = problem->parser->previous->kind;
  if (before == TOKEN_RULE_PLUS || before == TOKEN_RULE_MINUS)
    return begins_value(kind) || kind == TOKEN_MINUS;
  return before == TOKEN_NUMBER && behind_rule(problem) &&
         (kind == TOKEN_STAR || kind == TOKEN_SLASH || kind == TOKEN_PLUS || kind == TOKEN_MINUS);
}

/* `segment big company_size > 10`, `segment big = ...`, `segment big { ... }` */
static bool explain_no_when(struct problem *problem) {
  int kind = problem->found->kind;
  if (!wants_when(problem) || can_be(problem, TOKEN_RIGHT_BRACE) ||
      (problem->found->fresh && kind != TOKEN_LEFT_BRACE))
    return explain_rule_condition(problem);
  if (kind == TOKEN_EQUAL || kind == TOKEN_COLON) {
    struct diag *diag =
        report(problem, E0101, "the condition stands behind `when`, not behind %s", problem->text);
    fix(problem, diag, "when");
    return true;
  }
  if (!begins_value(kind) && kind != TOKEN_LEFT_BRACE)
    return false;
  struct diag *diag = report(problem, E0101, "`when` is missing before %s", problem->text);
  help(problem, diag, "the condition stands behind `when`");
  return true;
}

static bool explain_misplaced(struct problem *problem) {
  int kind = problem->found->kind;
  const char *message, *advice = NULL;
  if (kind == TOKEN_THEN) {
    message = "unexpected `then`";
    advice = "`then` stands in `case { when ... then ... otherwise ... }`; a rule's points stand "
             "before its condition";
  } else if (kind == TOKEN_WHEN && can_be(problem, TOKEN_WITHIN) && behind_rule(problem)) {
    message = "a rule has one trigger, and here it is `on`";
    advice = "a condition on the event stands behind `where`; for one on the lead, put the rule "
             "into `for COND { }`";
  } else if (kind == TOKEN_STRING && behind_rule(problem)) {
    message = "a rule's label stands right behind its points";
    advice = "as in `+25 \"Large\" when size > 10`";
  } else if (behind_points(problem)) {
    message = "points that are computed stand in parentheses";
    advice = "write `+(0.5 * seconds)`";
  } else if (kind == TOKEN_COMMA && problem->parser->previous->kind == TOKEN_NUMBER &&
             !can_be(problem, TOKEN_NAME)) {
    message = "no comma stands in a number";
    advice = "write `1_000_000`, and a decimal point as in `2.5`";
  } else if (kind == TOKEN_COMMA) {
    message = "no comma stands here";
  } else {
    return false;
  }
  struct diag *diag = report(problem, E0101, "%s", message);
  if (advice)
    help(problem, diag, advice);
  return true;
}

static bool is_head_word(int kind) {
  enum word_class class;
  return word_class_of(kind, &class) && class == WORD_HEAD;
}

/* What belongs into a score and stands outside, or the other way round; the
 * parts of a rule in another order. */
static bool explain_place(struct problem *problem) {
  int kind = problem->found->kind, before = problem->parser->previous->kind;
  bool outside = can_be(problem, TOKEN_POLICY), rules = can_be(problem, TOKEN_RULE_PLUS);
  const char *message, *advice;
  if (outside && (kind == TOKEN_RULE_PLUS || kind == TOKEN_RULE_MINUS)) {
    message = "a rule stands in a score";
    advice = "put it between the braces of `score NAME { }`";
  } else if (outside && before == 0 && (kind == TOKEN_LEFT_BRACE || kind == TOKEN_LEFT_BRACKET)) {
    message = "a policy begins with `policy \"Name\"`, and this looks like data";
    advice = "leads are named behind the policy: `bareme score POLICY LEADS`";
  } else if (rules && kind == TOKEN_ON && behind_rule(problem) && behind_value(problem)) {
    message = "a rule has one trigger, and here it is `when`";
    advice = "points for events of such leads stand in `for COND { +5 on ... }`";
  } else if (rules && behind_value(problem) && (kind == TOKEN_ON || kind == TOKEN_WHEN) &&
             !can_be(problem, kind)) {
    message = "the `+` or `-` before this was read as an operator";
    advice = "begin the rule on a line of its own, or put `;` before it";
  } else if (rules && kind == TOKEN_WITHOUT) {
    message = "silence is counted in periods";
    advice = "write `-10 every 30 days without visit`";
  } else if (kind == TOKEN_DOTS && can_be(problem, TOKEN_TO)) {
    message = "no `..` stands here";
    advice = "a score's range is written `range 0 to 100`";
  } else if (kind == TOKEN_TO && behind_value(problem) && can_be(problem, TOKEN_NAME)) {
    message = "a row of a band has no upper bound";
    advice = "it ends where the row above begins: leave `to` out";
  } else if (kind == TOKEN_WHEN && can_be(problem, TOKEN_STRING) && !can_be(problem, TOKEN_NAME) &&
             problem->parser->previous->kind == TOKEN_EXCLUDE) {
    message = "an exclusion says why";
    advice = "write `exclude \"Competitor\" when ...`";
  } else if (rules && begins_item(problem) && (kind == TOKEN_WHEN || kind == TOKEN_ON)) {
    message = "a rule begins with its points";
    advice = "write `+10 when ...` or `+10 on ...`";
  } else if (rules && begins_item(problem) && kind == TOKEN_NUMBER) {
    message = "points begin with their sign";
    advice = "write `+10` to give points and `-10` to take them";
  } else if (rules && !outside && is_head_word(kind) && !behind_value(problem)) {
    message = "a declaration cannot stand in a score";
    advice = "put it outside, before or after; the order of declarations is free";
  } else if (kind == TOKEN_COLON && can_be(problem, TOKEN_LEFT_BRACE) && !wants_value(problem)) {
    message = "no `:` stands here";
    advice = "what belongs to it stands in braces: `{ ... }`";
  } else {
    return false;
  }
  struct diag *diag = report(problem, E0101, "%s", message);
  help(problem, diag, advice);
  return true;
}

/* `{ companySize number }`, `{ company-size number }` */
static bool explain_field_name(struct problem *problem) {
  struct parser *parser = problem->parser;
  if (problem->found->kind == TOKEN_MINUS && wants_type(problem)) {
    struct diag *diag = report(problem, E0121, "no `-` stands in a name");
    help(problem, diag, "join its words by `_`, as in `company_size`");
    return true;
  }
  if (problem->found->kind != TOKEN_LABEL || !can_be(problem, TOKEN_NAME) || wants_value(problem) ||
      !can_be(problem, TOKEN_RIGHT_BRACE))
    return false;
  slip_capital(parser, problem->found->text, problem->found->range);
  return true;
}

static bool explain_no_type(struct problem *problem) {
  if (!wants_type(problem))
    return false;
  struct diag *diag;
  struct text field = source_text(problem->parser, problem->parser->previous->range);
  if (begins_item(problem) || problem->found->kind == TOKEN_RIGHT_BRACE ||
      problem->found->kind == TOKEN_COMMA || problem->found->kind == TOKEN_EQUAL)
    diag = slip_error(problem->parser, E0101, problem->parser->previous->range,
                      "the type of `%.*s` is missing", TEXT_ARGS(shortened(field)));
  else
    diag = report(problem, E0101, "`%.*s` needs a type, and %s is none",
                  TEXT_ARGS(shortened(field)), problem->text);
  help(problem, diag,
       "the types are `text`, `number`, `bool`, `time`, `duration`, `list of text` "
       "and `one of (a, b)`");
  return true;
}

/* `["FR" "BE"]` */
static bool explain_no_list_comma(struct problem *problem) {
  int kind = problem->found->kind;
  if ((kind != TOKEN_STRING && kind != TOKEN_NUMBER) || problem->found->fresh ||
      !can_be(problem, TOKEN_COMMA) || !can_be(problem, TOKEN_RIGHT_BRACKET))
    return false;
  report(problem, E0101, "a comma is missing before %s", problem->text);
  return true;
}

/* `columns high low`: the second label was taken for that of the first row. */
static bool explain_no_comma(struct problem *problem) {
  struct parser *parser = problem->parser;
  if (!can_be(problem, TOKEN_COLON) || problem->count != 1)
    return false;
  if (problem->found->kind == TOKEN_EQUAL) {
    fix(problem, report(problem, E0109, "a value stands behind `:`, not behind `=`"), ":");
    return true;
  }
  if (parser->previous->fresh)
    return false;
  slip_error(parser, E0101, parser->previous->range, "a comma is missing before `%.*s`",
             TEXT_ARGS(shortened(source_text(parser, parser->previous->range))));
  return true;
}

/* `expct a = 1`, taken for an event. */
static bool explain_event(struct problem *problem) {
  static const int items[] = {TOKEN_EXPECT, TOKEN_AS, TOKEN_LEAD};
  struct parser *parser = problem->parser;
  if (!can_be(problem, TOKEN_INSTANT) || wants_value(problem) || can_be(problem, TOKEN_EXPECT))
    return false;
  int meant = word_nearest(parser->previous->text, items, sizeof items / sizeof *items);
  struct diag *diag;
  if (meant) {
    diag = slip_error(parser, E0101, parser->previous->range, "unexpected `%.*s`",
                      TEXT_ARGS(shortened(parser->previous->text)));
    diag_help(parser->diags, diag, "did you mean `%s`?", word_spelling(meant));
    fix(problem, diag, word_spelling(meant));
  } else {
    bool as_of = parser->previous->kind == TOKEN_OF;
    struct text event = shortened(source_text(parser, parser->previous->range));
    diag = as_of ? report(problem, E0101, "expected an instant, found %s", problem->text)
                 : report(problem, E0101, "expected an instant behind the event `%.*s`, found %s",
                          TEXT_ARGS(event), problem->text);
    help(problem, diag,
         as_of ? "write the year first: `as of 2026-06-01`"
               : "say when it happened: `2026-06-01`, or `2 days ago`; what must come out stands "
                 "behind `expect`");
  }
  return true;
}

/* `+5 when`, and the next line. */
static bool explain_no_value(struct problem *problem) {
  int kind = problem->found->kind;
  struct parser *parser = problem->parser;
  bool item_ends = problem->found->fresh || kind == TOKEN_RIGHT_BRACE || kind == TOKEN_SEMICOLON ||
                   kind == TOKEN_END;
  if (!wants_value(problem) || !item_ends)
    return false;
  slip_error(parser, E0101, parser->previous->range, "a %s is missing behind `%.*s`",
             can_be(problem, TOKEN_NOT) ? "condition or value" : "value",
             TEXT_ARGS(shortened(source_text(parser, parser->previous->range))));
  return true;
}

/* ---- what was expected -------------------------------------------------- */

/* Reads "a, b or c"; past MOST_EXPECTED nothing is listed. */
#define MOST_EXPECTED 5

struct listing {
  const char *items[MOST_EXPECTED + 1];
  size_t count;
};

static void list(struct listing *listing, const char *item) {
  if (listing->count <= MOST_EXPECTED)
    listing->items[listing->count++] = item;
}

static void list_groups(const struct problem *problem, struct listing *listing) {
  if (can_be(problem, TOKEN_POLICY) && can_be(problem, TOKEN_SEGMENT) &&
      !can_be(problem, TOKEN_NAME))
    list(listing, "a declaration");
  if (wants_value(problem))
    list(listing, can_be(problem, TOKEN_NOT) ? "a condition or value" : "a value");
  else if (wants_type(problem))
    list(listing, "a type");
  else if (can_be(problem, TOKEN_NAME))
    list(listing, "a name");
  else if (can_be(problem, TOKEN_NUMBER))
    list(listing, "a number");
  if (can_be(problem, TOKEN_STRING) && !wants_value(problem))
    list(listing, "a text in quotes");
  if (can_be(problem, TOKEN_INSTANT) && !wants_value(problem))
    list(listing, "an instant");
  if (can_be(problem, TOKEN_DURATION) && !wants_value(problem))
    list(listing, "a duration");
  if (behind_value(problem))
    list(listing, "an operator");
  if (can_be(problem, TOKEN_RULE_PLUS))
    list(listing, "a rule");
}

static bool in_group(const struct problem *problem, int token) {
  enum word_class class;
  if (!word_class_of(token, &class))
    return behind_value(problem) && token != TOKEN_RIGHT_BRACE && token != TOKEN_RIGHT_PAREN &&
           token != TOKEN_RIGHT_BRACKET && token != TOKEN_COMMA && token != TOKEN_LEFT_BRACE;
  if (class == WORD_SLIP || wants_type(problem))
    return true;
  if (can_be(problem, TOKEN_NAME) || wants_value(problem))
    return class != WORD_RESERVED || can_be(problem, TOKEN_MENTIONS) || wants_value(problem);
  if (class == WORD_HEAD || token == TOKEN_ACTION)
    return can_be(problem, TOKEN_POLICY);
  if (behind_value(problem) &&
      (is_comparison(token) || token == TOKEN_AND || token == TOKEN_OR || token == TOKEN_NOT))
    return true;
  return can_be(problem, TOKEN_RULE_PLUS) && class != WORD_RESERVED;
}

static const char *sign_spelling(int token) {
  switch (token) {
  case TOKEN_EQUAL: return "=";
  case TOKEN_COMMA: return ",";
  case TOKEN_COLON: return ":";
  case TOKEN_DOT: return ".";
  case TOKEN_DOTS: return "..";
  case TOKEN_LEFT_PAREN: return "(";
  case TOKEN_RIGHT_PAREN: return ")";
  case TOKEN_LEFT_BRACKET: return "[";
  case TOKEN_RIGHT_BRACKET: return "]";
  case TOKEN_LEFT_BRACE: return "{";
  case TOKEN_RIGHT_BRACE: return "}";
  default: return NULL;
  }
}

static void list_rest(const struct problem *problem, struct listing *listing) {
  for (size_t i = 0; i < problem->count; i++) {
    int token = problem->expected[i];
    const char *spelling = word_spelling(token);
    if (!spelling)
      spelling = sign_spelling(token);
    if (spelling && !in_group(problem, token) &&
        !(wants_value(problem) && token == TOKEN_LEFT_PAREN))
      list(listing, arena_format(problem->parser->arena, "`%s`", spelling));
  }
}

static void explain_expected(struct problem *problem) {
  struct listing listing = {.count = 0};
  char text[300] = "";
  size_t length = 0;
  list_groups(problem, &listing);
  list_rest(problem, &listing);
  if (listing.count == 0 || listing.count > MOST_EXPECTED) {
    report(problem, E0101, "unexpected %s", problem->text);
    return;
  }
  for (size_t i = 0; i < listing.count; i++) {
    const char *glue = i == 0 ? "" : i + 1 == listing.count ? " or " : ", ";
    int written = snprintf(text + length, sizeof text - length, "%s%s", glue,
                           listing.items[i] ? listing.items[i] : "");
    length += (size_t)written;
    if (length >= sizeof text)
      break;
  }
  struct diag *diag = report(problem, E0101, "expected %s, found %s", text, problem->text);
  enum word_class class;
  bool word = word_class_of(problem->found->kind, &class);
  if (word && (can_be(problem, TOKEN_NAME) || wants_value(problem)))
    diag_help(problem->parser->diags, diag,
              "`%s` is a word of the language; as a name it stands in backquotes",
              word_spelling(problem->found->kind));
  bool name = problem->found->kind == TOKEN_NAME || problem->found->kind == TOKEN_LABEL;
  if (can_be(problem, TOKEN_RULE_PLUS) && can_be(problem, TOKEN_DECAY) && name)
    help(problem, diag,
         "the settings of a score are `decay`, `range` and `round`; its rules begin "
         "with `+` or `-`");
  if (name && !problem->found->fresh && listing.count == 1 && can_be(problem, TOKEN_STRING) &&
      !can_be(problem, TOKEN_NAME)) {
    diag_help(problem->parser->diags, diag, "put it in quotes: \"%.*s\"",
              TEXT_ARGS(shortened(problem->found->text)));
  }
}

/* The particular before the general. */
static bool (*const explanations[])(struct problem *) = {
    explain_unclosed,
    explain_line_sign,
    explain_chained,
    explain_two_operators,
    explain_if,
    explain_foreign,
    explain_no_value,
    explain_operator_word,
    explain_field_name,
    explain_misspelt,
    explain_no_when,
    explain_misplaced,
    explain_no_list_comma,
    explain_place,
    explain_no_type,
    explain_no_comma,
    explain_event,
};

void slip_report(struct parser *parser, const int *expected, size_t count) {
  struct problem problem = {parser, parser->current, expected, count, ""};
  describe(&problem);
  for (size_t i = 0; i < sizeof explanations / sizeof *explanations; i++)
    if (explanations[i](&problem))
      return;
  explain_expected(&problem);
}
