/* packed.h - the lines of a file of minisign's.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_SIGN_PACKED_H
#define BAREME_SIGN_PACKED_H

#include "base/text.h"

/* The next line without its end; moves *rest on.  False at the end. */
bool packed_line(struct text *rest, struct text *line);

/* Base64 of exactly so many bytes. */
bool packed_bytes(struct text line, unsigned char *bytes, size_t count);

/* Writing: the place behind what was written. */
char *pack_text(char *out, struct text text);
char *pack_bytes(char *out, const unsigned char *bytes, size_t count); /* base64, and a new line */

#endif
