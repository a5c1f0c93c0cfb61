/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs SQL statements through DuckDB's library, without the start of an interpreter:
 * the fastest way there is to use it.
 *
 *     duckdb_query libduckdb.so SQL…
 */
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

/* duckdb_result of duckdb.h. */
struct result {
	uint64_t columns, rows, changed;
	void *column_data;
	char *error;
	void *internal;
};

typedef int open_function(const char *path, void **database_out);
typedef int connect_function(void *database, void **connection_out);
typedef int query_function(void *connection, const char *sql, struct result *result_out);
typedef const char *error_function(struct result *result);
typedef void destroy_function(struct result *result);

struct library {
	open_function *open;
	connect_function *connect;
	query_function *query;
	error_function *error;
	destroy_function *destroy;
};

/* ISO C has no way from void * to a function but this. */
static int function_load(void *handle, const char *name, void *function)
{
	void *address = dlsym(handle, name);

	memcpy(function, &address, sizeof address);
	return address != NULL;
}

static int library_load(const char *path, struct library *library)
{
	void *handle = dlopen(path, RTLD_NOW);

	return handle && function_load(handle, "duckdb_open", &library->open) &&
	       function_load(handle, "duckdb_connect", &library->connect) &&
	       function_load(handle, "duckdb_query", &library->query) &&
	       function_load(handle, "duckdb_result_error", &library->error) &&
	       function_load(handle, "duckdb_destroy_result", &library->destroy);
}

int main(int argc, char **argv)
{
	struct library library;
	void *database, *connection;

	if (argc < 3)
		return EX_USAGE;
	if (!library_load(argv[1], &library) || library.open(NULL, &database) != 0 ||
	    library.connect(database, &connection) != 0)
		return EX_UNAVAILABLE;
	for (int i = 2; i < argc; i++) {
		struct result result;

		if (library.query(connection, argv[i], &result) != 0) {
			fprintf(stderr, "%s\n", library.error(&result));
			return EX_SOFTWARE;
		}
		library.destroy(&result);
	}
	/* What it holds goes with the process. */
	return EX_OK;
}
