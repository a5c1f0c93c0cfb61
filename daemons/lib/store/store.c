/* SPDX-License-Identifier: Apache-2.0 */
/* Environments and transactions; see store_data.c for what happens inside one. */
#include "lib/store/store_private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "lib/base/cleanup.h"
#include "lib/base/error.h"
#include "lib/base/file.h"
#include "lib/base/hash.h"

enum {
	GROWTH_BYTES = 512 * 1024,
	LOCK_BYTES = 8192, /* of 126 readers */
	ROOM_BYTES_MIN = 64 * 1024,
};

/* LMDB mixes errno values and codes of its own; ours are negative errno. */
int store_error(int code)
{
	switch (code) {
	case MDB_SUCCESS:
		return 0;
	case MDB_MAP_FULL:
	case MDB_TXN_FULL:
		return ERROR_STORE_FULL;
	case MDB_CORRUPTED:
	case MDB_PAGE_NOTFOUND:
	case MDB_INVALID:
	case MDB_VERSION_MISMATCH:
		return ERROR_CORRUPT;
	case MDB_BAD_VALSIZE:
		return -EINVAL;
	default:
		return code > 0 ? -code : -EIO;
	}
}

static int tables_open(struct store *store, const char *const *tables, size_t count,
		       enum store_access access)
{
	bool writes = access == STORE_WRITE;
	MDB_txn *txn;
	int code = mdb_txn_begin(store->environment, NULL, writes ? 0 : MDB_RDONLY, &txn);

	if (code != MDB_SUCCESS)
		return store_error(code);
	for (size_t i = 0; i < count; i++) {
		code = mdb_dbi_open(txn, tables[i], writes ? MDB_CREATE : 0, &store->tables[i]);
		if (code != MDB_SUCCESS) {
			mdb_txn_abort(txn);
			return store_error(code);
		}
		store->table_seeds[i] = checksum(tables[i], strlen(tables[i]));
	}
	store->table_count = count;
	return store_error(mdb_txn_commit(txn));
}

/* LMDB makes its lock file long without asking for blocks, and writes to it by its map: on a
 * full disk that would be a SIGBUS.  Closed again before LMDB opens it, as its locks go with
 * any descriptor that is closed. */
static int lock_reserve(const char *directory)
{
	cleanup(close_fd) int fd = -1;
	char path[PATH_SIZE];
	int r = path_print(path, "%s/lock.mdb", directory);

	if (r < 0)
		return r;
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0640);
	return fd < 0 ? -errno : -posix_fallocate(fd, 0, LOCK_BYTES);
}

/* A reader's map is as large as the owner's. */
static int environment_open(struct store *store, const char *directory, uint64_t size_mib,
			    enum store_access access)
{
	unsigned flags = access == STORE_WRITE ? MDB_NOTLS : MDB_NOTLS | MDB_RDONLY;
	int r = access == STORE_WRITE ? lock_reserve(directory) : 0;
	int code;

	if (r < 0)
		return r;
	code = mdb_env_create(&store->environment);
	if (code == MDB_SUCCESS)
		code = mdb_env_set_maxdbs(store->environment, STORE_TABLES_MAX);
	if (code == MDB_SUCCESS)
		code = mdb_env_set_mapsize(store->environment, size_mib * 1024 * 1024);
	/* Default flags: synchronous commits, no WRITEMAP, zeroed memory. */
	if (code == MDB_SUCCESS)
		code = mdb_env_open(store->environment, directory, flags, 0640);
	return store_error(code);
}

static void environment_close(struct store *store)
{
	if (store->environment)
		mdb_env_close(store->environment);
	store->environment = NULL;
}

/* LMDB writes its first pages and the tables in several steps, and cannot read a file that
 * has only some of them: a new one is made in a folder of its own, and comes whole. */
