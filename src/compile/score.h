/* score.h - between the files that lower scores.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_COMPILE_SCORE_H
#define BAREME_COMPILE_SCORE_H

#include "compile/build.h"

/* What a rule or a block of rules gives each lead. */
struct gift {
  uint32_t given;     /* bool over leads: it gives a contribution */
  uint32_t points;    /* number over leads; PROGRAM_NONE: the constant below */
  uint32_t constant;  /* index of a number */
  bool holds_outside; /* points may be added where nothing is given, too: they are 0
                         there, unknown, or (for a group's range) meant to be added */
};

/* The conditions of the `for`s around a rule. */
struct guard {
  const struct guard *outer;
  const struct expr *condition; /* of the innermost */
  uint32_t reg;                 /* bool over leads: all of them */
};

/* Of the events found, those that the counting modifiers leave. */
uint32_t lower_counted(struct build *build, uint32_t found, const struct modifier *modifiers,
                       uint16_t space);
/* Number over the events; PROGRAM_NONE if nothing fades. */
uint32_t lower_factor(struct build *build, const struct decay *decay, uint16_t space);

/* A rule proper; guard may be NULL. */
struct gift lower_rule(struct build *build, const struct rule *rule, const struct guard *guard);

/* The constant 0 over the leads, and acc + what was given. */
uint32_t zero_register(struct build *build);
uint32_t add_gift(struct build *build, uint32_t acc, struct gift gift);
/* The same for an acc that nobody else adds to. */
uint32_t add_gift_own(struct build *build, uint32_t acc, struct gift gift);

/* ---- lines of the explanation (lines.c) ---- */

/* A new line at the current depth; NULL without memory. */
struct program_line *add_line(struct build *build, enum line_kind kind, struct span span);
/* A line with the difference that a limit made. */
void add_difference(struct build *build, enum line_kind kind, struct span span, uint32_t before,
                    uint32_t after);
/* The lead fields that the condition and the guards name. */
void name_fields(struct build *build, struct program_line *line, const struct expr *condition,
                 const struct guard *guard);
/* Lines first and later count only where `mask` is true as well. */
void take_lines(struct build *build, size_t first, uint32_t mask);

#endif
