/* shell.h - runs the program as a shell would, and looks at what comes out.
 *
 * Each test has a directory of its own, empty at first, in which its commands
 * run.  In a script, `bareme` is the program, for `exec` $BAREME, and $SOURCE the
 * source tree.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_SHELL_H
#define CLI_SHELL_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct shell {
  char directory[64];
  /* of the last command; terminated; freed by the next, and at the end */
  char *out, *err;
  int status; /* exit status, or 128 + the signal that ended the shell */
};

int shell_setup(void **state);
int shell_teardown(void **state);

/* Runs the script by /bin/sh -c. */
void shell_run(struct shell *shell, const char *script, ...) __attribute__((format(printf, 2, 3)));

/* Writes a file in the test's directory. */
void shell_write(struct shell *shell, const char *name, const char *text);

/* The text of a file of the test's directory, or NULL; free it. */
char *shell_read(struct shell *shell, const char *name);
int shell_has(struct shell *shell, const char *name);
int shell_count_files(struct shell *shell); /* hidden ones too */

/* Ends the test, showing everything, unless the status is as expected. */
#define expect_status(shell, expected) shell_expect_status(shell, expected, __FILE__, __LINE__)
void shell_expect_status(const struct shell *shell, int expected, const char *file, int line);

/* Ends the test unless the text contains the words. */
#define expect_words(text, words)    shell_expect_words(text, words, 1, __FILE__, __LINE__)
#define expect_no_words(text, words) shell_expect_words(text, words, 0, __FILE__, __LINE__)
void shell_expect_words(const char *text, const char *words, int expected, const char *file,
                        int line);

/* A small policy and leads for it: shop.bareme, leads.ndjson. */
void shell_write_shop(struct shell *shell);

#define shell_test(function) cmocka_unit_test_setup_teardown(function, shell_setup, shell_teardown)

#endif
