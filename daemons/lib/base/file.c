/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "lib/base/cleanup.h"
#include "lib/base/error.h"

int path_print(char path[static PATH_SIZE], const char *format, ...)
{
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vsnprintf(path, PATH_SIZE, format, arguments);
	va_end(arguments);
	return length < 0 || length >= PATH_SIZE ? -ENAMETOOLONG : 0;
}

static int parent_sync(const char *path)
{
	char copy[PATH_SIZE];
	int r = path_print(copy, "%s", path);

	return r < 0 ? r : directory_sync(dirname(copy));
}

static int folder_make(const char *path)
{
	if (mkdir(path, 0750) < 0)
		return errno == EEXIST ? 0 : -errno;
	return parent_sync(path);
}

int directory_make(const char *path)
{
	char partial[PATH_SIZE];
	int r = path_print(partial, "%s", path);

	for (char *slash = partial + 1; r == 0 && *slash; slash++) {
		if (*slash != '/')
			continue;
		*slash = '\0';
		r = folder_make(partial);
		*slash = '/';
	}
	return r < 0 ? r : folder_make(partial);
}

int directory_make_private(const char *path)
{
	int r = directory_make(path);

	if (r < 0)
		return r;
	return chmod(path, 0700) < 0 ? -errno : 0;
}

int directory_sync(const char *path)
{
	cleanup(close_fd) int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	return fsync(fd) < 0 ? -errno : 0;
}

static int fd_read(int fd, char *bytes, size_t length)
{
	size_t done = 0;

	while (done < length) {
		ssize_t n = read(fd, bytes + done, length - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			return -EIO;
		done += (size_t)n;
	}
	return 0;
}

int file_read(const char *path, size_t size_max, char **bytes_out, size_t *length_out)
{
	cleanup(close_fd) int fd = open(path, O_RDONLY | O_CLOEXEC);
	cleanup(free_bytes) char *bytes = NULL;
	struct stat status;
	size_t length;
	int r;

	if (fd < 0 || fstat(fd, &status) < 0)
		return -errno;
	if (!S_ISREG(status.st_mode))
		return -EINVAL;
	if ((size_t)status.st_size > size_max)
		return ERROR_LIMIT;
	length = (size_t)status.st_size;
	bytes = malloc(length + 1);
	if (!bytes)
		return -ENOMEM;
	r = fd_read(fd, bytes, length);
	if (r < 0)
		return r;
	bytes[length] = '\0';
	*bytes_out = bytes;
	*length_out = length;
	bytes = NULL;
	return 0;
}

int fd_write(int fd, const void *bytes, size_t length)
{
	const char *position = bytes;

	while (length > 0) {
		ssize_t n = write(fd, position, length);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		position += n;
		length -= (size_t)n;
	}
	return 0;
}

int file_write(const char *path, const void *bytes, size_t length)
{
	cleanup(close_fd) int fd = -1;
	char temporary[PATH_SIZE];
	int r = path_print(temporary, "%s.new", path);

	if (r < 0)
		return r;
	fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
	if (fd < 0)
		return -errno;
	r = fd_write(fd, bytes, length);
	if (r < 0)
		return r;
	if (fsync(fd) < 0)
		return -errno;
	return file_move(temporary, path);
}

int file_move(const char *from, const char *to)
{
	int r;

	if (rename(from, to) < 0)
		return -errno;
	r = parent_sync(to);
	return r < 0 ? r : parent_sync(from);
}

int file_remove(const char *path)
{
	if (unlink(path) < 0)
		return errno == ENOENT ? 0 : -errno;
	return parent_sync(path);
}

bool file_exists(const char *path)
{
	return access(path, F_OK) == 0;
}

int file_lock(const char *path, int *fd_out)
{
	cleanup(close_fd) int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0640);

	if (fd < 0)
		return -errno;
	if (flock(fd, LOCK_EX | LOCK_NB) < 0)
		return errno == EWOULDBLOCK ? FILE_LOCK_HELD : -errno;
	*fd_out = fd;
	fd = -1;
	return 0;
}
