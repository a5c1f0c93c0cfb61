/* SPDX-License-Identifier: Apache-2.0 */
#include "budgetvakt/tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/cleanup.h"

enum { SLICE_SIZE = 1 << 20, MODE_BITS = 0777 };

/* The whole of @from, into @to unless that is -1, through the hash. */
static int bytes_pass(int from, int to, struct hash *hash_out, uint64_t *size_out)
{
	cleanup(hasher_destroy) struct hasher *hasher = NULL;
	cleanup(free_bytes) uint8_t *slice = malloc(SLICE_SIZE);
	ssize_t n = 1;
	int r = slice ? hasher_new(&hasher) : -ENOMEM;

	*size_out = 0;
	while (r == 0 && n != 0) {
		n = read(from, slice, SLICE_SIZE);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		*size_out += (uint64_t)n;
		r = hasher_add(hasher, slice, (size_t)n);
		if (r == 0 && to >= 0)
			r = fd_write(to, slice, (size_t)n);
	}
	return r == 0 ? hasher_end(hasher, hash_out) : r;
}

static int parent_make(const char *path)
{
	char folder[PATH_SIZE];
	char *slash;
	int r = path_print(folder, "%s", path);

	slash = r == 0 ? strrchr(folder, '/') : NULL;
	if (!slash || slash == folder)
		return r;
	*slash = '\0';
	return directory_make(folder);
}

static int place_print(char path[static PATH_SIZE], const char *root, const char *below)
{
	return path_print(path, "%s%s%s", root, *below ? "/" : "", below);
}

int tree_file_copy(const char *from, const char *to, const char *path, struct hash *hash_out)
{
	cleanup(close_fd) int from_fd = -1;
	cleanup(close_fd) int to_fd = -1;
	char source[PATH_SIZE];
	char target[PATH_SIZE];
	struct stat status;
	uint64_t size;
	int r = place_print(source, from, path);

	if (r == 0)
		r = place_print(target, to, path);
	if (r < 0)
		return r;
	from_fd = open(source, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (from_fd < 0 || fstat(from_fd, &status) < 0)
		return -errno;
	r = parent_make(target);
	if (r < 0)
		return r;
	unlink(target);
	to_fd = open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (to_fd < 0)
		return -errno;
	r = bytes_pass(from_fd, to_fd, hash_out, &size);
	if (r == 0 && (fchmod(to_fd, status.st_mode & MODE_BITS) < 0 || fsync(to_fd) < 0))
		r = -errno;
	return r;
}

/* What to do with each entry of a folder. */
typedef int entry_visitor(void *context, const char *path);

static int folder_each(const char *root, const char *path, entry_visitor *visit, void *context)
{
	char folder[PATH_SIZE];
	DIR *stream;
	int r = place_print(folder, root, path);

	stream = r < 0 ? NULL : opendir(folder);
	if (!stream)
		return r < 0 ? r : -errno;
	for (struct dirent *entry; r == 0 && (entry = readdir(stream));) {
		char below[PATH_SIZE];

		if (entry->d_name[0] == '.')
			continue;
		r = path_print(below, "%s%s%s", path, *path ? "/" : "", entry->d_name);
		if (r == 0)
			r = visit(context, below);
	}
	closedir(stream);
	return r;
}

static int mode_of(const char *root, const char *path, mode_t *mode_out)
{
	char place[PATH_SIZE];
	struct stat status;
	int r = place_print(place, root, path);

	if (r == 0 && lstat(place, &status) < 0)
		r = -errno;
	*mode_out = r == 0 ? status.st_mode : 0;
	return r;
}

struct copying {
	const char *from;
	const char *to;
};

static int entry_copy(void *context, const char *path)
{
	const struct copying *copying = context;

	return tree_copy(copying->from, copying->to, path);
}

static int folder_copy(struct copying *copying, const char *path, mode_t mode)
{
	char target[PATH_SIZE];
	int r = place_print(target, copying->to, path);

	if (r == 0)
		r = directory_make(target);
	if (r == 0 && chmod(target, mode & MODE_BITS) < 0)
		r = -errno;
	if (r == 0)
		r = folder_each(copying->from, path, entry_copy, copying);
	return r == 0 ? directory_sync(target) : r;
}

int tree_copy(const char *from, const char *to, const char *path)
{
	struct copying copying = {from, to};
	struct hash ignored;
	mode_t mode;
	int r = mode_of(from, path, &mode);

	if (r == 0 && S_ISDIR(mode))
		r = folder_copy(&copying, path, mode);
	else if (r == 0 && S_ISREG(mode))
		r = tree_file_copy(from, to, path, &ignored);
	return r == -ENOENT ? 0 : r;
}

struct listing {
	const char *root;
	const char *list_name;
	FILE *list;
	struct tree_tally *tally;
};

static int file_list(const struct listing *listing, const char *path)
{
	cleanup(close_fd) int fd = -1;
	char place[PATH_SIZE];
	char text[HASH_TEXT_SIZE];
	struct hash hash;
	uint64_t size;
	int r = place_print(place, listing->root, path);

	if (r < 0)
		return r;
	fd = open(place, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	r = bytes_pass(fd, -1, &hash, &size);
	if (r == 0 && fsync(fd) < 0)
		r = -errno;
	hash_text(&hash, text);
	listing->tally->file_count++;
	listing->tally->byte_count += size;
	if (r == 0 && fprintf(listing->list, "%s  %s\n", text, path) < 0)
		r = -EIO;
	return r;
}

static int entry_list(void *context, const char *path)
{
	const struct listing *listing = context;
	mode_t mode;
	int r = mode_of(listing->root, path, &mode);

	if (r < 0 || strcmp(path, listing->list_name) == 0)
		return r;
	return S_ISDIR(mode) ? tree_list(listing->root, path, listing->list_name, listing->list,
					 listing->tally)
			     : file_list(listing, path);
}

int tree_list(const char *root, const char *path, const char *list_name, FILE *list,
	      struct tree_tally *tally)
{
	struct listing listing = {root, list_name, list, tally};
	char folder[PATH_SIZE];
	int r = folder_each(root, path, entry_list, &listing);

	if (r == 0)
		r = place_print(folder, root, path);
	return r == 0 ? directory_sync(folder) : r;
}

static int entry_remove(const char *path, const struct stat *status, int kind, struct FTW *place)
{
	(void)status;
	(void)kind;
	(void)place;
	return remove(path) < 0 ? -errno : 0;
}

int tree_remove(const char *path)
{
	enum { FDS_MAX = 16 };
	int r = nftw(path, entry_remove, FDS_MAX, FTW_DEPTH | FTW_PHYS);

	return r == -1 ? (errno == ENOENT ? 0 : -errno) : r;
}

int tree_is_empty(const char *path, bool *is_empty_out)
{
	DIR *folder = opendir(path);

	*is_empty_out = true;
	if (!folder)
		return errno == ENOENT ? 0 : -errno;
	for (struct dirent *entry; (entry = readdir(folder));)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			*is_empty_out = false;
	closedir(folder);
	return 0;
}
