/* bareme_load.c - the files of a policy: where they may lie, how large they may be.
 *
 * A policy may be handed on and compiled by somebody who has not read it, so
 * `use` and `list … from` reach only files in the directory of the policy,
 * below it, and in directories that the caller named (-I).  What counts is
 * where a path leads after every symbolic link: it is resolved first, and the
 * resolved path is what is judged and opened.
 *
 * `use std.NAME` asks for a module that is part of the program and no file.
 *
 * Nothing here trusts a file's size: one that is too large is refused by what
 * the file system says, or, where that says nothing (pipes, devices), as soon
 * as more than the limit was read.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#define _XOPEN_SOURCE 700 /* realpath */
#include "bareme_load.h"

#include "base/unicode.h"
#include "check/stdlib.h"
#include "code/image.h"
#include "limits.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The system's words for an error number, in the arena. */
static const char *system_reason(struct arena *arena, int error) {
  char words[128];
  if (strerror_r(error, words, sizeof words) != 0)
    return arena_format(arena, "error %d", error);
  return arena_format(arena, "%s", words);
}

/* ---- one file --------------------------------------------------------------------- */

static int read_some(int file, char *bytes, size_t room, size_t *got) {
  ssize_t count;
  do
    count = read(file, bytes, room);
  while (count < 0 && errno == EINTR);
  *got = count > 0 ? (size_t)count : 0;
  return count < 0 ? errno : 0;
}

/* How long a file may be that begins so: a compiled policy is no text that a
 * person writes. */
static size_t most_bytes(const char *bytes, size_t length) {
  return image_begins((struct text){bytes, length}) ? LIMIT_IMAGE_BYTES : LIMIT_SOURCE_BYTES;
}

/* Reads to the end of the file.  A buffer that is outgrown stays in the arena:
 * with doubling that is at most as much again. */
static enum load_result read_all(struct arena *arena, int file, size_t expected, struct text *bytes,
                                 int *error) {
  size_t capacity = expected + 1, length = 0; /* one more, to see the end at once */
  char *buffer = arena_alloc(arena, capacity);
  while (buffer) {
    size_t got;
    *error = read_some(file, buffer + length, capacity - length, &got);
    if (*error)
      return LOAD_FAILED;
    length += got;
    if (length > most_bytes(buffer, length))
      return LOAD_TOO_LARGE;
    if (got == 0) {
      *bytes = (struct text){buffer, length};
      return LOAD_OK;
    }
    if (length == capacity) {
      char *larger = arena_alloc(arena, capacity * 2);
      if (larger)
        memcpy(larger, buffer, length);
      buffer = larger;
      capacity *= 2;
    }
  }
  return LOAD_NO_MEMORY;
}

/* By what the file system says, before anything is read. */
static bool is_too_large(int file, const struct stat *status) {
  char first[16];
  if (!S_ISREG(status->st_mode) || status->st_size <= (off_t)LIMIT_SOURCE_BYTES)
    return false;
  ssize_t got = pread(file, first, sizeof first, 0);
  return status->st_size > (off_t)most_bytes(first, got > 0 ? (size_t)got : 0);
}

static enum load_result load_open_file(struct arena *arena, int file, struct text *bytes,
                                       const char **reason) {
  struct stat status;
  int error = 0;
  enum load_result result = LOAD_FAILED;
  if (fstat(file, &status) != 0)
    error = errno;
  else if (S_ISDIR(status.st_mode))
    error = EISDIR;
  else if (is_too_large(file, &status))
    return LOAD_TOO_LARGE;
  else {
    size_t expected = S_ISREG(status.st_mode) ? (size_t)status.st_size : 4095;
    result = read_all(arena, file, expected, bytes, &error);
  }
  if (result == LOAD_FAILED)
    *reason = system_reason(arena, error);
  return result == LOAD_FAILED && !*reason ? LOAD_NO_MEMORY : result;
}

enum load_result load_file(struct arena *arena, const char *path, struct text *bytes,
                           const char **reason) {
  *bytes = (struct text){NULL, 0};
  if (strcmp(path, "-") == 0)
    return load_open_file(arena, STDIN_FILENO, bytes, reason);
  int file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
  if (file < 0) {
    *reason = system_reason(arena, errno);
    return *reason ? LOAD_FAILED : LOAD_NO_MEMORY;
  }
  enum load_result result = load_open_file(arena, file, bytes, reason);
  close(file);
  return result;
}

/* ---- paths -------------------------------------------------------------------------- */

/* The path behind every link and dot, in the arena.  NULL with errno set if
 * there is no such file, ENOMEM included. */
static const char *resolve(struct arena *arena, const char *path) {
  char *resolved = realpath(path, NULL);
  if (!resolved)
    return NULL;
  const char *kept = arena_format(arena, "%s", resolved);
  free(resolved);
  if (!kept)
    errno = ENOMEM;
  return kept;
}

/* The directory part, "." if there is none; in the arena. */
static const char *directory_of(struct arena *arena, struct text path) {
  size_t length = path.length;
  while (length > 0 && path.bytes[length - 1] != '/')
    length--;
  if (length == 0)
    return arena_format(arena, ".");
  return arena_format(arena, "%.*s", length > 1 ? (int)(length - 1) : 1, path.bytes);
}

