/* password.c - a password, from a person or from a file.
 *
 * The terminal is asked directly, so that standard input and output stay free
 * for data.  While it does not show what is typed, nothing may end the process
 * but what would end it anyway: signals wait until the terminal is as it was.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#include "cli/password.h"

#include "bareme/bareme.h"
#include "cli/tell.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

enum { CANCEL = 0x03, END = 0x04, BACK = 0x08, KILL_LINE = 0x15, DELETE = 0x7F };

void password_clear(struct password *password) {
  bareme_wipe(password, sizeof *password);
}

/* ---- from a file ------------------------------------------------------------------------ */

/* One byte; false at the end, or with errno set. */
static bool read_byte(int file, char *byte) {
  ssize_t count;
  do
    count = read(file, byte, 1);
  while (count < 0 && errno == EINTR);
  if (count == 0)
    errno = 0;
  return count == 1;
}

static int read_file(struct password *password, const char *path) {
  char byte;
  int file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
  if (file < 0)
    return tell_outside("%s: %s", path, strerror(errno));
  while (read_byte(file, &byte) && byte != '\n' && password->length < PASSWORD_MOST)
    password->bytes[password->length++] = byte;
  int error = errno;
  close(file);
  if (password->length > 0 && password->bytes[password->length - 1] == '\r')
    password->length--;
  if (password->length == PASSWORD_MOST)
    return tell_usage("%s: a password has less than %d bytes", path, PASSWORD_MOST);
  if (password->length == 0)
    return error ? tell_outside("%s: %s", path, strerror(error))
                 : tell_usage("%s: there is no password on its first line", path);
  return EXIT_DONE;
}

/* ---- from a person ----------------------------------------------------------------------- */

static void say(int terminal, const char *words) {
  if (write(terminal, words, strlen(words)) < 0)
    return; /* who cannot be asked cannot be told either */
}

/* The last character, which may be several bytes of UTF-8. */
static void take_back(struct password *password) {
  while (password->length > 0 &&
         ((unsigned char)password->bytes[--password->length] & 0xC0) == 0x80)
    continue;
}

/* A line, with what editing people expect.  False if it was given up. */
static bool type_line(int terminal, struct password *password) {
  char byte;
  password->length = 0;
  while (read_byte(terminal, &byte)) {
    if (byte == '\n' || byte == '\r')
      return true;
    if (byte == CANCEL || byte == END)
      return false;
    if (byte == BACK || byte == DELETE)
      take_back(password);
    else if (byte == KILL_LINE)
      password->length = 0;
    else if (password->length + 1 < PASSWORD_MOST)
      password->bytes[password->length++] = byte;
  }
  return false;
}

static bool ask(int terminal, const char *question, struct password *password) {
  struct termios shown, hidden;
  sigset_t all, before;
  if (tcgetattr(terminal, &shown) != 0)
    return false;
  hidden = shown;
  hidden.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | ISIG);
  hidden.c_cc[VMIN] = 1;
  hidden.c_cc[VTIME] = 0;
  sigfillset(&all);
  sigprocmask(SIG_BLOCK, &all, &before);
  bool typed =
      tcsetattr(terminal, TCSAFLUSH, &hidden) == 0; /* what was typed before is no answer */
  if (typed) {
    say(terminal, question);
    typed = type_line(terminal, password);
  }
  tcsetattr(terminal, TCSAFLUSH, &shown);
  say(terminal, "\n");
  sigprocmask(SIG_SETMASK, &before, NULL);
  return typed;
}

static bool same(const struct password *a, const struct password *b) {
  return a->length == b->length && memcmp(a->bytes, b->bytes, a->length) == 0;
}

static int ask_twice(int terminal, struct password *password, int twice) {
  struct password again = {.length = 0};
  int status = EXIT_DONE;
  if (!ask(terminal, "Password: ", password))
    status = tell_no("no password was given");
  else if (password->length == 0)
    status = tell_no("a password has at least one character; --unencrypted does without");
  else if (twice && !ask(terminal, "The same again: ", &again))
    status = tell_no("no password was given");
  else if (twice && !same(password, &again))
    status = tell_no("the passwords differ");
  password_clear(&again);
  return status;
}

int password_get(struct password *password, const char *path, int twice) {
  password->length = 0;
  if (path)
    return read_file(password, path);
  int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
  if (terminal < 0)
    return tell_usage("there is no terminal to ask for the password: --password-file FILE");
  int status = ask_twice(terminal, password, twice);
  close(terminal);
  return status;
}
