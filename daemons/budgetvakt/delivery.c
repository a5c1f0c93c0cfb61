/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The copy is named after our process, so that two people who import files of
 * the same name at once do not write into each other's copy.
 */
#include "budgetvakt/delivery.h"

#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/cleanup.h"

enum { CHUNK_BYTES = 1024 * 1024, NAME_NUMBER_MAX = 99 };

bool delivery_name_fits(const struct source *source, const char *name)
{
	/* As ingest does: any case, and never a name that begins with a dot. */
	return *name != '.' && fnmatch(source->pattern, name, FNM_CASEFOLD) == 0;
}

int delivery_name_number(const char *name, unsigned number, char numbered[static PATH_SIZE])
{
	const char *extension = strrchr(name, '.');

	if (number == 1)
		return path_print(numbered, "%s", name);
	if (!extension || extension == name)
		extension = name + strlen(name);
	return path_print(numbered, "%.*s-%u%s", (int)(extension - name), name, number, extension);
}

/* Signals that end a program are looked for between chunks, so that the copy is removed. */
static void ending_signals(sigset_t *signals)
{
	sigemptyset(signals);
	sigaddset(signals, SIGINT);
	sigaddset(signals, SIGTERM);
	sigaddset(signals, SIGHUP);
}

static bool is_interrupted(void)
{
	sigset_t pending;

	return sigpending(&pending) == 0 &&
	       (sigismember(&pending, SIGINT) == 1 || sigismember(&pending, SIGTERM) == 1 ||
		sigismember(&pending, SIGHUP) == 1);
}

static uint64_t size_of(int fd)
{
	struct stat status;

	return fstat(fd, &status) == 0 ? (uint64_t)status.st_size : 0;
}

static int chunk_read(int fd, char *chunk, size_t *length_out)
{
	ssize_t n;

	do
		n = read(fd, chunk, CHUNK_BYTES);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	*length_out = (size_t)n;
	return 0;
}

int delivery_hash(int fd, struct hash *hash_out)
{
	cleanup(hasher_destroy) struct hasher *hasher = NULL;
	cleanup(free_bytes) char *chunk = malloc(CHUNK_BYTES);
	size_t length = 1;
	int r = chunk ? hasher_new(&hasher) : -ENOMEM;

	while (r == 0 && length > 0) {
		r = chunk_read(fd, chunk, &length);
		if (r == 0)
			r = hasher_add(hasher, chunk, length);
	}
	if (r == 0 && lseek(fd, 0, SEEK_SET) < 0)
		r = -errno;
	return r < 0 ? r : hasher_end(hasher, hash_out);
}

/* Copies, hashes and syncs. */
static int bytes_copy(int from, int to, struct progress *progress, struct hash *hash_out)
{
	cleanup(hasher_destroy) struct hasher *hasher = NULL;
	cleanup(free_bytes) char *chunk = malloc(CHUNK_BYTES);
	uint64_t done_bytes = 0, all_bytes = size_of(from);
	size_t length = 1;
	int r = chunk ? hasher_new(&hasher) : -ENOMEM;

	while (r == 0 && length > 0) {
		if (is_interrupted())
			return DELIVERY_INTERRUPTED;
		r = chunk_read(from, chunk, &length);
		if (r == 0)
			r = hasher_add(hasher, chunk, length);
		if (r == 0)
			r = fd_write(to, chunk, length);
		done_bytes += length;
		progress_copied(progress, done_bytes, all_bytes);
	}
	if (r == 0 && fsync(to) < 0)
		r = -errno;
	return r < 0 ? r : hasher_end(hasher, hash_out);
}

/* Renames unless something has that name; some file systems cannot promise that,
 * and there we look first. */
static int rename_new(const char *from, const char *to)
{
	if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return -errno;
	if (file_exists(to))
		return -EEXIST;
	return rename(from, to) < 0 ? -errno : 0;
}

/* Where the copies lie until they are published. */
struct drafts {
	char folder[PATH_SIZE];
	char file[PATH_SIZE];
	char manifest[PATH_SIZE]; /* "" when there is none */
};

/* The control file first: its file is not read without it.  -EEXIST when either name is
 * taken, and then nothing has changed. */
static int drafts_rename(const struct drafts *drafts, const char *name)
{
	char target[PATH_SIZE], manifest[PATH_SIZE];
	int r = path_print(target, "%s/%s", drafts->folder, name);

	if (r == 0)
		r = path_print(manifest, "%s" MANIFEST_END, target);
	if (r == 0 && drafts->manifest[0])
		r = rename_new(drafts->manifest, manifest);
	if (r < 0)
		return r;
	r = rename_new(drafts->file, target);
	if (r < 0 && drafts->manifest[0] && rename(manifest, drafts->manifest) < 0)
		return -errno;
	return r;
}

static int drafts_publish(const struct drafts *drafts, const struct source *source,
			  const char *name, struct delivery *delivery)
{
	for (unsigned number = 1; number <= NAME_NUMBER_MAX; number++) {
		int r = delivery_name_number(name, number, delivery->name);

		if (r < 0)
			return r;
		if (!delivery_name_fits(source, delivery->name))
			return DELIVERY_NO_NAME;
		r = drafts_rename(drafts, delivery->name);
		if (r != -EEXIST)
			return r < 0 ? r : directory_sync(drafts->folder);
	}
	return DELIVERY_NO_NAME;
}

/* Closed before the rename: a file that is open for writing is not complete. */
static int draft_write(const char *path, int fd, struct progress *progress, struct hash *hash_out)
{
	cleanup(close_fd) int draft_fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);

	return draft_fd < 0 ? -errno : bytes_copy(fd, draft_fd, progress, hash_out);
}

static int drafts_deliver(const struct drafts *drafts, const struct source *source,
			  const char *name, int fd, int manifest_fd, struct progress *progress,
			  struct delivery *delivery_out)
{
	struct hash hash;
	int r = 0;

	if (manifest_fd >= 0)
		r = draft_write(drafts->manifest, manifest_fd, progress, &hash);
	if (r == 0)
		r = draft_write(drafts->file, fd, progress, &delivery_out->hash);
	if (r == 0)
		r = drafts_publish(drafts, source, name, delivery_out);
	if (r != 0) {
		unlink(drafts->file);
		unlink(drafts->manifest);
	}
	return r;
}

static int drafts_name(struct drafts *drafts, const struct conf *conf, const struct source *source,
		       const char *name, bool has_manifest)
{
	long pid = (long)getpid();
	int r = path_print(drafts->folder, "%s/%s", conf->inbox_dir, source->name);

	drafts->manifest[0] = '\0';
	if (r == 0)
		r = path_print(drafts->file, "%s/.%s.%ld.part", drafts->folder, name, pid);
	if (r == 0 && has_manifest)
		r = path_print(drafts->manifest, "%s/.%s" MANIFEST_END ".%ld.part", drafts->folder,
			       name, pid);
	return r;
}

int delivery_make(const struct conf *conf, const struct source *source, const char *name, int fd,
		  int manifest_fd, struct progress *progress, struct delivery *delivery_out)
{
	struct drafts drafts;
	sigset_t ending, before;
	int r = drafts_name(&drafts, conf, source, name, manifest_fd >= 0);

	if (r == 0)
		r = directory_make(drafts.folder);
	if (r < 0)
		return r;
	ending_signals(&ending);
	sigprocmask(SIG_BLOCK, &ending, &before);
	r = drafts_deliver(&drafts, source, name, fd, manifest_fd, progress, delivery_out);
	progress_end(progress);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return r;
}
