/* driver.c - runs a fuzz target without a fuzzer.
 *
 *   fuzz_TARGET FILE|DIR...
 *
 * Feeds each file, and each file of each directory, to the target once: that is
 * how the corpora run as ordinary tests, with any compiler.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static unsigned long runs;

static int run_file(const char *path) {
  FILE *file = fopen(path, "rb");
  if (!file) {
    perror(path);
    return 1;
  }
  size_t length = 0, room = 4096;
  uint8_t *bytes = malloc(room);
  while (bytes && (length += fread(bytes + length, 1, room - length, file)) == room) {
    uint8_t *larger = realloc(bytes, room *= 2);
    if (!larger)
      free(bytes);
    bytes = larger;
  }
  fclose(file);
  if (!bytes)
    return 1;
  LLVMFuzzerTestOneInput(bytes, length);
  free(bytes);
  runs++;
  return 0;
}

static int run_directory(const char *path) {
  int failed = 0;
  DIR *directory = opendir(path);
  if (!directory) {
    perror(path);
    return 1;
  }
  for (struct dirent *entry; (entry = readdir(directory));) {
    char inside[4096];
    int length = snprintf(inside, sizeof inside, "%s/%s", path, entry->d_name);
    if (entry->d_name[0] != '.' && length > 0 && (size_t)length < sizeof inside)
      failed |= run_file(inside);
  }
  closedir(directory);
  return failed;
}

int main(int count, char **arguments) {
  int failed = 0;
  for (int i = 1; i < count; i++) {
    struct stat status;
    if (stat(arguments[i], &status) != 0) {
      perror(arguments[i]);
      failed = 1;
    } else {
      failed |= S_ISDIR(status.st_mode) ? run_directory(arguments[i]) : run_file(arguments[i]);
    }
  }
  printf("%lu inputs\n", runs);
  return failed || runs == 0;
}
