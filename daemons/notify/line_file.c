/* SPDX-License-Identifier: Apache-2.0 */
#include "notify/line_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/cleanup.h"
#include "lib/base/file.h"

static int folder_of(const char *path, char folder[static PATH_SIZE])
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return path_print(folder, ".");
	return slash == path ? path_print(folder, "/")
			     : path_print(folder, "%.*s", (int)(slash - path), path);
}

static int size_find(int fd, int64_t *size_out)
{
	struct stat status;

	if (fstat(fd, &status) < 0)
		return -errno;
	if (!S_ISREG(status.st_mode))
		return -EINVAL;
	*size_out = status.st_size;
	return 0;
}

int line_file_open(const char *path, int *fd_out)
{
	cleanup(close_fd) int fd = -1;
	char folder[PATH_SIZE];
	int64_t size = 0;
	int r = folder_of(path, folder);

	if (r == 0)
		r = directory_make(folder);
	if (r < 0)
		return r;
	fd = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0640);
	if (fd < 0)
		return -errno;
	r = size_find(fd, &size);
	/* An empty file may be new: its name must last as long as what is written to it. */
	if (r == 0 && size == 0)
		r = directory_sync(folder);
	if (r < 0)
		return r;
	*fd_out = fd;
	fd = -1;
	return 0;
}

/* Reads @length bytes or fails. */
static int bytes_read(int fd, int64_t offset, char *bytes, size_t length)
{
	for (size_t done = 0; done < length;) {
		ssize_t count = pread(fd, bytes + done, length - done, (off_t)offset + (off_t)done);

		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			return -errno;
		if (count == 0)
			return -EIO; /* the file shrank while we looked */
		done += (size_t)count;
	}
	return 0;
}

int line_file_end(int fd, int64_t *offset_out)
{
	int64_t size;
	char last;
	int r = size_find(fd, &size);

	if (r == 0 && size > 0) {
		r = bytes_read(fd, size - 1, &last, 1);
		if (r == 0 && last != '\n') {
			r = fd_write(fd, "\n", 1);
			size++;
		}
	}
	if (r == 0)
		*offset_out = size;
	return r;
}

int line_file_settle(int fd, int64_t offset, const char *line, size_t length)
{
	cleanup(free_bytes) char *found = NULL;
	size_t found_length = length;
	int64_t size;
	int r = size_find(fd, &size);

	if (r < 0)
		return r;
	if (size <= offset)
		return LINE_ABSENT;
	if (size - offset < (int64_t)length)
		found_length = (size_t)(size - offset);
	found = malloc(found_length);
	if (!found)
		return -ENOMEM;
	r = bytes_read(fd, offset, found, found_length);
	if (r < 0)
		return r;
	if (memcmp(found, line, found_length) != 0)
		return LINE_ABSENT;
	if (found_length == length)
		return 0;
	return ftruncate(fd, (off_t)offset) < 0 ? -errno : LINE_ABSENT;
}

int line_file_sync(int fd)
{
	return fsync(fd) < 0 ? -errno : 0;
}

int line_file_append(int fd, const char *lines, size_t length)
{
	int r = fd_write(fd, lines, length);

	return r < 0 ? r : line_file_sync(fd);
}
