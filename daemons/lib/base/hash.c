/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/hash.h"

#define XXH_INLINE_ALL
#include <errno.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "lib/base/cleanup.h"

struct hasher {
	EVP_MD_CTX *context;
};

int hasher_new(struct hasher **hasher_out)
{
	cleanup(hasher_destroy) struct hasher *hasher = calloc(1, sizeof *hasher);

	if (!hasher)
		return -ENOMEM;
	hasher->context = EVP_MD_CTX_new();
	if (!hasher->context || EVP_DigestInit_ex(hasher->context, EVP_sha256(), NULL) != 1)
		return -ENOMEM;
	*hasher_out = hasher;
	hasher = NULL;
	return 0;
}

void hasher_destroy(struct hasher **hasher)
{
	if (!*hasher)
		return;
	EVP_MD_CTX_free((*hasher)->context);
	free(*hasher);
	*hasher = NULL;
}

int hasher_add(struct hasher *hasher, const void *bytes, size_t length)
{
	return EVP_DigestUpdate(hasher->context, bytes, length) == 1 ? 0 : -EIO;
}

int hasher_end(struct hasher *hasher, struct hash *hash_out)
{
	unsigned int size = 0;

	if (EVP_DigestFinal_ex(hasher->context, hash_out->bytes, &size) != 1 || size != HASH_SIZE)
		return -EIO;
	return 0;
}

int hash_bytes(const void *bytes, size_t length, struct hash *hash_out)
{
	unsigned int size = 0;

	if (EVP_Digest(bytes, length, hash_out->bytes, &size, EVP_sha256(), NULL) != 1)
		return -EIO;
	return size == HASH_SIZE ? 0 : -EIO;
}

void hash_text(const struct hash *hash, char text[static HASH_TEXT_SIZE])
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < HASH_SIZE; i++) {
		text[2 * i] = digits[hash->bytes[i] >> 4];
		text[2 * i + 1] = digits[hash->bytes[i] & 15];
	}
	text[HASH_TEXT_SIZE - 1] = '\0';
}

static int digit_value(char digit)
{
	if (digit >= '0' && digit <= '9')
		return digit - '0';
	if (digit >= 'a' && digit <= 'f')
		return digit - 'a' + 10;
	return -1;
}

int hash_parse(const char *text, struct hash *hash_out)
{
	if (strlen(text) != HASH_TEXT_SIZE - 1)
		return -EINVAL;
	for (size_t i = 0; i < HASH_SIZE; i++) {
		int high = digit_value(text[2 * i]);
		int low = digit_value(text[2 * i + 1]);

		if (high < 0 || low < 0)
			return -EINVAL;
		hash_out->bytes[i] = (uint8_t)(high * 16 + low);
	}
	return 0;
}

uint64_t checksum(const void *bytes, size_t length)
{
	return XXH3_64bits(bytes, length);
}

uint64_t checksum_seeded(const void *bytes, size_t length, uint64_t seed)
{
	return XXH3_64bits_withSeed(bytes, length, seed);
}
