/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Codes as small numbers: 1, 2, 3 ... in the order they were first seen; 0 is
 * "no code".  Used for the columns that travel from ingest to aggregate, and
 * for what aggregate stores.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct dictionary;

enum { DICTIONARY_FULL = 1 };

/* @size_max: the most entries it will take. */
int dictionary_new(struct dictionary **dictionary_out, uint32_t size_max);
void dictionary_destroy(struct dictionary **dictionary);

/* The number of @code (length 0 gives 0), adding it when new.  0,
 * DICTIONARY_FULL, or -ENOMEM. */
int dictionary_add(struct dictionary *dictionary, const char *code, size_t length,
		   uint32_t *id_out);
/* The number of @code, 0 when it is not there. */
uint32_t dictionary_find(const struct dictionary *dictionary, const char *code, size_t length);
uint32_t dictionary_size(const struct dictionary *dictionary);
/* Valid until the next add; "" for 0 and for a number not given out. */
const char *dictionary_text(const struct dictionary *dictionary, uint32_t id);
