/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values for the store as bytes: little-endian numbers and length-prefixed
 * texts, written by a packer and read back by an unpacker.  Both remember the
 * first failure, so that a record is written or read straight through and
 * checked once at the end.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct packer {
	uint8_t *bytes;
	size_t length;
	size_t capacity;
	bool failed; /* out of memory */
};

/* Frees the bytes; a zeroed packer is valid and empty. */
void packer_finish(struct packer *packer);

void pack_u8(struct packer *packer, uint8_t value);
void pack_u16(struct packer *packer, uint16_t value);
void pack_u32(struct packer *packer, uint32_t value);
void pack_u64(struct packer *packer, uint64_t value);
void pack_i64(struct packer *packer, int64_t value);
/* Seven bits a byte, lowest first: small numbers take one byte. */
void pack_varint(struct packer *packer, uint64_t value);
/* The same for numbers of both signs: small ones of either take one byte. */
void pack_varint_signed(struct packer *packer, int64_t value);
void pack_bytes(struct packer *packer, const void *bytes, size_t length);
/* u32 length and the bytes; NULL is written as "". */
void pack_text(struct packer *packer, const char *text);

struct unpacker {
	const uint8_t *bytes;
	size_t length;
	size_t position;
	bool failed; /* something was missing: every value since is 0 or "" */
};

struct unpacker unpacker_over(const void *bytes, size_t length);

uint8_t unpack_u8(struct unpacker *unpacker);
uint16_t unpack_u16(struct unpacker *unpacker);
uint32_t unpack_u32(struct unpacker *unpacker);
uint64_t unpack_u64(struct unpacker *unpacker);
int64_t unpack_i64(struct unpacker *unpacker);
/* One that is longer than it need be is a failure as well. */
uint64_t unpack_varint(struct unpacker *unpacker);
int64_t unpack_varint_signed(struct unpacker *unpacker);
/* Borrowed from the unpacker's bytes; NULL and failed when too few are left. */
const uint8_t *unpack_bytes(struct unpacker *unpacker, size_t length);
/* Copies into @text, always NUL-terminated; a longer text fails the unpacker. */
void unpack_text(struct unpacker *unpacker, char *text, size_t size);
/* All read, nothing missing, nothing left over. */
bool unpack_is_complete(const struct unpacker *unpacker);
