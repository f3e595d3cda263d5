/* options.c - options of callers that were compiled with another version of the header.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "embed/handles.h"

#include <string.h>

bool options_take(void *own, size_t own_size, const void *given) {
  size_t size;
  memcpy(&size, given, sizeof size);
  if (size < sizeof size)
    return false;
  const unsigned char *bytes = given;
  for (size_t i = own_size; i < size; i++)
    if (bytes[i] != 0)
      return false;
  memcpy(own, given, size < own_size ? size : own_size);
  return true;
}
