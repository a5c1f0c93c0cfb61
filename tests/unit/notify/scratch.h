/* SPDX-License-Identifier: Apache-2.0 */
/* A scratch folder with one file in it that lines are delivered to. */
#pragma once

#include <stdlib.h>
#include <string.h>

#include "lib/base/cleanup.h"
#include "lib/base/file.h"
#include "support/folder.h"

struct scratch {
	char folder[FOLDER_SIZE];
	char path[PATH_SIZE]; /* of the file, not made yet */
};

static inline void scratch_make(struct scratch *scratch)
{
	folder_make(scratch->folder);
	assert_int_equal(path_print(scratch->path, "%s/larm/alla.jsonl", scratch->folder), 0);
}

static inline void scratch_remove(struct scratch *scratch)
{
	folder_remove(scratch->folder);
}

static inline void scratch_assert_file(const struct scratch *scratch, const char *expected)
{
	cleanup(free_bytes) char *bytes = NULL;
	size_t length;

	assert_int_equal(file_read(scratch->path, 65536, &bytes, &length), 0);
	assert_string_equal(bytes, expected);
}
