/* output.c - where bytes go: standard output, or a file that is complete or absent.
 *
 * A file is written under a temporary name beside its own and renamed when it
 * is complete, so that nobody ever reads half of it, and an older one stays
 * until then.  The temporary file goes away when the run fails, and when it is
 * interrupted (signals.h).
 *
 * A write error is remembered and said once, at the end or when a command asks
 * (output_good), not at each of a million lines.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#define _XOPEN_SOURCE 700 /* realpath */
#include "cli/output.h"

#include "cli/signals.h"
#include "cli/tell.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A file of our own gets so many bytes at a time, from a multiple of them on:
 * the system then keeps them in large pieces, which halves what they cost. */
#define BUFFER_BYTES (256 * 1024)

/* ---- opening -------------------------------------------------------------------------- */

/* How many hidden names to try. */
enum { ATTEMPTS = 100 };

/* "dir/leads.csv" -> "dir/.leads.csv.1234.part": hidden, and of this process.  A
 * name may be taken all the same, by a process of another machine or by what one
 * that was killed has left: then it is .1234-1.part, and so on. */
static void name_temporary(char *name, size_t size, const char *target, int attempt) {
  const char *slash = strrchr(target, '/');
  int directory = slash ? (int)(slash - target) + 1 : 0;
  char number[16] = "";
  if (attempt > 0)
    snprintf(number, sizeof number, "-%d", attempt);
  snprintf(name, size, "%.*s.%s.%ld%s.part", directory, target, target + directory, (long)getpid(),
           number);
}

static int fail(struct output *output, int error) {
  output_discard(output);
  return tell_outside("%s: %s", output->shown, strerror(error));
}

/* Gives output->temporary a name, and creates it; 0, or an errno. */
static int create_temporary(struct output *output) {
  size_t size = strlen(output->target) + 64;
  char *name = malloc(size);
  int error = name ? EEXIST : ENOMEM;
  for (int i = 0; i < ATTEMPTS && error == EEXIST; i++) {
    name_temporary(name, size, output->target, i);
    output->file = signals_create_file(name, &output->signal_slot);
    error = output->file < 0 ? errno : 0;
  }
  if (error == 0)
    output->temporary = name;
  else
    free(name);
  return error;
}

static int open_temporary(struct output *output, const char *path, mode_t mode) {
  /* Behind a symbolic link is the file that is meant; the link stays. */
  output->target = realpath(path, NULL);
  if (!output->target)
    output->target = strdup(path);
  int error = output->target ? create_temporary(output) : ENOMEM;
  if (error != 0)
    return fail(output, error);
  if (mode != 0)
    fchmod(output->file, mode);
  return EXIT_DONE;
}

static int open_path(struct output *output, const char *path) {
  struct stat status;
  bool exists = stat(path, &status) == 0;
  if (exists && access(path, W_OK) != 0) /* renaming would not ask */
    return fail(output, errno);
  if (!exists || S_ISREG(status.st_mode))
    return open_temporary(output, path, exists ? status.st_mode & 07777 : 0);
  if (S_ISDIR(status.st_mode))
    return fail(output, EISDIR);
  output->file = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
  return output->file < 0 ? fail(output, errno) : EXIT_DONE;
}

int output_open(struct output *output, const char *path) {
  bool standard = !path || strcmp(path, "-") == 0;
  *output = (struct output){.file = -1, .signal_slot = -1};
  output->shown = standard ? "standard output" : path;
  output->buffer = malloc(BUFFER_BYTES);
  if (!output->buffer)
    return fail(output, ENOMEM);
  if (!standard)
    return open_path(output, path);
  output->file = STDOUT_FILENO;
  return EXIT_DONE;
}

/* ---- writing ---------------------------------------------------------------------------- */

static void write_out(struct output *output, const char *bytes, size_t length) {
  while (length > 0 && output->error == 0) {
    ssize_t written = write(output->file, bytes, length);
    if (written >= 0) {
      bytes += written;
      length -= (size_t)written;
    } else if (errno != EINTR) {
      output->error = errno;
    }
  }
}

void output_flush(struct output *output) {
  write_out(output, output->buffer, output->used);
  output->used = 0;
}

void output_put(void *context, const char *bytes, size_t length) {
  struct output *output = context;
  bool shared = !output->temporary; /* others may write there too: it gets whole lines at a time */
  if (shared && length > BUFFER_BYTES - output->used)
    output_flush(output);
  if (shared && length >= BUFFER_BYTES) {
    write_out(output, bytes, length);
    return;
  }
  while (length > 0) {
    size_t room = BUFFER_BYTES - output->used, some = length < room ? length : room;
    memcpy(output->buffer + output->used, bytes, some);
    output->used += some;
    bytes += some;
    length -= some;
    if (output->used == BUFFER_BYTES)
      output_flush(output);
  }
}

bool output_good(const struct output *output) {
  return output->error == 0;
}

/* ---- closing ------------------------------------------------------------------------------ */

static void forget(struct output *output) {
  signals_keep_file(output->signal_slot);
  free(output->target);
  free(output->temporary);
  free(output->buffer);
  output->target = output->temporary = output->buffer = NULL;
  output->file = -1;
  output->used = 0;
}

/* Also closes standard output: some file systems tell only now that the disk
 * is full. */
int output_close(struct output *output) {
  if (output->file < 0)
    return EXIT_DONE;
  output_flush(output);
  int error = output->error;
  if (close(output->file) != 0 && error == 0)
    error = errno;
  output->file = -1;
  if (error == 0 && output->temporary && rename(output->temporary, output->target) != 0)
    error = errno;
  if (error == 0) {
    forget(output);
    return EXIT_DONE;
  }
  if (error == EPIPE) {
    output_discard(output);
    signals_end_by_pipe();
  }
  return fail(output, error);
}

void output_discard(struct output *output) {
  if (output->file > STDERR_FILENO)
    close(output->file);
  if (output->temporary)
    unlink(output->temporary);
  forget(output);
}
