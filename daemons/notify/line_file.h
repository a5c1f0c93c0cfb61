/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A file that lines are appended to, such that after a crash it can be told
 * which of them are in it: whoever appends notes, durably and beforehand, at
 * which offset each line will begin.
 *
 * We are the only writer; others may read, and may rename the file away.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Opens @path, made with its folder when missing.  Only plain files: -EINVAL. */
int line_file_open(const char *path, int *fd_out);
/* Where the next line begins.  What someone left without a newline gets one. */
int line_file_end(int fd, int64_t *offset_out);

enum { LINE_ABSENT = 1 };

/* Whether the line that was to be written at @offset is there: 0, or LINE_ABSENT
 * (a part of it is cut off; something else there is left alone). */
int line_file_settle(int fd, int64_t offset, const char *line, size_t length);
/* Appends, and returns when the bytes are on disk.  After a failure anything
 * between none and all of them may be. */
int line_file_append(int fd, const char *lines, size_t length);
/* What is in the file is on disk. */
int line_file_sync(int fd);
