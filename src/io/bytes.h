/* bytes.h - the bytes of a file or of standard input, decompressed.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_IO_BYTES_H
#define BAREME_IO_BYTES_H

#include <stdint.h>

#include "base/memory.h"
#include "io/failure.h"

struct bytes;

/* path "-": standard input.  The path must live as long as the bytes. */
bareme_status bytes_open(const struct memory *memory, const char *path, bareme_failure *failure,
                         struct bytes **bytes);

/* Reads at most `capacity` bytes, at least one unless the end is reached:
 * *length is then 0.  After a failure *length bytes have been read all the same. */
bareme_status bytes_read(struct bytes *bytes, char *out, size_t capacity, size_t *length,
                         bareme_failure *failure);

/* The file, if it is a regular one whose bytes are what is read, and then its
 * size; else -1.  Standard input is none: who knows where it stands. */
int bytes_plain_file(const struct bytes *bytes, uint64_t *size);

void bytes_close(struct bytes *bytes);

#endif
