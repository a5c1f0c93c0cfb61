/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Distance by optimal string alignment, three rows at a time.
 */
#include "budgetvakt/nearest.h"

#include <stdint.h>
#include <string.h>

static size_t smallest(size_t one, size_t two, size_t three)
{
	size_t least = one < two ? one : two;

	return least < three ? least : three;
}

size_t nearest_distance(const char *left, const char *right)
{
	size_t rows[3][NEAREST_LENGTH_MAX + 1];
	size_t *before = rows[0], *above = rows[1], *row = rows[2];
	size_t left_length = strlen(left), right_length = strlen(right);

	if (left_length > NEAREST_LENGTH_MAX || right_length > NEAREST_LENGTH_MAX)
		return SIZE_MAX;
	for (size_t j = 0; j <= right_length; j++)
		above[j] = j;
	for (size_t i = 1; i <= left_length; i++) {
		size_t *oldest = before;

		row[0] = i;
		for (size_t j = 1; j <= right_length; j++) {
			size_t change = left[i - 1] == right[j - 1] ? 0 : 1;

			row[j] = smallest(above[j] + 1, row[j - 1] + 1, above[j - 1] + change);
			if (i > 1 && j > 1 && left[i - 1] == right[j - 2] &&
			    left[i - 2] == right[j - 1] && before[j - 2] + 1 < row[j])
				row[j] = before[j - 2] + 1;
		}
		before = above;
		above = row;
		row = oldest;
	}
	return above[right_length];
}

const char *nearest_find(const char *word, const char *const *words, size_t count)
{
	const char *best = NULL;
	/* A third of the letters may be wrong: "statistik" is not "status". */
	size_t best_distance = strlen(word) > 3 ? strlen(word) / 3 : 1;

	for (size_t i = 0; i < count; i++) {
		size_t distance = nearest_distance(word, words[i]);

		if (distance < best_distance || (!best && distance == best_distance)) {
			best = words[i];
			best_distance = distance;
		}
	}
	return best;
}
