/* output.c - bytes to a file that appears complete or not at all.
 *
 * The temporary file is made by open(2) with O_EXCL and not by mkstemp(3), so
 * that the user's umask decides who may read it.  An existing file keeps its
 * permissions, and a symbolic link goes on pointing to the file that was
 * replaced.  There is no fsync: what is promised is that the file is whole for
 * whoever looks, not that it outlives a power failure.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#define _XOPEN_SOURCE 700 /* realpath */

#include "io/output.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* How many names to try for the temporary file. */
enum { ATTEMPTS = 100 };

static void fail(struct output *output) {
  if (output->has_failed)
    return;
  output->has_failed = true;
  output->pipe_closed = errno == EPIPE;
  failure_errno(&output->failure, output->name);
}

/* Waits until a file that does not block can take more. */
static bool wait_for_room(int file) {
  struct pollfd poll_file = {.fd = file, .events = POLLOUT};
  return poll(&poll_file, 1, -1) >= 0 || errno == EINTR;
}

static void hand_on(struct output *output, const char *bytes, size_t length) {
  while (!output->has_failed && length > 0) {
    ssize_t written = write(output->file, bytes, length);
    if (written >= 0) {
      bytes += written;
      length -= (size_t)written;
    } else if (errno != EINTR && !(errno == EAGAIN && wait_for_room(output->file))) {
      fail(output);
    }
  }
}

static void hand_on_buffered(struct output *output) {
  hand_on(output, output->buffer, output->used);
  output->used = 0;
}

static char *copy_path(struct output *output, const char *path, size_t extra, size_t *size) {
  *size = strlen(path) + 1 + extra;
  char *copy = memory_alloc(&output->memory, *size, 1);
  if (copy)
    memcpy(copy, path, strlen(path) + 1);
  return copy;
}

/* Opens a file beside output->path under a name that is free. */
static bareme_status open_temporary(struct output *output, bareme_failure *failure) {
  output->temporary = copy_path(output, output->path, 48, &output->temporary_size);
  if (!output->temporary)
    return failure_memory(failure);
  size_t length = strlen(output->path);
  for (int i = 0; i < ATTEMPTS && output->file < 0; i++) {
    snprintf(output->temporary + length, 48, ".%ld-%d.partial", (long)getpid(), i);
    output->file = open(output->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (output->file < 0 && errno != EEXIST)
      break;
  }
  if (output->file >= 0)
    return BAREME_OK;
  memory_free(&output->memory, output->temporary, output->temporary_size, 1);
  output->temporary = NULL;
  return failure_errno(failure, output->name);
}

static bareme_status open_path(struct output *output, const char *path, bareme_failure *failure) {
  struct stat there;
  bool exists = stat(path, &there) == 0;
  output->owned = true;
  if (exists && access(path, W_OK) != 0) /* renaming would not ask */
    return failure_errno(failure, path);
  if (exists && !S_ISREG(there.st_mode)) {
    output->file = open(path, O_WRONLY | O_CLOEXEC);
    return output->file < 0 ? failure_errno(failure, path) : BAREME_OK;
  }
  char *real = exists ? realpath(path, NULL) : NULL;
  output->path = copy_path(output, real ? real : path, 0, &output->path_size);
  free(real);
  if (!output->path)
    return failure_memory(failure);
  bareme_status status = open_temporary(output, failure);
  if (status == BAREME_OK && exists)
    (void)!fchmod(output->file, there.st_mode & 07777); /* if it may not be, it need not be */
  return status;
}

bareme_status output_open(struct output *output, const struct memory *memory, const char *path,
                          const bareme_sink *sink, bareme_failure *failure) {
  *output = (struct output){.memory = *memory, .file = -1, .name = path ? path : "-"};
  if (sink) {
    output->sink = *sink;
    return BAREME_OK;
  }
  output->buffer = memory_alloc(memory, OUTPUT_BUFFER, 1);
  if (!output->buffer)
    return failure_memory(failure);
  if (!path || strcmp(path, "-") == 0) {
    output->file = STDOUT_FILENO;
    output->name = "standard output";
    return BAREME_OK;
  }
  bareme_status status = open_path(output, path, failure);
  if (status == BAREME_OK && output->path)
    output->name = output->path;
  return status;
}

static void put_in_buffer(struct output *output, const char *bytes, size_t length) {
  bool shared = !output->temporary; /* others may write there too: it gets whole lines at a time */
  if (shared && length > OUTPUT_BUFFER - output->used)
    hand_on_buffered(output);
  if (shared && length >= OUTPUT_BUFFER) {
    hand_on(output, bytes, length);
    return;
  }
  while (length > 0) {
    size_t room = OUTPUT_BUFFER - output->used, some = length < room ? length : room;
    memcpy(output->buffer + output->used, bytes, some);
    output->used += some;
    bytes += some;
    length -= some;
    if (output->used == OUTPUT_BUFFER)
      hand_on_buffered(output);
  }
}

void output_put(struct output *output, const char *bytes, size_t length) {
  if (!output->sink.put)
    put_in_buffer(output, bytes, length);
  else if (length > 0)
    output->sink.put(output->sink.context, bytes, length);
}

bareme_status output_flush(struct output *output, bareme_failure *failure) {
  hand_on_buffered(output);
  if (!output->has_failed)
    return BAREME_OK;
  if (failure)
    *failure = output->failure;
  return BAREME_IO;
}

bareme_status output_finish(struct output *output, bareme_failure *failure) {
  hand_on_buffered(output);
  if (output->owned && output->file >= 0) {
    if (close(output->file) != 0)
      fail(output);
    output->file = -1;
  }
  if (output->temporary && !output->has_failed) {
    if (rename(output->temporary, output->path) != 0)
      fail(output);
    else
      output->temporary[0] = 0; /* nothing to remove any more */
  }
  return output_flush(output, failure);
}

void output_clear(struct output *output) {
  if (output->owned && output->file >= 0)
    close(output->file);
  if (output->temporary && output->temporary[0])
    unlink(output->temporary);
  if (output->buffer) { /* no sink */
    memory_free(&output->memory, output->temporary, output->temporary_size, 1);
    memory_free(&output->memory, output->path, output->path_size, 1);
    memory_free(&output->memory, output->buffer, OUTPUT_BUFFER, 1);
  }
  memset(output, 0, sizeof *output);
  output->file = -1;
}
