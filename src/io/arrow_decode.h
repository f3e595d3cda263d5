/* arrow_decode.h - the body of a message as an array.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_IO_ARROW_DECODE_H
#define BAREME_IO_ARROW_DECODE_H

#include "base/arena.h"
#include "io/arrow_message.h"

struct arrow_decoder {
  const struct arrow_message *message;
  const uint8_t *body; /* message->body_length bytes */
  struct arena *arena; /* of what is made */
  /* The values that came with that number, or NULL. */
  const struct ArrowArray *(*dictionary)(void *context, int64_t number);
  void *context;
  /* while it decodes */
  uint32_t next_node, next_buffer, next_variadic;
  uint64_t bytes;  /* of all buffers, decompressed */
  const char *why; /* what is wrong, in words; NULL: out of memory */
};

/* The columns of a batch: the children of the root.  NULL: see `why`. */
struct ArrowArray *arrow_decode_batch(struct arrow_decoder *decoder,
                                      const struct arrow_field *root);

/* The values of a dictionary. */
struct ArrowArray *arrow_decode_values(struct arrow_decoder *decoder,
                                       const struct arrow_field *field);

#endif
