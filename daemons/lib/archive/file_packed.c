/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/archive/file_packed.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <zstd.h>

#include "lib/base/cleanup.h"

struct unpacking {
	ZSTD_DCtx *decompressor;
	chunk_handler *handle;
	void *context;
	uint8_t *out;
	size_t out_size;
	size_t left; /* 0: the last frame has ended */
};

/* The end of the packed file is not the end of what is in it. */
static int packed_take(void *context, const uint8_t *bytes, size_t length)
{
	struct unpacking *unpacking = context;
	ZSTD_inBuffer in = {bytes, length, 0};
	bool is_full = false;

	if (length == 0)
		return unpacking->left != 0 ? -EBADMSG
					    : unpacking->handle(unpacking->context, bytes, 0);
	/* A full room may hide more, unless the frame has ended: asking again begins another. */
	while (in.pos < in.size || (is_full && unpacking->left != 0)) {
		ZSTD_outBuffer out = {unpacking->out, unpacking->out_size, 0};
		int r = 0;

		unpacking->left = ZSTD_decompressStream(unpacking->decompressor, &out, &in);
		if (ZSTD_isError(unpacking->left))
			return -EBADMSG;
		is_full = out.pos == out.size;
		if (out.pos > 0)
			r = unpacking->handle(unpacking->context, unpacking->out, out.pos);
		if (r != 0)
			return r;
	}
	return 0;
}

static void decompressor_free(ZSTD_DCtx **decompressor)
{
	ZSTD_freeDCtx(*decompressor);
}

int file_packed_each(int fd, chunk_handler *handle, void *context)
{
	cleanup(decompressor_free) ZSTD_DCtx *decompressor = ZSTD_createDCtx();
	struct unpacking unpacking = {.decompressor = decompressor,
				      .handle = handle,
				      .context = context,
				      .out_size = ZSTD_DStreamOutSize(),
				      .left = 1};
	cleanup(free_bytes) uint8_t *out = malloc(unpacking.out_size);

	if (!decompressor || !out)
		return -ENOMEM;
	unpacking.out = out;
	return file_chunks_each(fd, packed_take, &unpacking);
}
