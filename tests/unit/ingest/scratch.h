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

static inline void scratch_source(struct source *source, const char *name)
{
	*source = (struct source){
		.pattern = "*.csv",
		.format = FORMAT_CSV,
		.mode = REPLACE_DELTA,
		.layer = LAYER_OUTCOME,
		.sign = SIGN_LEDGER,
		.delimiter = ';',
		.decimal = ',',
		.unit_ore = 100,
		.columns = {{.header = "Konto",
			     .role = ROLE_DIMENSION,
			     .dimension = DIMENSION_ACCOUNT},
			    {.header = "Period", .role = ROLE_PERIOD},
			    {.header = "Belopp", .role = ROLE_AMOUNT}},
		.column_count = 3,
	};
	source->keeps[DIMENSION_ACCOUNT] = true;
	snprintf(source->name, sizeof source->name, "%s", name);
}

static inline void scratch_make(struct scratch *scratch)
{
	char template[FOLDER_SIZE];

	folder_make(template);
	scratch->conf = calloc(1, sizeof *scratch->conf);
	assert_non_null(scratch->conf);
	snprintf(scratch->folder, sizeof scratch->folder, "%s", template);
	snprintf(scratch->conf->inbox_dir, PATH_SIZE, "%s/inbox", template);
	snprintf(scratch->conf->state_dir, PATH_SIZE, "%s/state", template);
	snprintf(scratch->conf->runtime_dir, PATH_SIZE, "%s/run", template);
	scratch_source(&scratch->conf->sources[0], "skola");
	scratch_source(&scratch->conf->sources[1], "vard");
	scratch->conf->source_count = 2;
	assert_int_equal(directory_make(scratch->conf->state_dir), 0);
	assert_int_equal(directory_make(scratch->conf->runtime_dir), 0);
}

static inline void scratch_remove(struct scratch *scratch)
{
	folder_remove(scratch->folder);
	free(scratch->conf);
	scratch->conf = NULL;
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
