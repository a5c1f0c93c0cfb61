/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/stage/space.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "lib/base/cleanup.h"
#include "lib/base/file.h"
#include "lib/base/log.h"

enum { MIB = 1024 * 1024 };

int space_free_mib(const struct conf *conf, uint64_t *free_mib_out)
{
	struct statvfs status;

	*free_mib_out = 0;
	if (statvfs(conf->state_dir, &status) < 0)
		return -errno;
	*free_mib_out = (uint64_t)status.f_bavail * status.f_frsize / MIB;
	return 0;
}

bool space_is_short(const struct conf *conf)
{
	uint64_t free_mib;

	return space_free_mib(conf, &free_mib) == 0 && free_mib < conf->free_space_min_mib;
}

uint64_t ballast_held_mib(const struct conf *conf)
{
	char path[PATH_SIZE];
	struct stat status;

	if (conf_state_path(conf, "ballast", path) < 0 || lstat(path, &status) < 0)
		return 0;
	return (uint64_t)status.st_size / MIB;
}

static int ballast_make(const struct conf *conf, const char *path)
{
	cleanup(close_fd) int fd =
		open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	int error;

	if (fd < 0)
		return -errno;
	error = posix_fallocate(fd, 0, (off_t)conf->ballast_mib * MIB);
	/* Half a reserve is none, and takes the room that others need. */
	if (error != 0)
		unlink(path);
	return -error;
}

int ballast_hold(const struct conf *conf)
{
	uint64_t held_mib = ballast_held_mib(conf);
	char path[PATH_SIZE];
	uint64_t free_mib;
	int r;

	if (held_mib == conf->ballast_mib)
		return 0;
	r = space_free_mib(conf, &free_mib);
	if (r == 0)
		r = conf_state_path(conf, "ballast", path);
	if (r < 0 || free_mib + held_mib < conf->free_space_min_mib + conf->ballast_mib)
		return r;
	return conf->ballast_mib == 0 ? file_remove(path) : ballast_make(conf, path);
}

void ballast_release(const struct conf *conf, int error)
{
	char path[PATH_SIZE];

	if (error == -ENOSPC && conf_state_path(conf, "ballast", path) == 0 && unlink(path) == 0)
		log_warn("the reserve of %llu MiB is given up, so that alerts can be written",
			 (unsigned long long)conf->ballast_mib);
}
