/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A scratch folder with one instance in it: inbox, state, two sources that take
 * "*.csv".  Removed with everything in it at the end.
 */
#pragma once

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/file.h"
#include "lib/conf/conf.h"
#include "support/folder.h"

struct scratch {
	char folder[PATH_SIZE];
	struct conf *conf;
};

/* As a configuration file, too: the parser reads it by itself. */
#define SCRATCH_CONF                                                                               \
	"instance = \"prov\"\ntables = \".\"\nstate = \"state\"\nruntime = \"run\"\n"              \
	"inbox = \"inbox\"\n" SCRATCH_SOURCE("skola") SCRATCH_SOURCE("vard")
#define SCRATCH_SOURCE(name)                                                                       \
	"source \"" name "\" {\n"                                                                  \
	"\tpattern = \"*.csv\"\n\tformat = \"csv\"\n\tmode = \"delta\"\n"                          \
	"\tcolumns = {\"Konto = konto\", \"Period = period\", \"Belopp = belopp\"}\n}\n"

static inline void scratch_make(struct scratch *scratch)
{
	char template[FOLDER_SIZE];
	char path[PATH_SIZE];

	folder_make(template);
	snprintf(scratch->folder, sizeof scratch->folder, "%s", template);
	snprintf(path, sizeof path, "%s/budgetvakt.conf", template);
	assert_int_equal(file_write(path, SCRATCH_CONF, strlen(SCRATCH_CONF)), 0);
	assert_int_equal(conf_load(&scratch->conf, path), 0);
	assert_int_equal(directory_make(scratch->conf->state_dir), 0);
	assert_int_equal(directory_make(scratch->conf->runtime_dir), 0);
}

static inline void scratch_remove(struct scratch *scratch)
{
	folder_remove(scratch->folder);
	conf_destroy(&scratch->conf);
}

/* FOLDER/PART, in one of four buffers. */
static inline const char *scratch_path(const struct scratch *scratch, const char *part)
{
	static char paths[4][PATH_SIZE];
	static unsigned next;
	char *path = paths[next++ % 4];

	assert_int_equal(path_print(path, "%s/%s", scratch->folder, part), 0);
	return path;
}

/* Opens a new file for writing and leaves it open. */
static inline int scratch_open(const struct scratch *scratch, const char *part)
{
	int fd = open(scratch_path(scratch, part), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);

	assert_true(fd >= 0);
	return fd;
}

static inline void scratch_put(const struct scratch *scratch, const char *part, const char *text)
{
	int fd = scratch_open(scratch, part);

	assert_int_equal(fd_write(fd, text, strlen(text)), 0);
	close(fd);
}

static inline bool scratch_has(const struct scratch *scratch, const char *part)
{
	return file_exists(scratch_path(scratch, part));
}

/* Names in a folder, not counting those that begin with a dot. */
static inline size_t scratch_count(const struct scratch *scratch, const char *part)
{
	DIR *folder = opendir(scratch_path(scratch, part));
	size_t count = 0;

	assert_non_null(folder);
	for (struct dirent *item; (item = readdir(folder));)
		count += item->d_name[0] != '.';
	closedir(folder);
	return count;
}
