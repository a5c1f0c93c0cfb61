/* SPDX-License-Identifier: Apache-2.0 */
/* Takes files out of the inbox, durably. */
#include "ingest/spool.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/cleanup.h"
#include "lib/base/error.h"
#include "lib/base/text.h"

#define DRAFT_NAME ".copy"

static int folder_path(const struct conf *conf, const struct source *source,
		       char path[static PATH_SIZE])
{
	return path_print(path, "%s/spool/%s", conf->state_dir, source->name);
}

int spool_path(const struct conf *conf, const struct inbox_file *file, char path[static PATH_SIZE])
{
	return path_print(path, "%s/spool/%s/%s", conf->state_dir, file->source->name, file->name);
}

static int draft_path(const struct conf *conf, const struct source *source,
		      char path[static PATH_SIZE])
{
	return path_print(path, "%s/spool/%s/" DRAFT_NAME, conf->state_dir, source->name);
}

static int source_prepare(const struct conf *conf, const struct source *source)
{
	char path[PATH_SIZE];
	int r = folder_path(conf, source, path);

	if (r < 0)
		return r;
	r = directory_make_private(path);
	if (r < 0)
		return r;
	r = draft_path(conf, source, path);
	return r < 0 ? r : file_remove(path);
}

int spool_prepare(const struct conf *conf)
{
	int r = 0;

	for (size_t s = 0; r == 0 && s < conf->source_count; s++)
		r = source_prepare(conf, &conf->sources[s]);
	return r;
}

/* The first name in the folder of @source. */
static int source_next(const struct conf *conf, const struct source *source,
		       struct inbox_file *file_out)
{
	char path[PATH_SIZE];
	int r = folder_path(conf, source, path);
	DIR *folder = r < 0 ? NULL : opendir(path);

	if (!folder)
		return r < 0 ? r : -errno;
	r = SPOOL_EMPTY;
	for (struct dirent *item; (item = readdir(folder));) {
		if (item->d_name[0] == '.')
			continue;
		if (r == 0 && strcmp(item->d_name, file_out->name) >= 0)
			continue;
		file_out->source = source;
		text_copy(file_out->name, sizeof file_out->name, item->d_name);
		r = 0;
	}
	closedir(folder);
	return r;
}

int spool_next(const struct conf *conf, struct inbox_file *file_out)
{
	int r = SPOOL_EMPTY;

	for (size_t s = 0; r == SPOOL_EMPTY && s < conf->source_count; s++)
		r = source_next(conf, &conf->sources[s], file_out);
	return r;
}

bool spool_holds(const struct conf *conf, const struct source *source)
{
	struct inbox_file file;

	return source_next(conf, source, &file) == 0;
}

