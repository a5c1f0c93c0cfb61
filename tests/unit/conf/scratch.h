/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A folder of its own for every test, and what the test made conf print.  Use
 * scratch_setup and scratch_teardown as the test's fixtures.
 */
#pragma once

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/file.h"
#include "lib/conf/conf.h"
#include "lib/conf/problem.h"
#include "support/folder.h"

struct scratch {
	char folder[PATH_SIZE];
	struct conf *conf; /* with tables in the folder and no source */
	FILE *stream;
	char *printed;
	size_t printed_length;
};

static inline void scratch_listen(struct scratch *scratch)
{
	scratch->stream = open_memstream(&scratch->printed, &scratch->printed_length);
	assert_non_null(scratch->stream);
	problem_stream_set(scratch->stream);
}

static inline int scratch_setup(void **state)
{
	struct scratch *scratch = calloc(1, sizeof(*scratch));

	assert_non_null(scratch);
	scratch->conf = calloc(1, sizeof(*scratch->conf));
	assert_non_null(scratch->conf);
	folder_make(scratch->folder);
	memcpy(scratch->conf->tables_dir, scratch->folder, PATH_SIZE);
	stpcpy(scratch->conf->state_dir, "/state");
	stpcpy(scratch->conf->path, "/etc/budgetvakt.conf");
	scratch_listen(scratch);
	*state = scratch;
	return 0;
}

static inline int scratch_teardown(void **state)
{
	struct scratch *scratch = *state;

	folder_remove(scratch->folder);
	problem_stream_set(NULL);
	fclose(scratch->stream);
	free(scratch->printed);
	free(scratch->conf);
	free(scratch);
	return 0;
}

static inline void scratch_path(const struct scratch *scratch, const char *name,
				char path[static PATH_SIZE])
{
	assert_int_equal(path_print(path, "%s/%s", scratch->folder, name), 0);
}

static inline void scratch_write_bytes(const struct scratch *scratch, const char *name,
				       const char *bytes, size_t length)
{
	char path[PATH_SIZE];
	FILE *file;

	scratch_path(scratch, name, path);
	file = fopen(path, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, length, file), length);
	assert_int_equal(fclose(file), 0);
}

static inline void scratch_write(const struct scratch *scratch, const char *name, const char *text)
{
	scratch_write_bytes(scratch, name, text, strlen(text));
}

/* All that was printed since the last call, word for word; FOLDER stands for the
 * scratch folder. */
static inline void assert_printed(struct scratch *scratch, const char *expected)
{
	static char actual[65536];
	char *out = actual;
	const char *in;

	fclose(scratch->stream);
	for (in = scratch->printed; *in;) {
		size_t length = strlen(scratch->folder);
		bool is_folder = strncmp(in, scratch->folder, length) == 0;

		assert_true(out < actual + sizeof(actual) - 8);
		if (is_folder)
			out = stpcpy(out, "FOLDER");
		else
			*out++ = *in;
		in += is_folder ? length : 1;
	}
	*out = '\0';
	free(scratch->printed);
	scratch_listen(scratch);
	assert_string_equal(actual, expected);
}

#define scratch_test(test) cmocka_unit_test_setup_teardown(test, scratch_setup, scratch_teardown)
