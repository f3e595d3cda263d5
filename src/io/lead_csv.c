/* lead_csv.c - rows of CSV, by their header.
 * SPDX-License-Identifier: Apache-2.0 */
#include "io/lead_csv.h"
bool csv_init(struct csv *csv, const struct memory *memory) {
  *csv = (struct csv){.memory = *memory};
  return true;
}
void csv_clear(struct csv *csv) {
  (void)csv;
}
bareme_status csv_read_header(struct csv *csv, struct records *records, struct loader *loader,
                              struct text file, struct arena *arena, bareme_failure *failure) {
  (void)csv;
  (void)records;
  (void)loader;
  (void)file;
  (void)arena;
  failure_set(failure, "CSV cannot be read yet");
  return BAREME_IO;
}
enum outcome lead_from_row(struct loader *loader, struct csv *csv, const struct record *record,
                           struct reason *reason) {
  (void)loader;
  (void)csv;
  (void)record;
  (void)reason;
  return OUTCOME_NO_MEMORY;
}
