/* parser.h - the state of one parse, shared by the files of this folder.
 *
 *   bytes -> bareme.l -> tokens.c -> bareme.y -> build.c -> tree
 *            words       brackets,   order        nodes
 *            signs       rule signs,
 *            literals.c  fences
 *
 * Nothing outside of this folder and of grammar/ includes it.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_SYNTAX_PARSER_H
#define BAREME_SYNTAX_PARSER_H

#include "limits.h"
#include "syntax/ast.h"

/* A token as the lexer sees it.  Literals carry their finished node. */
struct token {
  int kind;
  bool fresh;       /* the first of its line */
  bool begins_rule; /* a first sign with points behind it */
  bool block_end;   /* a `}` that closes a block, and not a `case` */
  bool quoted;      /* a name in backquotes: never a unit or a word of the language */
  struct place_range range;
  struct text text;  /* words: as written; texts in quotes: escapes resolved */
  struct expr *expr; /* NUMBER, DURATION, INSTANT */
};

/* An open bracket. */
struct frame {
  enum frame_kind { FRAME_PAREN, FRAME_BRACKET, FRAME_CASE, FRAME_BLOCK } kind;
  struct place_range range;
  bool entered;      /* something stands behind it */
  bool indented;     /* FRAME_BLOCK: no item of it begins at the left margin */
  bool rules;        /* FRAME_BLOCK: a rule begins right in it */
  unsigned prefixes; /* `not` and `-` that wait for what the bracket holds */
};

/* What tokens.c looks ahead: a number, its unit, and what follows. */
#define TOKENS_AHEAD 3

/* Of 64 names and words that a policy uses most, hardly two fall together. */
#define RECALLED_WORDS 64

struct parser {
  struct arena *arena;
  const struct sources *sources;
  uint32_t source;
  struct diags *diags;
  struct tree *tree;
  bool out_of_memory;
  bool quick;   /* the first attempt, which ends at the first syntax error */
  bool stopped; /* errors without end: give up */

  /* the lexer */
  struct text bytes; /* a copy of the source without NUL and invalid UTF-8 */
  void *scanner;
  char *pool; /* memory for flex, which must not fail half-way */
  size_t pool_used;
  bool fresh;
  struct recalled_word {
    uint64_t letters; /* the first one's in the lowest byte */
    int token;
  } recalled[RECALLED_WORDS]; /* by their hash: the same words come again and again */
  struct comment *comments;   /* a circle, as all lists here */

  /* tokens.c */
  struct token ahead[TOKENS_AHEAD];
  unsigned ahead_count;
  struct token slots[3];
  struct token *current, *previous; /* handed to bison last, and before that */
  struct token *spare;              /* the third, for the next one */
  struct frame frames[LIMIT_NESTING + 1];
  unsigned frame_count;
  unsigned prefixes;     /* `not` and `-` behind the last bracket, waiting for an operand */
  unsigned level;        /* brackets and prefixes: at most LIMIT_NESTING */
  struct frame unclosed; /* closed by a `}` or a rule that left it open */
  bool has_unclosed;
  unsigned closers; /* `}` to hand out that the source lacks */
  bool resync;      /* an error was reported: go on at the next fence */
  bool has_fence;
  uint32_t fence; /* where the last fence stood */
  int substitute; /* the token that the faulty one stands for, or 0 */
  unsigned mute;  /* tokens for which a syntax error would be a consequence */
  bool has_stray;
  uint32_t stray; /* the token before the last closer that closes nothing */
  /* brackets in texts that were not closed */
  unsigned swallowed_openers, swallowed_closers;
  unsigned ends; /* errors at the end of the file */

  /* build.c */
  size_t errors;        /* syntax errors so far, muted ones too */
  size_t errors_before; /* and those before the declaration that is being read */
  void *first;          /* between two steps of the macro CLOSED */
  struct label no_label;
  union {
    struct expr expr;
    struct decl decl;
    struct rule rule;
    char bytes[1024];
  } scratch; /* stands in for any node when memory is out */
};

#define TOKEN_BUFFER_SIZE 4096 /* of parser.pool */

static inline struct span parser_span(const struct parser *parser, struct place_range range) {
  return (struct span){parser->source, range.begin, range.end};
}

/* ---- bareme.l ----------------------------------------------------------- */

/* The source as the scanner reads it: behind it the NUL bytes that flex and word_load()
 * want, no byte-order mark before it.  NULL if out of memory. */
char *scanner_copy(struct arena *arena, struct text source);

/* Reads parser->bytes, such a copy.  False if out of memory. */
bool scanner_open(struct parser *parser);
void scanner_next(struct parser *parser, struct token *token);

/* ---- words.c: the table of keywords.def --------------------------------- */

enum word_class { WORD_HEAD, WORD_SOFT, WORD_REDUCE, WORD_ITEM, WORD_RESERVED, WORD_SLIP };

/* The token of a word of the language, or of a NAME. */
int word_token(struct text text);

/* The same, remembered in the parser. */
int word_recall(struct parser *parser, struct text text);

/* True if the token is a word of the language; then *class is its. */
bool word_class_of(int token, enum word_class *class);

/* The word that a token is written as, or NULL. */
const char *word_spelling(int token);

/* The word of the language that is nearest to a misspelt one among the `count`
 * given tokens, or 0. */
int word_nearest(struct text text, const int *tokens, size_t count);

/* ---- literals.c --------------------------------------------------------- */

void literal_number(struct parser *parser, struct token *token, struct text digits, bool percent);
void literal_instant(struct parser *parser, struct token *token);
void literal_text(struct parser *parser, struct token *token, struct text raw, uint32_t begin);

/* Micros of one unit (`day`, `days`), or 0. */
int64_t unit_micros(struct text word);

/* Days that stand for `month` and `year`, whose length varies, or 0. */
int unit_varying(struct text word);

/* The duration of a NUMBER and its unit; NULL and a message if it is too long. */
struct expr *literal_duration(struct parser *parser, const struct token *number, int64_t unit,
                              struct place_range range);

/* ---- slips.c ------------------------------------------------------------ */

/* A message about the text itself, at a range.  For notes, help and fixes. */
struct diag *slip_error(struct parser *parser, enum error_code code, struct place_range range,
                        const char *format, ...) __attribute__((format(printf, 4, 5)));

/* The same, with the text that was surely meant. */
void slip_instead(struct parser *parser, struct place_range range, const char *written,
                  const char *meant);

/* The bracket of the frame is not closed; `before` says where it should have been. */
void slip_unclosed(struct parser *parser, const struct frame *frame, struct place_range range,
                   const char *before);

/* A syntax error: bison stands before `found` and could go on with `expected`. */
void slip_report(struct parser *parser, const int *expected, size_t count);

#endif
