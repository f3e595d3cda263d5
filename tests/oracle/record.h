/* record.h - one lead, as simple as can be.
 *
 * The second opinion works on rows, one lead at a time, where the machine
 * works on columns: nothing of the one can hide a mistake of the other.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_TESTS_RECORD_H
#define BAREME_TESTS_RECORD_H

#include "check/model.h"

/* A value of the language, or the lack of one.  The type says which member counts. */
struct value {
  enum type_kind type;
  bool known;
  double number;            /* TYPE_NUMBER: finite */
  int64_t micros;           /* TYPE_TIME, TYPE_DURATION */
  bool boolean;             /* TYPE_BOOL */
  struct text text;         /* TYPE_TEXT */
  uint32_t label;           /* TYPE_LABEL: index into the closed set */
  const struct text *texts; /* TYPE_TEXTS */
  size_t text_count;
};

struct event {
  uint32_t kind; /* index into model->kinds */
  int64_t at;
  struct text id;             /* bytes NULL: none */
  const struct value *fields; /* one for each field of its kind */
};

struct record {
  const struct value *fields; /* one for each of model->fields; 0 is the id */
  uint32_t stage;             /* the stage it comes with; 0 also if it comes with none */
  const struct event *events; /* in the order of the input */
  uint32_t event_count;
};

#endif
