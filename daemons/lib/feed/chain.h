/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The chain that makes a journal tamper-evident: the hash of a record is the
 * SHA-256 of its number (8 bytes big-endian), the hash of the record before it
 * (32 bytes), and its payload.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "lib/base/hash.h"

/* What two sides that have come to record @seq of a journal by the same history agree on:
 * the hash that its stream's id would have as the record after it. */
int chain_place(uint64_t seq, const struct hash *last, const uint8_t *stream_id,
		struct hash *hash_out);
/* @previous: HASH_SIZE bytes. */
int chain_hash(uint64_t seq, const uint8_t *previous, const uint8_t *payload, size_t size,
	       struct hash *hash_out);
