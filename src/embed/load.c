/* load.c - a compiled policy from the bytes that came with the host or over the wire.
 *
 * Nothing is known of those bytes: image_read checks them and proves that the
 * program in them is safe to run, so that the machine need not look again.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "embed/handles.h"

#include "code/image.h"
#include "embed/heap.h"
#include "intake/say.h"

bool allocator_memory(const bareme_allocator *allocator, struct memory *memory) {
  const struct memory *heap = embed_heap();
  if (allocator)
    *memory = (struct memory){allocator->resize, allocator->context};
  else if (heap)
    *memory = *heap;
  else
    return false;
  return memory->resize != NULL;
}

static bareme_status load(struct text bytes, const struct memory *memory, bareme_failure *failure,
                          bareme_policy **policy) {
  struct program *program;
  struct refusal refusal;
  switch (image_read(bytes, memory, &program, &refusal)) {
  case IMAGE_OK: break;
  case IMAGE_REFUSED: say(failure, refusal.text); return BAREME_INVALID_POLICY;
  case IMAGE_NO_MEMORY: return say_memory(failure);
  }
  bareme_status status = policy_adopt(program, memory, policy);
  return status == BAREME_OK ? BAREME_OK : say_memory(failure);
}

bareme_status bareme_policy_load(const void *bytes, size_t length,
                                 const bareme_load_options *options, bareme_failure *failure,
                                 bareme_policy **policy) {
  if (!policy)
    return BAREME_INVALID_ARGUMENT;
  *policy = NULL;
  bareme_load_options own = BAREME_LOAD_OPTIONS_INIT;
  struct memory memory;
  if ((!bytes && length > 0) || (options && !options_take(&own, sizeof own, options)))
    return BAREME_INVALID_ARGUMENT;
  if (!allocator_memory(own.allocator, &memory)) {
    say(failure, "libbareme-vm needs an allocator");
    return BAREME_INVALID_ARGUMENT;
  }
  return load((struct text){bytes, length}, &memory, failure, policy);
}
