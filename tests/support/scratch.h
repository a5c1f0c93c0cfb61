/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A folder of its own for a test, with a path short enough for sockets, and
 * gone with everything in it when the test is over.
 */
#pragma once

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/base/file.h"
#include "support/folder.h"
#include "support/test.h"

struct scratch {
	char folder[PATH_SIZE];
};

static inline void scratch_make(struct scratch *scratch)
{
	folder_make(scratch->folder);
}

static inline void scratch_remove(struct scratch *scratch)
{
	folder_remove(scratch->folder);
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
