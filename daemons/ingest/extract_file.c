/* SPDX-License-Identifier: Apache-2.0 */
#include "ingest/extract_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zstd.h>

#include "ingest/archive.h"
#include "lib/base/cleanup.h"

enum { LEVEL = 3, EXTRACT_MODE = 0400 };

struct extract_file {
	int fd;
	bool is_kept;
	char draft[PATH_SIZE];
	char path[PATH_SIZE];
	ZSTD_CCtx *compressor;
	uint8_t *out;
	size_t out_size;
};

static int draft_open(struct extract_file *extract)
{
	unlink(extract->draft);
	extract->fd = open(extract->draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, EXTRACT_MODE);
	if (extract->fd < 0)
		return -errno;
	extract->compressor = ZSTD_createCCtx();
	extract->out_size = ZSTD_CStreamOutSize();
	extract->out = malloc(extract->out_size);
	if (!extract->compressor || !extract->out)
		return -ENOMEM;
	ZSTD_CCtx_setParameter(extract->compressor, ZSTD_c_compressionLevel, LEVEL);
	ZSTD_CCtx_setParameter(extract->compressor, ZSTD_c_checksumFlag, 1);
	return 0;
}

int extract_file_open(struct extract_file **extract_out, const struct conf *conf,
		      const char *source, const struct hash *hash)
{
	cleanup(extract_file_destroy) struct extract_file *extract = calloc(1, sizeof *extract);
	char name[HASH_TEXT_SIZE];
	int r;

	if (!extract)
		return -ENOMEM;
	extract->fd = -1;
	hash_text(hash, name);
	r = path_print(extract->draft, "%s/archive/%s/.%s" ARCHIVE_EXTRACT_END, conf->state_dir,
		       source, name);
	if (r == 0)
		r = path_print(extract->path, "%s/archive/%s/%s" ARCHIVE_EXTRACT_END,
			       conf->state_dir, source, name);
	if (r == 0)
		r = draft_open(extract);
	if (r < 0)
		return r;
	*extract_out = extract;
	extract = NULL;
	return 0;
}

static int text_compress(struct extract_file *extract, const char *text, ZSTD_EndDirective how)
{
	ZSTD_inBuffer in = {text, strlen(text), 0};
	size_t left;

	do {
		ZSTD_outBuffer out = {extract->out, extract->out_size, 0};
		int r;

		left = ZSTD_compressStream2(extract->compressor, &out, &in, how);
		if (ZSTD_isError(left))
			return -EIO;
		r = fd_write(extract->fd, extract->out, out.pos);
		if (r < 0)
			return r;
	} while (how == ZSTD_e_end ? left > 0 : in.pos < in.size);
	return 0;
}

int extract_file_add(struct extract_file *extract, const char *text)
{
	return text_compress(extract, text, ZSTD_e_continue);
}

int extract_file_keep(struct extract_file *extract)
{
	int r = text_compress(extract, "", ZSTD_e_end);

	if (r == 0 && fsync(extract->fd) < 0)
		r = -errno;
	if (r == 0)
		r = file_move(extract->draft, extract->path);
	extract->is_kept = r == 0;
	return r;
}

void extract_file_destroy(struct extract_file **extract)
{
	if (!*extract)
		return;
	if ((*extract)->fd >= 0 && !(*extract)->is_kept)
		unlink((*extract)->draft);
	close_fd(&(*extract)->fd);
	ZSTD_freeCCtx((*extract)->compressor);
	free((*extract)->out);
	free(*extract);
	*extract = NULL;
}
