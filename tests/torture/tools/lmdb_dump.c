/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The control of store_dump: the same answers, read by LMDB alone, with the checksums that
 * lib/store puts in front of every value passed over.
 */
#include <lmdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_SIZE = 4096, TABLES_MAX = 16, CHECKSUM_SIZE = 8 };

static const size_t map_size = (size_t)64 << 20;

static void hex_put(const MDB_val *value, size_t from)
{
	const unsigned char *bytes = value->mv_data;

	putchar(' ');
	for (size_t i = from; i < value->mv_size; i++)
		printf("%02x", bytes[i]);
}

static int table_tell(MDB_txn *txn, const char *name)
{
	MDB_cursor *cursor;
	MDB_val key, value;
	MDB_dbi table;
	int code = mdb_dbi_open(txn, name, 0, &table);

	if (code == 0)
		code = mdb_cursor_open(txn, table, &cursor);
	if (code != 0)
		return code;
	while ((code = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) == 0) {
		fputs(name, stdout);
		hex_put(&key, 0);
		hex_put(&value, CHECKSUM_SIZE);
		putchar('\n');
	}
	mdb_cursor_close(cursor);
	return code == MDB_NOTFOUND ? 0 : code;
}

static int store_tell(const char *folder, char *tables)
{
	MDB_env *environment;
	MDB_txn *txn = NULL;
	int code = mdb_env_create(&environment);

	if (code == 0)
		code = mdb_env_set_maxdbs(environment, TABLES_MAX);
	if (code == 0)
		code = mdb_env_set_mapsize(environment, map_size);
	if (code == 0)
		code = mdb_env_open(environment, folder, MDB_NOTLS, 0640);
	if (code == 0)
		code = mdb_txn_begin(environment, NULL, MDB_RDONLY, &txn);
	for (char *name; code == 0 && (name = strsep(&tables, " "));)
		code = table_tell(txn, name);
	if (txn)
		mdb_txn_abort(txn);
	mdb_env_close(environment);
	return code;
}

int main(void)
{
	static char line[LINE_SIZE];

	while (fgets(line, sizeof line, stdin)) {
		char *rest = line;
		const char *folder;

		line[strcspn(line, "\n")] = '\0';
		folder = strsep(&rest, " ");
		printf("end %d\n", store_tell(folder, rest));
		fflush(stdout);
	}
	return EXIT_SUCCESS;
}
