/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The spool, STATE/spool/SOURCE/NAME: the files that have been taken and are not
 * yet decided, one at a time but for what a crash left behind.
 *
 * Taking is a rename.  When the inbox is on another file system, or when somebody
 * else owns the file or has another link to it, its bytes are copied to
 * STATE/spool/SOURCE/.copy first, in slices, so that nobody can change what is
 * being read.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "ingest/inbox.h"
#include "lib/conf/conf.h"

enum { SPOOL_SLICE_SIZE = 64 * 1024 }; /* stays in the nearer caches */

/* Outcomes. */
enum {
	SPOOL_EMPTY = 1,
	SPOOL_GONE,	  /* the file is no longer in the inbox */
	SPOOL_OTHER_DISK, /* copy it */
	SPOOL_MORE,	  /* the copy is not complete yet */
	SPOOL_CHANGED,	  /* the file changed under the copy, which is thrown away */
};

/* Makes the folders and throws away the copies that a crash cut short. */
int spool_prepare(const struct conf *conf);

/* A file left behind, in the order of sources and names: 0, SPOOL_EMPTY or a
 * negative errno. */
int spool_next(const struct conf *conf, struct inbox_file *file_out);
/* Files of sources that are not configured any more: nothing takes them. */
int spool_orphan_count(const struct conf *conf, size_t *count_out);
bool spool_holds(const struct conf *conf, const struct source *source);
int spool_path(const struct conf *conf, const struct inbox_file *file, char path[static PATH_SIZE]);

/* Moves the file from the inbox: 0, SPOOL_GONE, SPOOL_OTHER_DISK or a negative errno. */
int spool_take(const struct conf *conf, const struct inbox_file *file);

/* Whether we alone can reach the file: ours, and under no other name. */
bool spool_is_private(const struct stat *status);
/* Whether two looks at one file saw the same content. */
bool spool_is_unchanged(const struct stat *before, const struct stat *after);

/* A copy under way; zeroed but for the descriptors when there is none. */
struct spool_copy {
	struct inbox_file file;
	char from[PATH_SIZE];
	char draft[PATH_SIZE];
	char to[PATH_SIZE];
	int from_fd;
	int draft_fd;
	struct stat before;
	uint8_t *slice;
};

#define SPOOL_COPY_NONE ((struct spool_copy){.from_fd = -1, .draft_fd = -1})

/* From the inbox or, when the file has been taken, over itself.  0, SPOOL_GONE or
 * a negative errno. */
int spool_copy_start(struct spool_copy *copy, const struct conf *conf,
		     const struct inbox_file *file, bool is_taken);
/* One slice; at the end the copy is in its place and the original gone: 0, SPOOL_MORE,
 * SPOOL_CHANGED or a negative errno. */
int spool_copy_step(struct spool_copy *copy);
void spool_copy_finish(struct spool_copy *copy);
