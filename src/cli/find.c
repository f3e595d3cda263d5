/* find.c - the policy files that arguments mean.
 *
 * A directory's files come first, then those of its directories, each in order
 * of their names, so that a run does not depend on the file system.  The list
 * of directories that are still to be read is kept apart from the stack of C,
 * which a tree of any depth then cannot exhaust.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "cli/find.h"

#include "cli/tell.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Takes the path over; false (and frees it) if out of memory. */
static bool add(struct paths *paths, char *path) {
  if (path && paths->count == paths->capacity) {
    size_t capacity = paths->capacity ? paths->capacity * 2 : 16;
    char **items = realloc(paths->items, capacity * sizeof *items);
    if (!items) {
      free(path);
      return false;
    }
    paths->items = items;
    paths->capacity = capacity;
  }
  if (path)
    paths->items[paths->count++] = path;
  return path != NULL;
}

void paths_clear(struct paths *paths) {
  for (size_t i = 0; i < paths->count; i++)
    free(paths->items[i]);
  free(paths->items);
  *paths = (struct paths){0};
}

static int by_name(const void *a, const void *b) {
  return strcmp(*(char *const *)a, *(char *const *)b);
}

static void sort(struct paths *paths, size_t first) {
  if (paths->count > first)
    qsort(paths->items + first, paths->count - first, sizeof *paths->items, by_name);
}

/* `directory/name`, without a "./" that nobody wrote. */
static char *join(const char *directory, const char *name) {
  size_t length = strlen(directory), size = length + strlen(name) + 2;
  char *path = malloc(size);
  if (!path)
    return NULL;
  if (strcmp(directory, ".") == 0)
    snprintf(path, size, "%s", name);
  else
    snprintf(path, size, "%s%s%s", directory, directory[length - 1] == '/' ? "" : "/", name);
  return path;
}

static bool is_policy(const char *name) {
  static const char ending[] = ".bareme";
  size_t length = strlen(name), end = sizeof ending - 1;
  return length > end && strcmp(name + length - end, ending) == 0;
}

/* Sorts an entry into files or directories, or passes it by. */
static bool place(struct paths *files, struct paths *directories, char *path, const char *name) {
  struct stat status;
  if (!path)
    return false;
  if (lstat(path, &status) == 0 && S_ISDIR(status.st_mode))
    return add(directories, path);
  if (is_policy(name) && stat(path, &status) == 0 && !S_ISDIR(status.st_mode))
    return add(files, path);
  free(path);
  return true;
}

static int read_directory(const char *path, struct paths *files, struct paths *directories) {
  DIR *directory = opendir(path);
  if (!directory)
    return tell_outside("%s: %s", path, strerror(errno));
  size_t first_file = files->count, first_directory = directories->count;
  const struct dirent *entry;
  bool room = true;
  while (room && (entry = readdir(directory)) != NULL)
    if (entry->d_name[0] != '.')
      room = place(files, directories, join(path, entry->d_name), entry->d_name);
  closedir(directory);
  sort(files, first_file);
  sort(directories, first_directory);
  return room ? EXIT_DONE : tell_outside("out of memory");
}

/* Depth first: the directories of one that was read are put where it stood, in
 * reverse, and the last of the list is the next. */
static int walk(struct paths *files, const char *root) {
  struct paths waiting = {0};
  int status = add(&waiting, strdup(root)) ? EXIT_DONE : tell_outside("out of memory");
  while (status == EXIT_DONE && waiting.count > 0) {
    char *path = waiting.items[--waiting.count];
    struct paths found = {0};
    status = read_directory(path, files, &found);
    while (status == EXIT_DONE && found.count > 0)
      if (!add(&waiting, found.items[--found.count]))
        status = tell_outside("out of memory");
    paths_clear(&found);
    free(path);
  }
  paths_clear(&waiting);
  return status;
}

int paths_find(struct paths *paths, const char *const *words, size_t word_count) {
  *paths = (struct paths){0};
  if (word_count == 0)
    return walk(paths, ".");
  for (size_t i = 0; i < word_count; i++) {
    struct stat status;
    int result = EXIT_DONE;
    if (stat(words[i], &status) == 0 && S_ISDIR(status.st_mode))
      result = walk(paths, words[i]);
    else if (!add(paths, strdup(words[i])))
      result = tell_outside("out of memory");
    if (result != EXIT_DONE)
      return result;
  }
  return EXIT_DONE;
}
