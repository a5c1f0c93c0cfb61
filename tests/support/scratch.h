/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A folder of its own for a test, with a path short enough for sockets, and
 * gone with everything in it when the test is over.
 */
#pragma once

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/file.h"
#include "support/test.h"

enum { SCRATCH_DESCRIPTORS = 16 };

struct scratch {
	char folder[PATH_SIZE];
};

static inline void scratch_make(struct scratch *scratch)
{
	assert_int_equal(path_print(scratch->folder, "%s/bv-XXXXXX", P_tmpdir), 0);
	assert_non_null(mkdtemp(scratch->folder));
}

static inline int scratch_forget(const char *path, const struct stat *status, int kind,
				 struct FTW *walk)
{
	(void)status;
	(void)kind;
	(void)walk;
	return remove(path);
}

static inline void scratch_remove(struct scratch *scratch)
{
	assert_int_equal(
		nftw(scratch->folder, scratch_forget, SCRATCH_DESCRIPTORS, FTW_DEPTH | FTW_PHYS),
		0);
}

/* The same paths every time, so that a closed store or socket can be opened again. */
static inline void scratch_path(const struct scratch *scratch, const char *name,
				char path[static PATH_SIZE])
{
	assert_int_equal(path_print(path, "%s/%s", scratch->folder, name), 0);
}

static inline void scratch_endpoint(const struct scratch *scratch, const char *name,
				    char endpoint[static PATH_SIZE])
{
	assert_int_equal(path_print(endpoint, "ipc://%s/%s", scratch->folder, name), 0);
}
