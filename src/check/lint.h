/* lint.h - what is right by the rules and yet surely not meant: warnings.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_CHECK_LINT_H
#define BAREME_CHECK_LINT_H

#include "check/model.h"

/* Adds warnings about a model that was checked without errors.  False if out
 * of memory; the warnings that were found then stand. */
bool lint_model(struct arena *arena, const struct model *model, struct diags *diags);

#endif
