/* signals.c - ending well when the process is told to end.
 *
 * The names of temporary files stand in a small table that the handler walks;
 * unlink, sigaction and raise may be called there (POSIX, signal-safety).
 * This is the one place of the program with state of its own: a signal has no
 * other way to reach it.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "cli/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <unistd.h>

#define SLOTS 4 /* results and rejects, and two to spare */

static const char *volatile temporary_files[SLOTS];
static struct sigaction inherited_pipe;

static void end_by(int number) {
  struct sigaction plain = {.sa_handler = SIG_DFL};
  sigaction(number, &plain, NULL);
  raise(number);
}

static void remove_files(void) {
  for (int i = 0; i < SLOTS; i++)
    if (temporary_files[i])
      unlink(temporary_files[i]);
}

static void handle(int number) {
  remove_files();
  end_by(number);
}

/* A signal that was ignored by who started us (nohup) stays ignored. */
static void catch_signal(int number) {
  struct sigaction now, then = {.sa_handler = handle};
  if (sigaction(number, NULL, &now) == 0 && now.sa_handler == SIG_IGN)
    return;
  sigemptyset(&then.sa_mask);
  sigaction(number, &then, NULL);
}

/* A standard file that is closed is opened so that using it fails, as it would
 * have: standard output cannot be written to, standard input cannot be read. */
static void occupy(int file, int flags) {
  if (fcntl(file, F_GETFD) != -1 || errno != EBADF)
    return;
  int opened = open("/dev/null", flags);
  if (opened >= 0 && opened != file) {
    dup2(opened, file);
    close(opened);
  }
}

void signals_init(void) {
  occupy(STDIN_FILENO, O_WRONLY);
  occupy(STDOUT_FILENO, O_RDONLY);
  occupy(STDERR_FILENO, O_WRONLY);
  struct sigaction ignore = {.sa_handler = SIG_IGN};
  sigaction(SIGPIPE, &ignore, &inherited_pipe);
  catch_signal(SIGINT);
  catch_signal(SIGTERM);
  catch_signal(SIGHUP);
}

static int remember(const char *name) {
  for (int i = 0; i < SLOTS; i++)
    if (!temporary_files[i]) {
      temporary_files[i] = name;
      return i;
    }
  return -1;
}

/* No signal comes between making the file and noting that it is ours. */
int signals_create_file(const char *name, int *slot) {
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  int file = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  int error = errno;
  *slot = file >= 0 ? remember(name) : -1;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  errno = error;
  return file;
}

void signals_keep_file(int slot) {
  if (slot >= 0)
    temporary_files[slot] = NULL;
}

void signals_end_by_pipe(void) {
  if (inherited_pipe.sa_handler == SIG_IGN)
    return;
  remove_files();
  end_by(SIGPIPE);
}
