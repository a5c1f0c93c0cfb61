/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The other programs of Budgetvakt: where they are, and one of them run to its end.
 */
#pragma once

#include "lib/base/file.h"

/* Beside us as built, or where an installation puts them: a status. */
int program_folder_find(char folder[static PATH_SIZE]);

enum { PROGRAM_WORDS_MAX = 12 };

/* Starts FOLDER/budgetvakt-NAME with @words (ending with NULL), and descriptors for its stdin,
 * stdout and stderr.  0 or a negative errno. */
int program_start(const char *folder, const char *name, const char *const *words,
		  const int fds[static 3], int *pid_out);
/* Waits for it: its exit code, or 128 and the number of the signal that ended it. */
int program_wait(int pid);
