/* SPDX-License-Identifier: Apache-2.0 */
/*
 * notify's recipients: files in memory that outlive the process.  One that is killed, or
 * finds no room, while it appends leaves any part of what it appended.
 */
#include "simulation/world.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "notify/line_file.h"

enum { FILES_MAX = 8 };

struct file {
	char path[PATH_SIZE];
	char *bytes;
	size_t length;
	size_t capacity;
	size_t told;
};

static struct file files[FILES_MAX];

void files_forget(void)
{
	for (size_t i = 0; i < FILES_MAX; i++) {
		free(files[i].bytes);
		files[i] = (struct file){.length = 0};
	}
}

/* A descriptor is below -1, so that nobody closes it. */
static struct file *file_of(int fd)
{
	return &files[-2 - fd];
}

static int file_find(const char *path)
{
	for (int i = 0; i < FILES_MAX; i++) {
		if (files[i].path[0] == '\0')
			snprintf(files[i].path, PATH_SIZE, "%s", path);
		if (strcmp(files[i].path, path) == 0)
			return -2 - i;
	}
	abort();
}

int line_file_open(const char *path, int *fd_out)
{
	if (!process_call())
		return -EIO;
	*fd_out = file_find(path);
	return 0;
}

static void bytes_append(struct file *file, const char *bytes, size_t length)
{
	if (file->capacity - file->length < length) {
		file->capacity = (file->length + length) * 2;
		file->bytes = realloc(file->bytes, file->capacity);
		if (!file->bytes)
			abort();
	}
	memcpy(file->bytes + file->length, bytes, length);
	file->length += length;
}

int line_file_end(int fd, int64_t *offset_out)
{
	struct file *file = file_of(fd);

	if (!process_call())
		return -EIO;
	if (file->length > 0 && file->bytes[file->length - 1] != '\n')
		bytes_append(file, "\n", 1);
	*offset_out = (int64_t)file->length;
	return 0;
}

int line_file_settle(int fd, int64_t offset, const char *line, size_t length)
{
	struct file *file = file_of(fd);
	size_t found = length;

	if (!process_call())
		return -EIO;
	if ((int64_t)file->length <= offset)
		return LINE_ABSENT;
	if (file->length - (size_t)offset < length)
		found = file->length - (size_t)offset;
	if (memcmp(file->bytes + offset, line, found) != 0)
		return LINE_ABSENT;
	if (found == length)
		return 0;
	file->length = (size_t)offset;
	return LINE_ABSENT;
}

int line_file_append(int fd, const char *lines, size_t length)
{
	size_t part = chance_below((uint32_t)length + 1);

	if (world.current && world.current->is_killed)
		return -EIO;
	if (!process_call()) {
		bytes_append(file_of(fd), lines, part);
		return -EIO;
	}
	if (chance_per_mille(world.faults.disk_per_mille)) {
		world.counts.full++;
		bytes_append(file_of(fd), lines, part);
		return -ENOSPC;
	}
	bytes_append(file_of(fd), lines, length);
	return process_call() ? 0 : -EIO;
}

int line_file_sync(int fd)
{
	(void)fd;
	return process_call() ? 0 : -EIO;
}

void files_tell(void)
{
	for (size_t i = 0; i < FILES_MAX && files[i].path[0]; i++) {
		struct file *file = &files[i];

		while (file->told < file->length) {
			const char *line = file->bytes + file->told;
			const char *end = memchr(line, '\n', file->length - file->told);
			size_t length = end ? (size_t)(end - line) : file->length - file->told;

			printf("line %zu %.*s\n", i, (int)length, line);
			file->told += length + 1;
		}
	}
}
