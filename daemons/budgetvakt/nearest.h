/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The word that somebody who mistyped probably meant.
 */
#pragma once

#include <stddef.h>

enum { NEAREST_LENGTH_MAX = 63 };

/* Letters to change, add, remove or swap with the next one to get from one word to
 * the other; words longer than NEAREST_LENGTH_MAX are infinitely far away. */
size_t nearest_distance(const char *left, const char *right);

/* The closest of @words, when it is close enough to be a slip; NULL otherwise. */
const char *nearest_find(const char *word, const char *const *words, size_t count);
