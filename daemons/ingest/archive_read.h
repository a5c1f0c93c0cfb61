/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A kept file's own bytes, whatever form it is kept in.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "ingest/archive.h"

/* 0 or a negative errno, which ends the reading. */
typedef int archive_bytes(void *context, const uint8_t *bytes, size_t length);

/* From the first byte of @fd; ERROR_CORRUPT when the packing is damaged. */
int archive_read(int fd, enum archive_form form, archive_bytes *take, void *context);
/* The SHA-256 of all of them. */
int archive_hash(int fd, enum archive_form form, struct hash *hash_out);

/* Of an extract: how many rows of money or volumes it has, and what they sum to. */
struct extract_sum {
	uint64_t row_count;
	int64_t ore;
};
int archive_extract_sum(int fd, struct extract_sum *sum_out);