static int environment_make(struct store *store, const char *directory, const char *const *tables,
			    size_t count, uint64_t size_mib)
{
	char data[PATH_SIZE], draft[PATH_SIZE], draft_data[PATH_SIZE], draft_lock[PATH_SIZE];
	int r = path_print(data, "%s/data.mdb", directory);

	if (r < 0 || file_exists(data))
		return r;
	r = path_print(draft, "%s/new", directory);
	if (r == 0)
		r = path_print(draft_data, "%s/data.mdb", draft);
	if (r == 0)
		r = path_print(draft_lock, "%s/lock.mdb", draft);
	if (r == 0)
		r = directory_make(draft);
	if (r == 0)
		r = file_remove(draft_data);
	if (r == 0)
		r = environment_open(store, draft, size_mib, STORE_WRITE);
	if (r == 0)
		r = tables_open(store, tables, count, STORE_WRITE);
	environment_close(store);
	if (r == 0)
		r = file_move(draft_data, data);
	if (r == 0 && (unlink(draft_lock) < 0 || rmdir(draft) < 0))
		r = -errno;
	return r;
}

int store_open(struct store **store_out, const char *directory, const char *const *tables,
	       size_t count, uint64_t size_mib)
{
	cleanup(store_close) struct store *store = NULL;
	char lock_path[PATH_SIZE];
	int r;

	if (count > STORE_TABLES_MAX)
		return -EINVAL;
	store = calloc(1, sizeof *store);
	if (!store)
		return -ENOMEM;
	store->lock_fd = -1;
	r = directory_make(directory);
	if (r < 0)
		return r;
	r = path_print(lock_path, "%s/owner.lock", directory);
	if (r < 0)
		return r;
	r = file_lock(lock_path, &store->lock_fd);
	if (r != 0)
		return r < 0 ? r : STORE_HELD;
	r = environment_make(store, directory, tables, count, size_mib);
	if (r == 0)
		r = environment_open(store, directory, size_mib, STORE_WRITE);
	if (r < 0)
		return r;
	r = tables_open(store, tables, count, STORE_WRITE);
	if (r < 0)
		return r;
	*store_out = store;
	store = NULL;
	return 0;
}

int store_open_reader(struct store **store_out, const char *directory, const char *const *tables,
		      size_t count)
{
	cleanup(store_close) struct store *store = calloc(1, sizeof *store);
	int r;

	if (!store)
		return -ENOMEM;
	store->lock_fd = -1;
	if (count > STORE_TABLES_MAX)
		return -EINVAL;
	r = environment_open(store, directory, 0, STORE_READ);
	if (r == 0)
		r = tables_open(store, tables, count, STORE_READ);
	if (r < 0)
		return r;
	*store_out = store;
	store = NULL;
	return 0;
}

int store_copy(struct store *store, const char *directory)
{
	return store_error(mdb_env_copy2(store->environment, directory, 0));
}

void store_close(struct store **store)
{
	if (!*store)
		return;
	environment_close(*store);
	close_fd(&(*store)->lock_fd);
	free(*store);
	*store = NULL;
}

int store_begin(struct store *store, enum store_access access, struct store_txn **txn_out)
{
	struct store_txn *txn = calloc(1, sizeof *txn);
	int code;

	if (!txn)
		return -ENOMEM;
	txn->store = store;
	code = mdb_txn_begin(store->environment, NULL, access == STORE_READ ? MDB_RDONLY : 0,
			     &txn->handle);
	if (code != MDB_SUCCESS) {
		free(txn);
		return store_error(code);
	}
	*txn_out = txn;
	return 0;
}

/* What cannot be written may be there after all: whatever the reason, it is the disk's
 * failure, and nobody may take it for something to be tried once more. */
static int commit_error(int code)
{
	int r = store_error(code);

	return r == 0 || r == -ENOSPC || r == ERROR_STORE_FULL ? r : -EIO;
}

