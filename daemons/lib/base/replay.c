/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/replay.h"

#include <errno.h>
#include <stdlib.h>

#include "lib/base/cleanup.h"
#include "lib/base/file.h"

enum { LINE_SIZE_MAX = 64 };

static char replay_path[PATH_SIZE];

static bool moment_read(int64_t *time_ms_out, uint32_t *uid_out)
{
	cleanup(free_bytes) char *line = NULL;
	char *rest;
	size_t length;

	if (file_read(replay_path, LINE_SIZE_MAX, &line, &length) != 0)
		return false;
	*time_ms_out = strtoll(line, &rest, 10);
	*uid_out = (uint32_t)strtoul(rest, NULL, 10);
	return rest != line;
}

int replay_begin(const char *path)
{
	int64_t time_ms;
	uint32_t uid;
	int r = path_print(replay_path, "%s", path);

	return r == 0 && !moment_read(&time_ms, &uid) ? -ENOENT : r;
}

bool replay_now(int64_t *time_ms_out, uint32_t *uid_out)
{
	return replay_path[0] != '\0' && moment_read(time_ms_out, uid_out);
}
