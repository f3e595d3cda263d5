/* records.h - any bytes as data, for a policy that reads every type.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef BAREME_FUZZ_RECORDS_H
#define BAREME_FUZZ_RECORDS_H

#include <bareme/bareme.h>

/* Reads the bytes as leads (or, with `events`, as the file of events beside one
 * lead), scores them, and aborts if the reader's account does not add up. */
void read_records(const uint8_t *bytes, size_t length, bareme_format format, bool events);

#endif
