/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A daemon that has forgotten what it knew, for controls: every look into the LMDB table named by
 * FORGET_TABLE finds nothing.  "known" of aggregate and "cursor" of the followers are what keeps
 * a file or an event from being counted twice.
 */
#include <dlfcn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { NOT_FOUND = -30798 }; /* MDB_NOTFOUND of lmdb.h */

static bool is_known;
static unsigned table;

int mdb_dbi_open(void *transaction, const char *name, unsigned flags, unsigned *dbi);
int mdb_get(void *transaction, unsigned dbi, void *key, void *data);

int mdb_dbi_open(void *transaction, const char *name, unsigned flags, unsigned *dbi)
{
	static int (*real)(void *, const char *, unsigned, unsigned *);
	const char *wanted = getenv("FORGET_TABLE");
	int r;

	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "mdb_dbi_open");
	r = real(transaction, name, flags, dbi);
	if (r == 0 && name && wanted && strcmp(name, wanted) == 0) {
		table = *dbi;
		is_known = true;
	}
	return r;
}

int mdb_get(void *transaction, unsigned dbi, void *key, void *data)
{
	static int (*real)(void *, unsigned, void *, void *);

	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "mdb_get");
	if (is_known && dbi == table)
		return NOT_FOUND;
	return real(transaction, dbi, key, data);
}