/* Both resolved: path lies in the directory or below it. */
static bool is_inside(const char *path, const char *directory) {
  size_t length = strlen(directory);
  if (strcmp(directory, "/") == 0)
    return true;
  return strncmp(path, directory, length) == 0 && (path[length] == '/' || path[length] == '\0');
}

bool load_context_init(struct load_context *context, struct arena *arena, const char *path,
                       const char *const *directories, size_t directory_count) {
  *context = (struct load_context){
      .arena = arena, .directories = directories, .directory_count = directory_count};
  if (!path)
    return true;
  const char *directory = directory_of(arena, text_from(path));
  if (!directory)
    return false;
  context->root = resolve(arena, directory);
  return context->root || errno != ENOMEM;
}

static bool is_allowed(struct load_context *context, const char *resolved) {
  if (context->root && is_inside(resolved, context->root))
    return true;
  for (size_t i = 0; i < context->directory_count; i++) {
    const char *directory = resolve(context->arena, context->directories[i]);
    if (directory && is_inside(resolved, directory))
      return true;
    if (!directory && errno == ENOMEM)
      context->out_of_memory = true;
  }
  return false;
}

/* ---- modules ------------------------------------------------------------------------- */

static bool fail(struct load_context *context, const char **reason, const char *why) {
  *reason = why ? why : "out of memory";
  context->out_of_memory = context->out_of_memory || !why;
  return false;
}

/* The directory / the path, without a leading "./", which nobody writes. */
static const char *join(struct arena *arena, const char *directory, struct text path) {
  if (path.bytes[0] == '/' || strcmp(directory, ".") == 0)
    return arena_format(arena, "%.*s", TEXT_ARGS(path));
  const char *slash = strcmp(directory, "/") == 0 ? "" : "/";
  return arena_format(arena, "%s%s%.*s", directory, slash, TEXT_ARGS(path));
}

/* The first place where there is such a file: beside the using file, then the
 * directories of -I.  *resolved is NULL if there is none. */
static const char *find(struct load_context *context, struct text path, struct text from,
                        const char **resolved) {
  *resolved = NULL;
  const char *first = NULL;
  for (size_t i = 0; i <= context->directory_count; i++) {
    const char *directory =
        i == 0 ? directory_of(context->arena, from) : context->directories[i - 1];
    if (i == 0 && !context->root)
      continue; /* a policy from memory lies nowhere */
    const char *candidate = directory ? join(context->arena, directory, path) : NULL;
    if (!candidate)
      return NULL;
    first = first ? first : candidate;
    *resolved = resolve(context->arena, candidate);
    if (*resolved)
      return candidate;
    if (errno == ENOMEM)
      return NULL;
  }
  return first ? first : arena_format(context->arena, "%.*s", TEXT_ARGS(path));
}

/* ---- the standard library --------------------------------------------------------------- */

/* `use std.mailbox` asks for "std.mailbox". */
static bool is_standard(struct text path) {
  return text_starts_with(path, TEXT("std.")) && !memchr(path.bytes, '/', path.length) &&
         !text_ends_with(path, TEXT(".bareme"));
}

static const char *standard_names(struct arena *arena) {
  const char *names = "";
  for (size_t i = 0; names && i < stdlib_module_count; i++)
    names = arena_format(arena, "%s%sstd.%.*s", names, i > 0 ? ", " : "",
                         TEXT_ARGS(stdlib_modules[i].name));
  return names;
}

static bool load_standard(struct load_context *context, struct text path, struct text *name,
                          struct text *bytes, const char **reason) {
  struct text wanted = {path.bytes + 4, path.length - 4};
  for (size_t i = 0; i < stdlib_module_count; i++)
    if (text_equal(stdlib_modules[i].name, wanted)) {
      const char *shown = arena_format(context->arena, "std/%.*s.bareme", TEXT_ARGS(wanted));
      *name = text_from(shown ? shown : "");
      *bytes = stdlib_modules[i].bytes;
      return shown || fail(context, reason, NULL);
    }
  const char *names = standard_names(context->arena);
  return fail(context, reason,
              names ? arena_format(context->arena, "the standard library has %s", names) : NULL);
}

/* ---- what the checker asks for ------------------------------------------------------------- */

bool load_module(void *opaque, struct text path, struct text from, struct text *name,
                 struct text *bytes, const char **reason) {
  struct load_context *context = opaque;
  if (path.length == 0 || memchr(path.bytes, '\0', path.length))
    return fail(context, reason, "this is not a path");
  if (is_standard(path))
    return load_standard(context, path, name, bytes, reason);
  const char *resolved;
  const char *found = find(context, path, from, &resolved);
  if (!found)
    return fail(context, reason, NULL);
  if (!resolved)
    return fail(context, reason, "there is no such file");
  if (!is_allowed(context, resolved))
    return fail(context, reason,
                context->out_of_memory
                    ? NULL
                    : "it lies outside of the policy's directory; `-I DIRECTORY` allows another");
  switch (load_file(context->arena, resolved, bytes, reason)) {
  case LOAD_OK: *name = text_from(found); return true;
  case LOAD_FAILED: return false;
  case LOAD_TOO_LARGE:
    return fail(context, reason,
                arena_format(context->arena, "it has more than %u bytes", LIMIT_SOURCE_BYTES));
  case LOAD_NO_MEMORY: break;
  }
  return fail(context, reason, NULL);
}
