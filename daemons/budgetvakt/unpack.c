/* SPDX-License-Identifier: Apache-2.0 */
#include "budgetvakt/unpack.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zstd.h>

#include "lib/base/cleanup.h"

enum { SLICE_SIZE = 256 * 1024 };

static void unpacker_free(ZSTD_DCtx **unpacker)
{
	ZSTD_freeDCtx(*unpacker);
	*unpacker = NULL;
}

static int slice_unpack(ZSTD_DCtx *unpacker, ZSTD_inBuffer *in, uint8_t *out, int to, size_t *left)
{
	ZSTD_outBuffer space;
	int r;

	do {
		space = (ZSTD_outBuffer){out, SLICE_SIZE, 0};
		*left = ZSTD_decompressStream(unpacker, &space, in);
		if (ZSTD_isError(*left))
			return -EBADMSG;
		r = fd_write(to, out, space.pos);
	} while (r == 0 && (in->pos < in->size || space.pos == space.size));
	return r;
}

static int packed_copy(int from, int to)
{
	cleanup(unpacker_free) ZSTD_DCtx *unpacker = ZSTD_createDCtx();
	cleanup(free_bytes) uint8_t *slices = malloc(2 * SLICE_SIZE);
	size_t left = 1;
	ssize_t n = 1;

	if (!unpacker || !slices)
		return -ENOMEM;
	while (n != 0) {
		ZSTD_inBuffer in = {slices, 0, 0};
		int r;

		n = read(from, slices, SLICE_SIZE);
		if (n < 0 && errno != EINTR)
			return -errno;
		if (n <= 0)
			continue;
		in.size = (size_t)n;
		r = slice_unpack(unpacker, &in, slices + SLICE_SIZE, to, &left);
		if (r < 0)
			return r;
	}
	return left == 0 ? 0 : -EBADMSG;
}

static int form_open(const char *state_dir, const char *source, const char *hash, const char *end,
		     int *fd_out)
{
	char path[PATH_SIZE];
	int r = path_print(path, "%s/archive/%s/%s%s", state_dir, source, hash, end);

	if (r < 0)
		return r;
	*fd_out = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	return *fd_out < 0 ? -errno : 0;
}

int archive_unpack(const char *state_dir, const char *source, const char *hash, int *fd_out)
{
	cleanup(close_fd) int packed = -1;
	cleanup(close_fd) int to = -1;
	int r = form_open(state_dir, source, hash, "", fd_out);

	if (r != -ENOENT)
		return r;
	r = form_open(state_dir, source, hash, ".zst", &packed);
	if (r == -ENOENT)
		return form_open(state_dir, source, hash, ".rows.zst", &packed) == 0
			       ? UNPACK_EXTRACT
			       : UNPACK_NONE;
	to = r < 0 ? -1 : memfd_create("file", MFD_CLOEXEC);
	if (to < 0)
		return r < 0 ? r : -errno;
	r = packed_copy(packed, to);
	if (r == 0 && lseek(to, 0, SEEK_SET) < 0)
		r = -errno;
	if (r < 0)
		return r;
	*fd_out = to;
	to = -1;
	return 0;
}
