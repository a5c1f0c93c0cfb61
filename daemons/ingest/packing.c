/* SPDX-License-Identifier: Apache-2.0 */
#include "ingest/packing.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <zstd.h>

#include "lib/base/cleanup.h"
#include "lib/base/hash.h"

enum { SLICE_SIZE = 256 * 1024, LEVEL = 3, PACKED_MODE = 0400 };

struct packing {
	const struct conf *conf;
	bool is_asked;
	/* The file at work; none when from_fd is -1. */
	int from_fd;
	int to_fd;
	char from[PATH_SIZE];
	char draft[PATH_SIZE];
	char to[PATH_SIZE];
	ZSTD_CCtx *compressor;
	uint8_t *in;
	uint8_t *out;
};

static void work_finish(struct packing *packing)
{
	close_fd(&packing->from_fd);
	close_fd(&packing->to_fd);
	ZSTD_freeCCtx(packing->compressor);
	packing->compressor = NULL;
	free_bytes(&packing->in);
	free_bytes(&packing->out);
}

/* ---- which ------------------------------------------------------------------ */

static int paths_print(struct packing *packing, const char *folder, const char *name)
{
	int r = path_print(packing->from, "%s/%s", folder, name);

	if (r == 0)
		r = path_print(packing->draft, "%s/.%s.zst", folder, name);
	return r < 0 ? r : path_print(packing->to, "%s/%s.zst", folder, name);
}

/* A file that is not compressed yet: 0, PACKING_DONE or a negative errno. */
static int folder_search(struct packing *packing, const char *folder)
{
	DIR *stream = opendir(folder);
	int r = PACKING_DONE;

	if (!stream)
		return errno == ENOENT ? PACKING_DONE : -errno;
	for (struct dirent *entry; r == PACKING_DONE && (entry = readdir(stream));) {
		struct hash hash;

		if (hash_parse(entry->d_name, &hash) == 0)
			r = paths_print(packing, folder, entry->d_name);
	}
	closedir(stream);
	return r;
}

static int file_find(struct packing *packing)
{
	int r = PACKING_DONE;

	for (size_t i = 0; i < packing->conf->source_count && r == PACKING_DONE; i++) {
		char folder[PATH_SIZE];

		r = path_print(folder, "%s/archive/%s", packing->conf->state_dir,
			       packing->conf->sources[i].name);
		if (r == 0)
			r = folder_search(packing, folder);
	}
	return r;
}

/* ---- how -------------------------------------------------------------------- */

static int compressor_make(struct packing *packing)
{
	packing->compressor = ZSTD_createCCtx();
	packing->in = malloc(SLICE_SIZE);
	packing->out = malloc(SLICE_SIZE);
	if (!packing->compressor || !packing->in || !packing->out)
		return -ENOMEM;
	ZSTD_CCtx_setParameter(packing->compressor, ZSTD_c_compressionLevel, LEVEL);
	ZSTD_CCtx_setParameter(packing->compressor, ZSTD_c_checksumFlag, 1);
	return 0;
}

static int file_open(struct packing *packing)
{
	packing->from_fd = open(packing->from, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (packing->from_fd < 0)
		return -errno;
	unlink(packing->draft);
	packing->to_fd = open(packing->draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, PACKED_MODE);
	return packing->to_fd < 0 ? -errno : compressor_make(packing);
}

/* The compressed one is on disk before the other goes. */
static int file_replace(struct packing *packing)
{
	int r;

	if (fsync(packing->to_fd) < 0)
		return -errno;
	r = file_move(packing->draft, packing->to);
	if (r == 0)
		r = file_remove(packing->from);
	work_finish(packing);
	return r;
}

static int slice_compress(struct packing *packing, size_t length)
{
	ZSTD_EndDirective directive = length == 0 ? ZSTD_e_end : ZSTD_e_continue;
	ZSTD_inBuffer in = {packing->in, length, 0};
	bool is_over = false;

	while (!is_over) {
		ZSTD_outBuffer out = {packing->out, SLICE_SIZE, 0};
		size_t left = ZSTD_compressStream2(packing->compressor, &out, &in, directive);
		int r;

		if (ZSTD_isError(left))
			return -EIO;
		r = fd_write(packing->to_fd, packing->out, out.pos);
		if (r < 0)
			return r;
		is_over = length == 0 ? left == 0 : in.pos == in.size;
	}
	return 0;
}

static int file_step(struct packing *packing)
{
	ssize_t length = read(packing->from_fd, packing->in, SLICE_SIZE);
	int r;

	if (length < 0)
		return errno == EINTR ? 0 : -errno;
	r = slice_compress(packing, (size_t)length);
	return r == 0 && length == 0 ? file_replace(packing) : r;
}

static int file_start(struct packing *packing)
{
	int r = file_find(packing);

	if (r == PACKING_DONE)
		packing->is_asked = false;
	if (r != 0)
		return r;
	/* Killed between the two: what has its name is whole. */
	return file_exists(packing->to) ? file_remove(packing->from) : file_open(packing);
}

/* ---- when ------------------------------------------------------------------- */

void packing_ask(struct packing *packing)
{
	packing->is_asked = true;
}

int packing_step(struct packing *packing)
{
	int r;

	if (packing->from_fd < 0 && !packing->is_asked)
		return PACKING_DONE;
	r = packing->from_fd < 0 ? file_start(packing) : file_step(packing);
	if (r < 0) {
		work_finish(packing);
		unlink(packing->draft);
	}
	return r;
}

int packing_new(struct packing **packing_out, const struct conf *conf)
{
	struct packing *packing = calloc(1, sizeof *packing);

	if (!packing)
		return -ENOMEM;
	*packing = (struct packing){.conf = conf, .is_asked = true, .from_fd = -1, .to_fd = -1};
	*packing_out = packing;
	return 0;
}

void packing_destroy(struct packing **packing)
{
	if (!*packing)
		return;
	work_finish(*packing);
	free(*packing);
	*packing = NULL;
}
