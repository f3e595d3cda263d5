/* json_item.h - where an item of a JSON array ends.
 *
 * An item ends at a comma or `]` outside of strings and brackets, whatever else
 * is wrong with it.  A quote begins a string, and ends it unless there is a
 * backslash in front of it that is not escaped itself; backslashes outside of
 * strings mean nothing, nor do brackets that close what was not opened.
 *
 * The bytes may come in any pieces: an item remembers how far into strings and
 * brackets it is, and so the pieces never show.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_IO_JSON_ITEM_H
#define BAREME_IO_JSON_ITEM_H

#include "base/math_machine.h"
#include "base/text.h"

/* What was passed of an item; all 0 before its first byte. */
struct json_item {
  uint64_t depth;     /* brackets that are open */
  uint64_t lines;     /* ends of lines */
  uint64_t in_string; /* all bits: the next byte is in one; or none */
  uint64_t escaped;   /* 1: the next byte is, by a backslash in a string; or 0 */
};

/* Passes the item's next bytes up to the comma or `]` that ends it: returns how
 * many stand in front of that, or all if it does not end in them. */
size_t json_item_pass(struct json_item *item, struct text bytes);

/* The same as it is compiled for that instruction set, which the machine must
 * have: tests call each. */
size_t json_item_pass_on(enum math_machine machine, struct json_item *item, struct text bytes);

#endif
