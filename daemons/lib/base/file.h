/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files and folders, durably: what these functions report as done is on disk.
 * Paths are plain C strings below PATH_SIZE bytes.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PATH_SIZE = 1024 };

/* printf into a path; -ENAMETOOLONG when it does not fit. */
int path_print(char path[static PATH_SIZE], const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Makes the folder and its parents, mode 0750; an existing folder is fine. */
int directory_make(const char *path);
/* The same, and closes it (mode 0700) to everybody but us. */
int directory_make_private(const char *path);
/* fsync of a folder: makes a rename or unlink in it last. */
int directory_sync(const char *path);

/* Reads a whole file of at most @size_max bytes into new memory, with a NUL
 * after it; ERROR_LIMIT when the file is larger. */
int file_read(const char *path, size_t size_max, char **bytes_out, size_t *length_out);

/* Writes a new file beside @path, syncs it, renames it over @path, syncs the folder. */
int file_write(const char *path, const void *bytes, size_t length);

/* Renames and syncs both folders. */
int file_move(const char *from, const char *to);
/* Unlinks and syncs the folder; a file already gone is fine. */
int file_remove(const char *path);

bool file_exists(const char *path);

/* Takes the exclusive lock file @path and keeps it until the process ends.
 * FILE_LOCK_HELD when another process has it. */
enum { FILE_LOCK_HELD = 1 };
int file_lock(const char *path, int *fd_out);

/* Writes all of it, also after short writes and EINTR. */
int fd_write(int fd, const void *bytes, size_t length);
