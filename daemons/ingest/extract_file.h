/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a redacted source keeps of a file: its extract (budgetvakt-parse makes it), written
 * compressed to STATE/archive/SOURCE/HASH.rows.zst, where HASH is the original's.
 */
#pragma once

#include <stddef.h>

#include "lib/base/hash.h"
#include "lib/conf/conf.h"

struct extract_file;

/* Begins a draft; what an earlier try left of it goes. */
int extract_file_open(struct extract_file **extract_out, const struct conf *conf,
		      const char *source, const struct hash *hash);
int extract_file_add(struct extract_file *extract, const char *text);
/* On disk under its name, and whole. */
int extract_file_keep(struct extract_file *extract);
/* The draft goes, unless it was kept. */
void extract_file_destroy(struct extract_file **extract);
