/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The inbox: INBOX/SOURCE/ for every source.  Scanning finds files; inotify is
 * only the doorbell that says when a scan is worth while.
 *
 * A file is taken when it is regular, its name does not begin with '.' and
 * matches the pattern of its source (in any case), and it is complete: nobody has
 * it open for writing.  Where the system cannot tell (somebody else's file, a
 * network share), it is complete when size and time have stood still.
 * Everything else is left where it is, counted and logged once, as is a file that
 * somebody keeps open for writing.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ingest/report.h"
#include "lib/conf/conf.h"

struct inbox;

struct inbox_file {
	const struct source *source; /* borrowed from the configuration */
	char name[FILE_NAME_SIZE];   /* one path component */
};

enum { INBOX_EMPTY = 1 };

/* How long a file whose writers cannot be seen must stand still. */
enum { INBOX_STILL_MS = 2000 };
/* How long somebody may write to a file before it is worth a word in the log. */
enum { INBOX_WRITING_MS = 10000 };

/* Makes the folders.  @conf is borrowed. */
int inbox_new(struct inbox **inbox_out, const struct conf *conf);
void inbox_destroy(struct inbox **inbox);

/* The doorbell's descriptor, -1 when the system has none to give. */
int inbox_fd(const struct inbox *inbox);
/* Empties the doorbell and asks for a scan. */
void inbox_rang(struct inbox *inbox);
/* Asks for a scan: what the timer does. */
void inbox_rescan(struct inbox *inbox);

/* The next complete file: 0, INBOX_EMPTY or a negative errno.  Within a source by
 * name; the source with the oldest file first. */
int inbox_next(struct inbox *inbox, int64_t now_ms, struct inbox_file *file_out);

/* Whether a file of @source lies there that nobody is writing to. */
bool inbox_holds(const struct inbox *inbox, const struct source *source);
/* Files that will be taken, complete or not. */
size_t inbox_waiting_count(const struct inbox *inbox);
/* Files that fit no source, as of the last scan. */
size_t inbox_unknown_count(const struct inbox *inbox);

/* Files that are passed over because somebody has them open for writing, as of the
 * last scan. */
size_t inbox_writing_count(const struct inbox *inbox);

int inbox_path(const struct conf *conf, const struct inbox_file *file, char path[static PATH_SIZE]);

enum completeness {
	FILE_COMPLETE = 1,
	FILE_WRITING, /* somebody has it open for writing */
	FILE_UNSURE,  /* the system cannot tell */
};

enum completeness inbox_completeness(int fd);
