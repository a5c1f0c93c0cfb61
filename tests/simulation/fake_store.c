/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lib/store in memory: what is committed outlives its process, nothing else does.  A
 * commit can be the last call of a process, with and without having happened.
 */
#include "simulation/world.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/store/store.h"

enum { DISKS_MAX = 8 };

/* Key and value. */
struct entry {
	size_t key_size;
	size_t size;
	uint8_t bytes[];
};

struct shelf {
	struct entry **entries; /* sorted */
	size_t count;
	size_t capacity;
};

struct disk {
	char path[PATH_SIZE];
	const char *const *names;
	size_t table_count;
	struct shelf shelves[STORE_TABLES_MAX];
	bool is_written; /* a transaction is under way */
};

struct store {
	struct disk *disk;
};

/* One of both may be missing. */
struct undo {
	unsigned table;
	struct entry *before;
	struct entry *after;
};

struct store_txn {
	struct store *store;
	enum store_access access;
	struct undo *undos;
	size_t count;
	size_t capacity;
};

static struct disk disks[DISKS_MAX];

static void shelf_forget(struct shelf *shelf)
{
	for (size_t i = 0; i < shelf->count; i++)
		free(shelf->entries[i]);
	free(shelf->entries);
	*shelf = (struct shelf){.count = 0};
}

void disks_forget(void)
{
	for (size_t i = 0; i < DISKS_MAX; i++) {
		for (size_t table = 0; table < STORE_TABLES_MAX; table++)
			shelf_forget(&disks[i].shelves[table]);
		disks[i] = (struct disk){.table_count = 0};
	}
}

static struct disk *disk_find(const char *path)
{
	for (size_t i = 0; i < DISKS_MAX; i++) {
		if (disks[i].path[0] == '\0')
			snprintf(disks[i].path, PATH_SIZE, "%s", path);
		if (strcmp(disks[i].path, path) == 0)
			return &disks[i];
	}
	abort();
}

static const char *disk_name(const struct disk *disk)
{
	return strrchr(disk->path, '/') + 1;
}

int store_open(struct store **store_out, const char *directory, const char *const *tables,
	       size_t count, uint64_t size_mib)
{
	struct store *store = calloc(1, sizeof *store);

	(void)size_mib;
	if (!store || count > STORE_TABLES_MAX || !process_call()) {
		free(store);
		return -EIO;
	}
	store->disk = disk_find(directory);
	store->disk->names = tables;
	store->disk->table_count = count;
	*store_out = store;
	return 0;
}

/* For the world: the store in the folder @name as it is now; NULL: there is none yet. */
struct store *store_look(const char *name)
{
	struct store *store = NULL;

	for (size_t i = 0; i < DISKS_MAX && !store; i++) {
		if (disks[i].path[0] == '\0' || strcmp(disk_name(&disks[i]), name) != 0)
			continue;
		store = calloc(1, sizeof *store);
		if (!store)
			abort();
		store->disk = &disks[i];
	}
	return store;
}

unsigned store_table(const struct store *store, const char *name)
{
	unsigned table = 0;

	while (table < store->disk->table_count && strcmp(store->disk->names[table], name) != 0)
		table++;
	return table;
}

void store_close(struct store **store)
{
	free(*store);
	*store = NULL;
}

int store_begin(struct store *store, enum store_access access, struct store_txn **txn_out)
{
	struct store_txn *txn;

	if (!process_call())
		return -EIO;
	if (access == STORE_WRITE && store->disk->is_written)
		return -EDEADLK;
	txn = calloc(1, sizeof *txn);
	if (!txn)
		return -ENOMEM;
	txn->store = store;
	txn->access = access;
	store->disk->is_written |= access == STORE_WRITE;
	*txn_out = txn;
	return 0;
}

static int bytes_compare(const uint8_t *left, size_t left_size, const uint8_t *right,
			 size_t right_size)
{
	size_t size = left_size < right_size ? left_size : right_size;
	int order = size > 0 ? memcmp(left, right, size) : 0;

	return order ? order : (left_size > right_size) - (left_size < right_size);
}

