/* SPDX-License-Identifier: Apache-2.0 */
#include "ingest/archive_read.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zstd.h>

#include "lib/base/cleanup.h"
#include "lib/base/error.h"
#include "lib/model/money.h"

enum { SLICE_SIZE = 256 * 1024, AMOUNT_SIZE = 32 };

static void context_free(ZSTD_DCtx **unpacker)
{
	ZSTD_freeDCtx(*unpacker);
	*unpacker = NULL;
}

static ssize_t slice_read(int fd, uint8_t *slice, off_t at)
{
	ssize_t n;

	do
		n = pread(fd, slice, SLICE_SIZE, at);
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : n;
}

/* @left_out: 0 when a packed whole has ended. */
static int slice_unpack(ZSTD_DCtx *unpacker, ZSTD_inBuffer *in, uint8_t *out, archive_bytes *take,
			void *context, size_t *left_out)
{
	ZSTD_outBuffer space;
	int r = 0;

	do {
		space = (ZSTD_outBuffer){out, SLICE_SIZE, 0};
		*left_out = ZSTD_decompressStream(unpacker, &space, in);
		if (ZSTD_isError(*left_out))
			return ERROR_CORRUPT;
		if (space.pos > 0)
			r = take(context, out, space.pos);
	} while (r == 0 && (in->pos < in->size || space.pos == space.size));
	return r;
}

static int packed_read(int fd, uint8_t *slice, archive_bytes *take, void *context)
{
	cleanup(context_free) ZSTD_DCtx *unpacker = ZSTD_createDCtx();
	cleanup(free_bytes) uint8_t *out = malloc(SLICE_SIZE);
	size_t left = 1;
	off_t at = 0;

	if (!unpacker || !out)
		return -ENOMEM;
	for (;;) {
		ssize_t n = slice_read(fd, slice, at);
		ZSTD_inBuffer in = {slice, n > 0 ? (size_t)n : 0, 0};
		int r;

		if (n <= 0)
			return n < 0 ? (int)n : left == 0 ? 0 : ERROR_CORRUPT;
		r = slice_unpack(unpacker, &in, out, take, context, &left);
		if (r < 0)
			return r;
		at += n;
	}
}

static int plain_read(int fd, uint8_t *slice, archive_bytes *take, void *context)
{
	off_t at = 0;
	ssize_t n;

	while ((n = slice_read(fd, slice, at)) > 0) {
		int r = take(context, slice, (size_t)n);

		if (r < 0)
			return r;
		at += n;
	}
	return (int)n;
}

int archive_read(int fd, enum archive_form form, archive_bytes *take, void *context)
{
	cleanup(free_bytes) uint8_t *slice = malloc(SLICE_SIZE);

	if (!slice)
		return -ENOMEM;
	return form == ARCHIVE_PLAIN ? plain_read(fd, slice, take, context)
				     : packed_read(fd, slice, take, context);
}

static int bytes_hash(void *context, const uint8_t *bytes, size_t length)
{
	return hasher_add(context, bytes, length);
}

int archive_hash(int fd, enum archive_form form, struct hash *hash_out)
{
	cleanup(hasher_destroy) struct hasher *hasher = NULL;
	int r = hasher_new(&hasher);

	if (r == 0)
		r = archive_read(fd, form, bytes_hash, hasher);
	return r == 0 ? hasher_end(hasher, hash_out) : r;
}

/* The amount is what stands after the last tab of a line. */
struct summing {
	struct extract_sum *sum;
	bool has_head;
	char amount[AMOUNT_SIZE];
	size_t length;
};

static int line_end(struct summing *summing)
{
	struct money sum = {summing->sum->ore};
	char *end = NULL;
	long long ore;

	summing->amount[summing->length] = '\0';
	errno = 0;
	ore = strtoll(summing->amount, &end, 10);
	if (summing->has_head && (errno != 0 || end == summing->amount || *end))
		return ERROR_CORRUPT;
	if (summing->has_head && !money_add(&sum, (struct money){ore}))
		return ERROR_CORRUPT;
	if (summing->has_head)
		summing->sum->row_count++;
	summing->sum->ore = sum.ore;
	summing->has_head = true;
	summing->length = 0;
	return 0;
}

static int extract_take(void *context, const uint8_t *bytes, size_t length)
{
	struct summing *summing = context;
	int r = 0;

	for (size_t i = 0; i < length && r == 0; i++) {
		if (bytes[i] == '\n')
			r = line_end(summing);
		else if (bytes[i] == '\t')
			summing->length = 0;
		else if (summing->length < AMOUNT_SIZE - 1)
			summing->amount[summing->length++] = (char)bytes[i];
	}
	return r;
}

int archive_extract_sum(int fd, struct extract_sum *sum_out)
{
	struct summing summing = {.sum = sum_out};

	*sum_out = (struct extract_sum){0};
	return archive_read(fd, ARCHIVE_EXTRACT, extract_take, &summing);
}
