/* SPDX-License-Identifier: Apache-2.0 */
#include "budgetvakt/program.h"

#include <errno.h>
#include <limits.h>
#include <spawn.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "budgetvakt/daemons.h"
#include "budgetvakt/output.h"

static bool holds_daemons(const char *folder)
{
	for (size_t i = 0; i < DAEMON_COUNT; i++) {
		char path[PATH_SIZE];

		if (path_print(path, "%s/budgetvakt-%s", folder, daemon_names[i]) < 0 ||
		    access(path, X_OK) < 0)
			return false;
	}
	return true;
}

int program_folder_find(char folder[static PATH_SIZE])
{
	char self[PATH_SIZE];
	ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);

	if (length < 0 || length == (ssize_t)sizeof self - 1)
		return complain(EX_OSERR, "det egna programmets plats kan inte läsas ur /proc");
	self[length] = '\0';
	*strrchr(self, '/') = '\0';
	if (path_print(folder, "%s", self) == 0 && holds_daemons(folder))
		return EX_OK;
	if (path_print(folder, "%s/../libexec/budgetvakt", self) == 0 && holds_daemons(folder))
		return EX_OK;
	return complain(EX_OSFILE,
			"budgetvakt-ingest och de andra delarna finns varken i %s eller i "
			"%s/../libexec/budgetvakt; installera dem tillsammans",
			self, self);
}

int program_start(const char *folder, const char *name, const char *const *words,
		  const int fds[static 3], int *pid_out)
{
	char *arguments[PROGRAM_WORDS_MAX + 2] = {NULL};
	posix_spawn_file_actions_t actions;
	char path[PATH_SIZE];
	pid_t pid;
	int r = path_print(path, "%s/budgetvakt-%s", folder, name);

	if (r < 0)
		return r;
	arguments[0] = path;
	for (size_t i = 0; i < PROGRAM_WORDS_MAX && words[i]; i++)
		arguments[i + 1] = (char *)(uintptr_t)words[i];
	posix_spawn_file_actions_init(&actions);
	for (int i = 0; i < 3 && r == 0; i++)
		r = posix_spawn_file_actions_adddup2(&actions, fds[i], i);
	if (r == 0)
		r = posix_spawn(&pid, path, &actions, NULL, arguments, environ);
	posix_spawn_file_actions_destroy(&actions);
	*pid_out = r == 0 ? pid : 0;
	return -r;
}

int program_wait(int pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return EX_OSERR;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
