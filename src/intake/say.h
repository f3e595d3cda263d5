/* say.h - sentences about what went wrong, put together without a C library.
 *
 *   say(failure, "row ");
 *   say_number(failure, 12);
 *   say_words(failure, " has no id");
 *
 * What does not fit is cut, between characters.  Every function takes NULL for
 * the failure, for callers that do not want to know.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_INTAKE_SAY_H
#define BAREME_INTAKE_SAY_H

#include "bareme/vm.h"
#include "base/text.h"

/* Begins anew. */
void say(bareme_failure *failure, const char *words);

/* Goes on. */
void say_words(bareme_failure *failure, const char *words);
void say_text(bareme_failure *failure, struct text text);
void say_quoted(bareme_failure *failure, struct text text); /* in backquotes */
void say_number(bareme_failure *failure, uint64_t number);

/* "out of memory".  Returns BAREME_NO_MEMORY. */
bareme_status say_memory(bareme_failure *failure);

#endif
