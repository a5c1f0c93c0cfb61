/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What no daemon of ours may be, for tests that have to show that it matters: a reader
 * that looks at one version of a store for as long as its standard input is open.
 *
 *     reader FOLDER
 */
#include <lmdb.h>
#include <stdio.h>

int main(int argc, char **argv)
{
	MDB_env *environment;
	MDB_txn *txn;

	if (argc != 2 || mdb_env_create(&environment) != 0 ||
	    mdb_env_open(environment, argv[1], MDB_RDONLY, 0600) != 0 ||
	    mdb_txn_begin(environment, NULL, MDB_RDONLY, &txn) != 0)
		return 1;
	puts("reading");
	fflush(stdout);
	while (getchar() != EOF)
		continue;
	mdb_txn_abort(txn);
	mdb_env_close(environment);
	return 0;
}
