/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The identity of the mapping: what the two mapping files hold, byte by byte.
 */
#include <errno.h>

#include "lib/base/cleanup.h"
#include "lib/conf/table.h"
#include "lib/conf/tables.h"

/* The length goes first, so that moving a row from one file to the other shows. */
static int file_add(const struct conf *conf, const char *file, struct hasher *hasher)
{
	cleanup(free_bytes) char *bytes = NULL;
	char path[PATH_SIZE];
	uint8_t length_bytes[8];
	size_t length;
	int r = path_print(path, "%s/%s", conf->tables_dir, file);

	if (r == 0)
		r = file_read(path, SHEET_FILE_BYTES_MAX, &bytes, &length);
	if (r < 0)
		return table_unreadable(conf, file, r);
	for (int i = 0; i < 8; i++)
		length_bytes[i] = (uint8_t)((uint64_t)length >> (8 * i));
	r = hasher_add(hasher, length_bytes, sizeof(length_bytes));
	return r < 0 ? r : hasher_add(hasher, bytes, length);
}

int mapping_hash(const struct conf *conf, struct hash *hash_out)
{
	cleanup(hasher_destroy) struct hasher *hasher = NULL;
	int r = hasher_new(&hasher);

	if (r == 0)
		r = file_add(conf, "omraden.csv", hasher);
	if (r == 0)
		r = file_add(conf, "resultatrader.csv", hasher);
	return r != 0 ? r : hasher_end(hasher, hash_out);
}