/* Names in the folder @name of @spool_fd that are not drafts; 0 when it is no folder. */
static size_t names_count(int spool_fd, const char *name)
{
	int fd = openat(spool_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *folder = fd < 0 ? NULL : fdopendir(fd);
	size_t count = 0;

	if (!folder) {
		close_fd(&fd);
		return 0;
	}
	for (struct dirent *item; (item = readdir(folder));)
		count += item->d_name[0] != '.';
	closedir(folder);
	return count;
}

int spool_orphan_count(const struct conf *conf, size_t *count_out)
{
	char path[PATH_SIZE];
	int r = path_print(path, "%s/spool", conf->state_dir);
	DIR *folder = r < 0 ? NULL : opendir(path);

	*count_out = 0;
	if (!folder)
		return r < 0 ? r : -errno;
	for (struct dirent *item; (item = readdir(folder));)
		if (item->d_name[0] != '.' && !conf_source(conf, item->d_name))
			*count_out += names_count(dirfd(folder), item->d_name);
	closedir(folder);
	return 0;
}

/* Not synced: a crash that takes the rename back leaves the file in the inbox, where it is
 * found again; if aggregate had committed it, it is known already. */
int spool_take(const struct conf *conf, const struct inbox_file *file)
{
	char from[PATH_SIZE];
	char to[PATH_SIZE];
	int r = inbox_path(conf, file, from);

	if (r == 0)
		r = spool_path(conf, file, to);
	if (r == 0 && rename(from, to) < 0)
		r = -errno;
	if (r == -ENOENT)
		return SPOOL_GONE;
	return r == -EXDEV ? SPOOL_OTHER_DISK : r;
}

bool spool_is_private(const struct stat *status)
{
	return status->st_uid == geteuid() && status->st_nlink == 1;
}

bool spool_is_unchanged(const struct stat *before, const struct stat *after)
{
	return before->st_dev == after->st_dev && before->st_ino == after->st_ino &&
	       before->st_size == after->st_size &&
	       before->st_mtim.tv_sec == after->st_mtim.tv_sec &&
	       before->st_mtim.tv_nsec == after->st_mtim.tv_nsec;
}

static int copy_open(struct spool_copy *copy)
{
	copy->from_fd = open(copy->from, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (copy->from_fd < 0)
		return errno == ENOENT ? SPOOL_GONE : -errno;
	if (fstat(copy->from_fd, &copy->before) < 0)
		return -errno;
	if (!S_ISREG(copy->before.st_mode))
		return SPOOL_GONE;
	copy->draft_fd = open(copy->draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
	return copy->draft_fd < 0 ? -errno : 0;
}

int spool_copy_start(struct spool_copy *copy, const struct conf *conf,
		     const struct inbox_file *file, bool is_taken)
{
	int r;

	spool_copy_finish(copy);
	copy->file = *file;
	copy->slice = malloc(SPOOL_SLICE_SIZE);
	if (!copy->slice)
		return -ENOMEM;
	r = is_taken ? spool_path(conf, file, copy->from) : inbox_path(conf, file, copy->from);
	if (r == 0)
		r = draft_path(conf, file->source, copy->draft);
	if (r == 0)
		r = spool_path(conf, file, copy->to);
	if (r == 0)
		r = copy_open(copy);
	if (r != 0)
		spool_copy_finish(copy);
	return r;
}

void spool_copy_finish(struct spool_copy *copy)
{
	close_fd(&copy->from_fd);
	close_fd(&copy->draft_fd);
	free(copy->slice);
	*copy = SPOOL_COPY_NONE;
}

/* Whether what was read is the file, whole, as it is still known by its name. */
static bool copy_is_faithful(const struct spool_copy *copy)
{
	struct stat after;
	struct stat named;

	return fstat(copy->from_fd, &after) == 0 && lstat(copy->from, &named) == 0 &&
	       spool_is_unchanged(&copy->before, &after) && spool_is_unchanged(&after, &named) &&
	       inbox_completeness(copy->from_fd) != FILE_WRITING;
}

/* The draft becomes the file; only then the original goes. */
static int copy_commit(struct spool_copy *copy)
{
	int r;

	if (!copy_is_faithful(copy)) {
		r = file_remove(copy->draft);
		return r < 0 ? r : SPOOL_CHANGED;
	}
	if (fsync(copy->draft_fd) < 0)
		return -errno;
	r = file_move(copy->draft, copy->to);
	if (r < 0 || strcmp(copy->from, copy->to) == 0)
		return r;
	r = file_remove(copy->from);
	/* A file that cannot be taken away must not be read again and again. */
	if (r < 0)
		file_remove(copy->to);
	return r;
}

int spool_copy_step(struct spool_copy *copy)
{
	ssize_t n = read(copy->from_fd, copy->slice, SPOOL_SLICE_SIZE);
	int r;

	if (n < 0)
		return errno == EINTR ? SPOOL_MORE : -errno;
	if (n == 0)
		return copy_commit(copy);
	r = fd_write(copy->draft_fd, copy->slice, (size_t)n);
	return r < 0 ? r : SPOOL_MORE;
}
