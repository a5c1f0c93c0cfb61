/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SHA-256 names content (a file, a journal record): an auditor can check it
 * with sha256sum.  XXH3 guards values against flipped bits and drives tables.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum { HASH_SIZE = 32, HASH_TEXT_SIZE = 2 * HASH_SIZE + 1 };

struct hash {
	uint8_t bytes[HASH_SIZE];
};

/* Incremental SHA-256 for content that does not fit in memory. */
struct hasher;
int hasher_new(struct hasher **hasher_out);
void hasher_destroy(struct hasher **hasher);
int hasher_add(struct hasher *hasher, const void *bytes, size_t length);
int hasher_end(struct hasher *hasher, struct hash *hash_out);

int hash_bytes(const void *bytes, size_t length, struct hash *hash_out);

/* Lower-case hexadecimal with a final NUL. */
void hash_text(const struct hash *hash, char text[static HASH_TEXT_SIZE]);
/* 0, or -EINVAL unless @text is exactly 64 hexadecimal digits. */
int hash_parse(const char *text, struct hash *hash_out);

/* XXH3-64 of @bytes. */
uint64_t checksum(const void *bytes, size_t length);
/* XXH3-64 of @bytes with @seed, for instance the checksum of what they belong to. */
uint64_t checksum_seeded(const void *bytes, size_t length, uint64_t seed);
