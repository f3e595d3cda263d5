/* signals.h - ending well when the process is told to end.
 *
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_SIGNALS_H
#define CLI_SIGNALS_H

/* Ignores SIGPIPE, so that a closed pipe is an error of write(); makes SIGINT,
 * SIGTERM and SIGHUP remove temporary files before they end the process; and
 * sees to it that the three standard files are open, so that no other file
 * takes their numbers. */
void signals_init(void);

/* Creates a file, for writing, that is removed when a signal ends the process.
 * The name must live until signals_keep_file with the number in *slot.  -1, and
 * errno: EEXIST if there is one of that name. */
int signals_create_file(const char *name, int *slot);
void signals_keep_file(int slot);

/* Ends the process as SIGPIPE does.  Returns only if the process was started
 * with SIGPIPE ignored: then a closed pipe is an error like any other. */
void signals_end_by_pipe(void);

#endif
