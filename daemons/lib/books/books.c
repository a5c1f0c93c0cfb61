/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/books/books.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/cleanup.h"
#include "lib/base/error.h"
#include "lib/base/pack.h"
#include "lib/books/books_private.h"

/* ---- state ------------------------------------------------------------------ */

int books_state_add(struct books *books, const void *bytes, size_t size)
{
	cleanup(packer_finish) struct packer packer = {0};
	int r;

	pack_u64(&packer, size);
	if (packer.failed)
		return -ENOMEM;
	r = hasher_add(books->state, packer.bytes, packer.length);
	return r == 0 ? hasher_add(books->state, bytes, size) : r;
}

static int value_add(void *context, const uint8_t *key, size_t key_size, struct store_value value)
{
	struct books *books = context;
	int r = books_state_add(books, key, key_size);

	return r == 0 ? books_state_add(books, value.bytes, value.size) : r;
}

static int state_table_add(struct books *books, struct store_txn *txn, unsigned table)
{
	const char *name = books->options->tables[table];
	struct key all = key_empty();
	int r = books_state_add(books, name, strlen(name));

	return r == 0 ? store_each(txn, table, &all, NULL, value_add, books) : r;
}

static int state_tables_add(struct books *books, struct store_txn *txn)
{
	int r = 0;

	for (size_t i = 0; i < books->options->state_table_count && r == 0; i++)
		r = state_table_add(books, txn, books->options->state_tables[i]);
	return r;
}

static int state_tell(struct books *books)
{
	char text[HASH_TEXT_SIZE];
	struct hash hash;
	int r = hasher_end(books->state, &hash);

	if (r < 0)
		return r;
	hash_text(&hash, text);
	books_tell(books, "state\t%s", text);
	return 0;
}

/* ---- values ----------------------------------------------------------------- */

struct inspection {
	struct books *books;
	const char *table;
};

static int value_inspect(void *context, const uint8_t *key, size_t key_size,
			 struct store_value value, bool is_whole)
{
	struct inspection *inspection = context;

	(void)key;
	(void)key_size;
	(void)value;
	books_count(inspection->books);
	if (!is_whole)
		books_fault(inspection->books,
			    "ett värde i lagret %s, tabell %s, är inte det som skrevs dit",
			    inspection->books->options->folder, inspection->table);
	return 0;
}

static int values_check(struct books *books, struct store_txn *txn)
{
	int r = 0;

	books_rule(books, "CRC", "värden mot sina kontrollsummor");
	for (size_t i = 0; i < books->options->table_count && r == 0; i++) {
		struct inspection inspection = {books, books->options->tables[i]};

		r = store_inspect(txn, (unsigned)i, value_inspect, &inspection);
	}
	return r;
}

/* ---- all of it -------------------------------------------------------------- */

static void books_finish(struct books *books)
{
	hasher_destroy(&books->state);
	free(books->before);
}

/* What cannot be read is told; the next rule may still be of use. */
static int fault_of(struct books *books, int r)
{
	if (r == ERROR_CORRUPT || r == ERROR_VERSION) {
		books_fault(books, "lagret %s kan inte läsas vidare här: värden är skadade",
			    books->options->folder);
		return 0;
	}
	return r;
}

static int books_look(struct books *books, struct store *store)
{
	const struct books_options *options = books->options;
	cleanup(store_abort) struct store_txn *txn = NULL;
	int r = store_begin(store, STORE_READ, &txn);

	if (r == 0)
		r = fault_of(books, values_check(books, txn));
	if (r == 0 && options->journal_table != BOOKS_NO_TABLE)
		r = fault_of(books, books_journal(books, txn));
	if (r == 0 && options->cursor_table != BOOKS_NO_TABLE)
		r = fault_of(books, books_cursors(books, txn));
	if (r == 0 && options->check)
		r = fault_of(books, options->check(options->context, books, txn));
	if (r == 0)
		r = fault_of(books, state_tables_add(books, txn));
	books_rule_end(books);
	return r == 0 ? state_tell(books) : r;
}

static int store_copy_to(const struct books_options *options, struct store *store,
			 const char *copy_dir)
{
	char target[PATH_SIZE];
	int r = path_print(target, "%s/%s", copy_dir, options->folder);

	if (r == 0)
		r = directory_make(target);
	return r == 0 ? store_copy(store, target) : r;
}

int books_run(const struct conf *conf, const struct books_options *options, const char *copy_dir)
{
	cleanup(books_finish) struct books books = {.options = options};
	cleanup(store_close) struct store *store = NULL;
	char directory[PATH_SIZE];
	int r = conf_state_path(conf, options->folder, directory);

	if (r == 0)
		r = store_open_reader(&store, directory, options->tables, options->table_count);
	if (r < 0 || copy_dir)
		return r < 0 ? r : store_copy_to(options, store, copy_dir);
	r = books_before_read(&books);
	if (r == 0)
		r = hasher_new(&books.state);
	if (r < 0)
		return r;
	books_tell(&books, "program\t%s", options->name);
	r = books_look(&books, store);
	if (r < 0)
		return r;
	books_tell(&books, "end\t%s", options->name);
	if (fflush(stdout) != 0)
		return -EIO;
	return books.faults > 0 ? ERROR_CORRUPT : 0;
}