/* LMDB calls a page that was written only in part an error of the device. */
static bool disk_is_full(struct store *store)
{
	mdb_filehandle_t fd;
	struct statvfs status;

	return mdb_env_get_fd(store->environment, &fd) == MDB_SUCCESS &&
	       fstatvfs(fd, &status) == 0 && status.f_bavail * status.f_frsize < ROOM_BYTES_MIN;
}

int store_commit(struct store_txn **txn)
{
	int code = mdb_txn_commit((*txn)->handle);

	if (code == EIO && disk_is_full((*txn)->store))
		code = ENOSPC;
	free((*txn)->scratch);
	free(*txn);
	*txn = NULL;
	return commit_error(code);
}

void store_abort(struct store_txn **txn)
{
	if (!*txn)
		return;
	mdb_txn_abort((*txn)->handle);
	free((*txn)->scratch);
	free(*txn);
	*txn = NULL;
}

/* Beyond the pages in use nobody reads: what is written there is as good as nothing. */
static int zeros_write(int fd, off_t from, off_t to)
{
	static const uint8_t zeros[GROWTH_BYTES / 32];

	while (from < to) {
		size_t size = to - from < (off_t)sizeof zeros ? (size_t)(to - from) : sizeof zeros;
		ssize_t n = pwrite(fd, zeros, size, from);

		if (n < 0)
			return -errno;
		from += n;
	}
	return fdatasync(fd) < 0 ? -errno : 0;
}

int store_grow(struct store *store)
{
	MDB_envinfo info;
	MDB_stat status;
	struct stat file;
	mdb_filehandle_t fd;
	off_t used, room;
	int code = mdb_env_info(store->environment, &info);

	if (code == MDB_SUCCESS)
		code = mdb_env_stat(store->environment, &status);
	if (code == MDB_SUCCESS)
		code = mdb_env_get_fd(store->environment, &fd);
	if (code != MDB_SUCCESS)
		return store_error(code);
	if (fstat(fd, &file) < 0)
		return -errno;
	used = (off_t)(info.me_last_pgno + 1) * status.ms_psize;
	room = (off_t)info.me_mapsize - used < GROWTH_BYTES ? (off_t)info.me_mapsize - used
							    : GROWTH_BYTES;
	return file.st_size - used < room / 2 ? zeros_write(fd, file.st_size, used + room) : 0;
}

/* Pages that no version of the data needs any more: LMDB keeps lists of them, under the
 * number of the transaction that freed them, each with its length in front. */
static int pages_free(struct store *store, size_t *count_out)
{
	enum { FREE_LISTS = 0 };
	cleanup(store_abort) struct store_txn *txn = NULL;
	MDB_cursor *cursor;
	MDB_val number;
	MDB_val pages;
	int code;
	int r = store_begin(store, STORE_READ, &txn);

	*count_out = 0;
	if (!txn)
		return r;
	code = mdb_cursor_open(txn->handle, FREE_LISTS, &cursor);
	if (code != MDB_SUCCESS)
		return store_error(code);
	while ((code = mdb_cursor_get(cursor, &number, &pages, MDB_NEXT)) == MDB_SUCCESS) {
		size_t length;

		memcpy(&length, pages.mv_data, sizeof length);
		*count_out += length;
	}
	mdb_cursor_close(cursor);
	return code == MDB_NOTFOUND ? 0 : store_error(code);
}

int store_fill(struct store *store, unsigned *fill_out)
{
	MDB_envinfo info;
	MDB_stat status;
	size_t free_count;
	int code = mdb_env_info(store->environment, &info);

	if (code == MDB_SUCCESS)
		code = mdb_env_stat(store->environment, &status);
	if (code != MDB_SUCCESS)
		return store_error(code);
	code = pages_free(store, &free_count);
	if (code < 0)
		return code;
	*fill_out = (unsigned)((info.me_last_pgno + 1 - free_count) * status.ms_psize * 10000 /
			       info.me_mapsize);
	return 0;
}
