/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The files that the operands of `import` are about: a file as it stands, of a folder
 * those that fit the source, by name.  Control files (NAME.sum) come with their files.
 */
#pragma once

#include <stddef.h>

#include "lib/base/arena.h"
#include "lib/conf/conf.h"

struct import_files {
	const char **paths; /* owned; what they point at is in the arena */
	size_t count;
};

/* EX_OK or the exit status, when what is wrong has been printed. */
int import_files_find(struct arena *arena, const struct source *source, const char *const *operands,
		      size_t operand_count, struct import_files *files_out);
void import_files_finish(struct import_files *files);

/* The last part of a path. */
const char *import_file_name(const char *path);
