/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A scratch folder of a test, made where the system keeps such things and
 * removed with everything in it.
 */
#pragma once

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "support/test.h"

enum { FOLDER_SIZE = 256, FOLDER_FDS_MAX = 8 };

static inline void folder_make(char folder[static FOLDER_SIZE])
{
	const char *base = getenv("TMPDIR");
	int length =
		snprintf(folder, FOLDER_SIZE, "%s/budgetvakt-test-XXXXXX", base ? base : P_tmpdir);

	assert_in_range(length, 1, FOLDER_SIZE - 1);
	assert_non_null(mkdtemp(folder));
}

static inline int folder_unlink(const char *path, const struct stat *status, int kind,
				struct FTW *where)
{
	(void)status;
	(void)kind;
	(void)where;
	return remove(path);
}

static inline void folder_remove(const char *folder)
{
	assert_int_equal(nftw(folder, folder_unlink, FOLDER_FDS_MAX, FTW_DEPTH | FTW_PHYS), 0);
}