/* The first entry that is not below the key; @found_out: whether it is the key's. */
static size_t shelf_seek(const struct shelf *shelf, const uint8_t *key, size_t size,
			 bool *found_out)
{
	size_t low = 0;
	size_t high = shelf->count;

	*found_out = false;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct entry *entry = shelf->entries[middle];
		int order = bytes_compare(entry->bytes, entry->key_size, key, size);

		if (order == 0)
			*found_out = true;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void shelf_insert(struct shelf *shelf, size_t index, struct entry *entry)
{
	if (shelf->count == shelf->capacity) {
		shelf->capacity = shelf->capacity * 2 + 16;
		shelf->entries =
			reallocarray(shelf->entries, shelf->capacity, sizeof *shelf->entries);
		if (!shelf->entries)
			abort();
	}
	memmove(shelf->entries + index + 1, shelf->entries + index,
		(shelf->count - index) * sizeof *shelf->entries);
	shelf->entries[index] = entry;
	shelf->count++;
}

static void shelf_remove(struct shelf *shelf, size_t index)
{
	shelf->count--;
	memmove(shelf->entries + index, shelf->entries + index + 1,
		(shelf->count - index) * sizeof *shelf->entries);
}

static void undo_note(struct store_txn *txn, unsigned table, struct entry *before,
		      struct entry *after)
{
	if (txn->count == txn->capacity) {
		txn->capacity = txn->capacity * 2 + 32;
		txn->undos = reallocarray(txn->undos, txn->capacity, sizeof *txn->undos);
		if (!txn->undos)
			abort();
	}
	txn->undos[txn->count++] = (struct undo){table, before, after};
}

static void txn_free(struct store_txn **txn)
{
	if ((*txn)->access == STORE_WRITE)
		(*txn)->store->disk->is_written = false;
	free((*txn)->undos);
	free(*txn);
	*txn = NULL;
}

static void undo_do(struct shelf *shelf, const struct undo *undo)
{
	const struct entry *there = undo->after ? undo->after : undo->before;
	bool found;
	size_t index = shelf_seek(shelf, there->bytes, there->key_size, &found);

	if (undo->after && undo->before)
		shelf->entries[index] = undo->before;
	else if (undo->after)
		shelf_remove(shelf, index);
	else
		shelf_insert(shelf, index, undo->before);
	free(undo->after);
}

void store_abort(struct store_txn **txn)
{
	if (!*txn)
		return;
	for (size_t i = (*txn)->count; i-- > 0;) {
		const struct undo *undo = &(*txn)->undos[i];

		undo_do(&(*txn)->store->disk->shelves[undo->table], undo);
	}
	txn_free(txn);
}

/* A control that must be found: what is said to be committed is not. */
static bool commit_is_broken(const struct store_txn *txn)
{
	return world.control == CONTROL_COMMIT && world.current && txn->count > 3 &&
	       chance_per_mille(20);
}

int store_commit(struct store_txn **txn)
{
	struct store *store = (*txn)->store;
	bool is_write = (*txn)->access == STORE_WRITE && (*txn)->count > 0;

	if (!process_call()) {
		store_abort(txn);
		return -EIO;
	}
	if (commit_is_broken(*txn)) {
		store_abort(txn);
		return 0;
	}
	for (size_t i = 0; i < (*txn)->count; i++)
		free((*txn)->undos[i].before);
	txn_free(txn);
	if (is_write && world.current)
		observer_committed(disk_name(store->disk), store);
	return process_call() ? 0 : -EIO;
}

static bool place_is_valid(const struct store_txn *txn, unsigned table, const struct key *key)
{
	return table < txn->store->disk->table_count && !key->invalid;
}

static struct store_value value_of(const struct entry *entry)
{
	return (struct store_value){entry->bytes + entry->key_size, entry->size};
}

int store_get(struct store_txn *txn, unsigned table, const struct key *key,
	      struct store_value *value_out)
{
	const struct shelf *shelf = &txn->store->disk->shelves[table];
	bool found;
	size_t index;

	if (!place_is_valid(txn, table, key))
		return -EINVAL;
	index = shelf_seek(shelf, key->bytes, key->size, &found);
	if (!found)
		return STORE_MISSING;
	*value_out = value_of(shelf->entries[index]);
	return 0;
}

/* Another: now and then a follower forgets how far it had come. */
static bool put_is_broken(const struct store_txn *txn, unsigned table)
{
	return world.control == CONTROL_CURSOR && world.current &&
	       strcmp(txn->store->disk->names[table], "cursor") == 0 && chance_per_mille(20);
}

int store_put(struct store_txn *txn, unsigned table, const struct key *key, const void *bytes,
	      size_t size)
{
	struct shelf *shelf = &txn->store->disk->shelves[table];
	struct entry *entry;
	bool found;
	size_t index;

	if (!place_is_valid(txn, table, key) || key->size == 0 || txn->access != STORE_WRITE)
		return -EINVAL;
	if (!process_call())
		return -EIO;
	if (put_is_broken(txn, table))
		return 0;
	entry = malloc(sizeof *entry + key->size + size);
	if (!entry)
		return -ENOMEM;
	*entry = (struct entry){key->size, size};
	memcpy(entry->bytes, key->bytes, key->size);
	if (size > 0)
		memcpy(entry->bytes + key->size, bytes, size);
	index = shelf_seek(shelf, key->bytes, key->size, &found);
	undo_note(txn, table, found ? shelf->entries[index] : NULL, entry);
	if (found)
		shelf->entries[index] = entry;
	else
		shelf_insert(shelf, index, entry);
	return 0;
}

int store_put_packed(struct store_txn *txn, unsigned table, const struct key *key,
		     const struct packer *packer)
{
	return packer->failed ? -ENOMEM : store_put(txn, table, key, packer->bytes, packer->length);
}

int store_delete(struct store_txn *txn, unsigned table, const struct key *key)
{
	struct shelf *shelf = &txn->store->disk->shelves[table];
	bool found;
	size_t index;

	if (!place_is_valid(txn, table, key) || txn->access != STORE_WRITE)
		return -EINVAL;
	if (!process_call())
		return -EIO;
	index = shelf_seek(shelf, key->bytes, key->size, &found);
	if (!found)
		return STORE_MISSING;
	undo_note(txn, table, shelf->entries[index], NULL);
	shelf_remove(shelf, index);
	return 0;
}

static bool begins_with(const struct entry *entry, const struct key *prefix)
{
	return entry->key_size >= prefix->size &&
	       memcmp(entry->bytes, prefix->bytes, prefix->size) == 0;
}

int store_delete_prefix(struct store_txn *txn, unsigned table, const struct key *prefix)
{
	struct store_value value;
	struct key last;
	int r;

	while ((r = store_last(txn, table, prefix, &last, &value)) == 0) {
		r = store_delete(txn, table, &last);
		if (r != 0)
			return r < 0 ? r : -EIO;
	}
	return r < 0 ? r : 0;
}

int store_each(struct store_txn *txn, unsigned table, const struct key *prefix,
	       const struct key *from, store_visitor *visit, void *context)
{
	const struct shelf *shelf = &txn->store->disk->shelves[table];
	const struct key *start = prefix;
	bool found;

	if (!place_is_valid(txn, table, prefix) || (from && from->invalid))
		return -EINVAL;
	if (from && bytes_compare(from->bytes, from->size, prefix->bytes, prefix->size) > 0)
		start = from;
	for (size_t i = shelf_seek(shelf, start->bytes, start->size, &found);
	     i < shelf->count && begins_with(shelf->entries[i], prefix); i++) {
		const struct entry *entry = shelf->entries[i];
		int r = visit(context, entry->bytes, entry->key_size, value_of(entry));

		if (r == STORE_STOP)
			return 0;
		if (r != 0)
			return r < 0 ? r : -EINVAL;
	}
	return 0;
}

int store_last(struct store_txn *txn, unsigned table, const struct key *prefix, struct key *key_out,
	       struct store_value *value_out)
{
	const struct shelf *shelf = &txn->store->disk->shelves[table];
	struct key end = *prefix;
	size_t index = shelf->count;
	bool found;

	if (!place_is_valid(txn, table, prefix))
		return -EINVAL;
	while (end.size > 0 && end.bytes[end.size - 1] == 0xFF)
		end.size--;
	if (end.size > 0) {
		end.bytes[end.size - 1]++;
		index = shelf_seek(shelf, end.bytes, end.size, &found);
	}
	if (index == 0 || !begins_with(shelf->entries[index - 1], prefix))
		return STORE_MISSING;
	*key_out = key_empty();
	key_bytes(key_out, shelf->entries[index - 1]->bytes, shelf->entries[index - 1]->key_size);
	*value_out = value_of(shelf->entries[index - 1]);
	return 0;
}

int store_count(struct store_txn *txn, unsigned table, uint64_t *count_out)
{
	*count_out = txn->store->disk->shelves[table].count;
	return 0;
}

int store_fill(struct store *store, unsigned *fill_out)
{
	(void)store;
	*fill_out = 0;
	return 0;
}

int store_grow(struct store *store)
{
	(void)store;
	return process_call() ? 0 : -EIO;
}
