/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Groups in a growing array, found by open addressing.  The hash of a row is a
 * sum of (number × odd constant) per dimension, so it is computed a column at a
 * time and a missing column costs nothing.
 */
#include "aggregate/staging.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/cleanup.h"
#include "lib/model/period.h"

enum { SLOTS_MIN = 1 << 12 };

const enum dimension staging_dimensions[DIMENSION_COUNT] = {
	DIMENSION_AREA,	    DIMENSION_ACTIVITY, DIMENSION_UNIT,	       DIMENSION_TASK,
	DIMENSION_PROJECT,  DIMENSION_OBJECT,	DIMENSION_COUNTERPART, DIMENSION_LINE,
	DIMENSION_DECISION, DIMENSION_SPREAD,	DIMENSION_ACCOUNT,
};

/* Odd, spread over 64 bits: the fractional parts of square roots of primes. */
static const uint64_t multipliers[WORD_COUNT] = {
	0x6a09e667f3bcc909, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
	0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179,
	0xcbbb9d5dc1059ed9, 0x629a292a367cd507, 0x9159015a3070dd17, 0x152fecd8f70e5939,
	0x67332667ffc00b31,
};

struct staging {
	struct dictionary *codes[DIMENSION_COUNT];
	struct group *groups;
	size_t group_count;
	size_t group_capacity;
	uint32_t *slots;   /* index of a group + 1; 0 = free */
	size_t slot_count; /* power of two, at least twice the groups */
	uint64_t hashes[ROWS_MAX];
	uint64_t row_count;
	struct money sum;
	struct money outcome_sum;
	struct vouchers vouchers;
};

int staging_new(struct staging **staging_out)
{
	cleanup(staging_destroy) struct staging *staging = calloc(1, sizeof *staging);

	if (!staging)
		return -ENOMEM;
	for (size_t i = 0; i < DIMENSION_COUNT; i++) {
		int r = dictionary_new(&staging->codes[i], STAGING_CODES_MAX);

		if (r < 0)
			return r;
	}
	staging->slots = calloc(SLOTS_MIN, sizeof *staging->slots);
	if (!staging->slots)
		return -ENOMEM;
	staging->slot_count = SLOTS_MIN;
	*staging_out = staging;
	staging = NULL;
	return 0;
}

void staging_destroy(struct staging **staging)
{
	if (!*staging)
		return;
	for (size_t i = 0; i < DIMENSION_COUNT; i++)
		dictionary_destroy(&(*staging)->codes[i]);
	free((*staging)->groups);
	free((*staging)->slots);
	vouchers_finish(&(*staging)->vouchers);
	free(*staging);
	*staging = NULL;
}

/* The sender numbers its codes itself: a code it has sent before is a fault. */
static int codes_add(struct staging *staging, const struct rows *rows)
{
	for (size_t i = 0; i < DIMENSION_COUNT; i++) {
		for (uint32_t j = 0; j < rows->new_codes_count[i]; j++) {
			const char *code = rows->new_codes[i][j];
			uint32_t expected = dictionary_size(staging->codes[i]) + 1;
			uint32_t id = 0;
			int r = dictionary_add(staging->codes[i], code, strlen(code), &id);

			if (r == DICTIONARY_FULL)
				return STAGING_FULL;
			if (r < 0)
				return r;
			if (id != expected)
				return STAGING_MALFORMED;
		}
	}
	return 0;
}

static bool column_is_valid(const uint32_t *ids, uint32_t count, uint32_t id_max)
{
	uint32_t highest = 0;

	for (uint32_t i = 0; i < count; i++)
		highest = ids[i] > highest ? ids[i] : highest;
	return highest <= id_max;
}

static bool columns_are_valid(const struct staging *staging, const struct rows *rows)
{
	for (size_t i = 0; i < DIMENSION_COUNT; i++) {
		if (rows->ids[i] &&
		    !column_is_valid(rows->ids[i], rows->count, dictionary_size(staging->codes[i])))
			return false;
	}
	return true;
}

static void hashes_compute(struct staging *staging, const struct rows *rows)
{
	uint64_t start = (uint64_t)rows->layer * multipliers[WORD_LAYER];

	for (uint32_t i = 0; i < rows->count; i++)
		staging->hashes[i] = start + rows->periods[i] * multipliers[WORD_PERIOD];
	for (size_t d = 0; d < DIMENSION_COUNT; d++) {
		const uint32_t *ids = rows->ids[staging_dimensions[d]];
		uint64_t multiplier = multipliers[WORD_DIMENSIONS + d];

		for (uint32_t i = 0; ids && i < rows->count; i++)
			staging->hashes[i] += ids[i] * multiplier;
	}
}

static size_t slot_first(const struct staging *staging, uint64_t hash)
{
	hash ^= hash >> 32;
	return (size_t)(hash * 0x9e3779b97f4a7c15U >> 20) & (staging->slot_count - 1);
}

static uint64_t group_hash(const struct group *group)
{
	uint64_t hash = 0;

	for (size_t i = 0; i < WORD_COUNT; i++)
		hash += group->words[i] * multipliers[i];
	return hash;
}

static int slots_double(struct staging *staging)
{
	uint32_t *slots = calloc(staging->slot_count * 2, sizeof *slots);

	if (!slots)
		return -ENOMEM;
	free(staging->slots);
	staging->slots = slots;
	staging->slot_count *= 2;
	for (size_t i = 0; i < staging->group_count; i++) {
		size_t slot = slot_first(staging, group_hash(&staging->groups[i]));

		while (slots[slot])
			slot = (slot + 1) & (staging->slot_count - 1);
		slots[slot] = (uint32_t)i + 1;
	}
	return 0;
}

/* Room for one more group, in the array and in the slots. */
static int group_reserve(struct staging *staging)
{
	size_t capacity = staging->group_capacity ? staging->group_capacity * 2 : SLOTS_MIN;
	struct group *groups;

	if (staging->group_count == STAGING_GROUPS_MAX)
		return STAGING_FULL;
	if (staging->group_count < staging->group_capacity)
		return 0;
	groups = realloc(staging->groups, capacity * sizeof *groups);
	if (!groups)
		return -ENOMEM;
	staging->groups = groups;
	staging->group_capacity = capacity;
	return 0;
}

/* A budget for a whole year has no months until the commit spreads it. */
static bool group_period_is_valid(const uint32_t words[WORD_COUNT])
{
	struct period period = {words[WORD_PERIOD]};

	return period_is_valid(period) ||
	       ((words[WORD_LAYER] == LAYER_BUDGET || words[WORD_LAYER] == LAYER_VOLUME_BUDGET) &&
		period_is_year(period));
}

static int group_add(struct staging *staging, size_t slot, const uint32_t words[WORD_COUNT])
{
	struct group *group;
	int r = group_reserve(staging);

	if (r != 0)
		return r;
	if (!group_period_is_valid(words))
		return STAGING_MALFORMED;
	group = &staging->groups[staging->group_count++];
	*group = (struct group){.row_count = 0};
	memcpy(group->words, words, sizeof group->words);
	staging->slots[slot] = (uint32_t)staging->group_count;
	return staging->group_count * 2 > staging->slot_count ? slots_double(staging) : 0;
}

static void words_gather(const struct rows *rows, uint32_t row, uint32_t words[WORD_COUNT])
{
	words[WORD_LAYER] = rows->layer;
	words[WORD_PERIOD] = rows->periods[row];
	for (size_t d = 0; d < DIMENSION_COUNT; d++) {
		const uint32_t *ids = rows->ids[staging_dimensions[d]];

		words[WORD_DIMENSIONS + d] = ids ? ids[row] : 0;
	}
}

/* The group of a row, added when it is the first of its kind. */
static int group_find(struct staging *staging, const struct rows *rows, uint32_t row,
		      struct group **group_out)
{
	uint32_t words[WORD_COUNT];
	size_t slot = slot_first(staging, staging->hashes[row]);
	int r;

	words_gather(rows, row, words);
	while (staging->slots[slot]) {
		struct group *group = &staging->groups[staging->slots[slot] - 1];

		if (memcmp(group->words, words, sizeof words) == 0) {
			*group_out = group;
			return 0;
		}
		slot = (slot + 1) & (staging->slot_count - 1);
	}
	r = group_add(staging, slot, words);
	if (r == 0)
		*group_out = &staging->groups[staging->group_count - 1];
	return r;
}

static int row_add(struct staging *staging, const struct rows *rows, uint32_t row)
{
	struct group *group = NULL;
	int r = group_find(staging, rows, row, &group);

	if (r != 0)
		return r;
	if (__builtin_add_overflow(group->ore, rows->amounts_ore[row], &group->ore))
		return STAGING_OVERFLOW;
	if (__builtin_add_overflow(group->row_count, rows->row_counts ? rows->row_counts[row] : 1,
				   &group->row_count))
		return STAGING_OVERFLOW;
	return 0;
}

static int sums_add(struct staging *staging, const struct rows *rows)
{
	for (uint32_t i = 0; i < rows->count; i++) {
		struct money amount = {rows->amounts_ore[i]};

		if (!money_add(&staging->sum, amount))
			return STAGING_OVERFLOW;
		if (rows->layer == LAYER_OUTCOME && !money_add(&staging->outcome_sum, amount))
			return STAGING_OVERFLOW;
		staging->row_count += rows->row_counts ? rows->row_counts[i] : 1;
	}
	return 0;
}

int staging_add(struct staging *staging, const struct rows *rows)
{
	int r = codes_add(staging, rows);

	if (r != 0)
		return r;
	if (!columns_are_valid(staging, rows))
		return STAGING_MALFORMED;
	hashes_compute(staging, rows);
	for (uint32_t i = 0; i < rows->count; i++) {
		r = row_add(staging, rows, i);
		if (r != 0)
			return r;
	}
	return sums_add(staging, rows);
}

/* What decides the order, in one number. */
struct place {
	uint64_t rank;
	uint32_t index;
};

enum { RADIX = 256, RANK_BITS = 64, LAYER_BITS = 3, PERIOD_BITS = 19 };

/* How a rank is made of words: each gets as many bits as its dictionary needs, and
 * as many words in front as there is room for are in it; nearly always all of them. */
struct ranking {
	unsigned bits[WORD_COUNT];
	size_t word_count;
};

static unsigned bits_of(uint32_t value)
{
	return value == 0 ? 0 : 32 - (unsigned)__builtin_clz(value);
}

static struct ranking ranking_make(const struct staging *staging)
{
	struct ranking ranking = {.bits = {LAYER_BITS, PERIOD_BITS}, .word_count = WORD_DIMENSIONS};
	unsigned total = LAYER_BITS + PERIOD_BITS;

	for (size_t d = 0; d < DIMENSION_COUNT; d++) {
		unsigned bits = bits_of(dictionary_size(staging->codes[staging_dimensions[d]]));

		if (total + bits > RANK_BITS)
			break;
		total += bits;
		ranking.bits[ranking.word_count++] = bits;
	}
	return ranking;
}

static uint64_t group_rank(const struct ranking *ranking, const struct group *group)
{
	uint64_t rank = 0;

	static_assert(LAYER_MAX < 1 << LAYER_BITS && YEAR_MAX * 100 + MONTHS < 1 << PERIOD_BITS,
		      "layer and period fit in their bits");
	for (size_t i = 0; i < ranking->word_count; i++)
		rank = rank << ranking->bits[i] | group->words[i];
	return rank;
}

/* One pass of a radix sort, by the byte at @shift; false when all have the same. */
static bool places_pass(const struct place *from, struct place *to, size_t count, unsigned shift)
{
	size_t starts[RADIX] = {0};
	size_t next = 0;

	for (size_t i = 0; i < count; i++)
		starts[from[i].rank >> shift & (RADIX - 1)]++;
	if (starts[from[0].rank >> shift & (RADIX - 1)] == count)
		return false;
	for (size_t i = 0; i < RADIX; i++) {
		size_t size = starts[i];

		starts[i] = next;
		next += size;
	}
	for (size_t i = 0; i < count; i++)
		to[starts[from[i].rank >> shift & (RADIX - 1)]++] = from[i];
	return true;
}

/* Sorts by rank; the result is in @places or in @spare, whichever is returned. */
static struct place *places_sort(struct place *places, struct place *spare, size_t count)
{
	for (unsigned shift = 0; shift < RANK_BITS; shift += 8) {
		struct place *from = places;

		if (!places_pass(places, spare, count, shift))
			continue;
		places = spare;
		spare = from;
	}
	return places;
}

static int group_compare(const void *left, const void *right)
{
	const struct group *l = left;
	const struct group *r = right;

	for (size_t i = 0; i < WORD_COUNT; i++) {
		if (l->words[i] != r->words[i])
			return l->words[i] < r->words[i] ? -1 : 1;
	}
	return 0;
}

/* Groups of one rank stand together by now; the words that had no room decide. */
static void ties_sort(const struct ranking *ranking, struct group *groups, size_t count)
{
	size_t first = 0;

	while (first < count && ranking->word_count < WORD_COUNT) {
		uint64_t rank = group_rank(ranking, &groups[first]);
		size_t next = first + 1;

		while (next < count && group_rank(ranking, &groups[next]) == rank)
			next++;
		if (next - first > 1)
			qsort(groups + first, next - first, sizeof *groups, group_compare);
		first = next;
	}
}

/* The sender waits for this: several times as fast as comparing words. */
int staging_sort(struct staging *staging)
{
	size_t count = staging->group_count;
	struct ranking ranking = ranking_make(staging);
	cleanup(free_bytes) struct place *places = calloc(2 * count + 1, sizeof *places);
	cleanup(free_bytes) struct group *sorted = malloc((count + 1) * sizeof *sorted);
	struct place *order;
	struct group *unsorted = staging->groups;

	if (!places || !sorted)
		return -ENOMEM;
	if (count < 2)
		return 0;
	for (size_t i = 0; i < count; i++)
		places[i] = (struct place){group_rank(&ranking, &unsorted[i]), (uint32_t)i};
	order = places_sort(places, places + count, count);
	for (size_t i = 0; i < count; i++)
		sorted[i] = unsorted[order[i].index];
	ties_sort(&ranking, sorted, count);
	staging->groups = sorted;
	staging->group_capacity = count + 1;
	sorted = unsorted;
	return 0;
}

const struct group *staging_groups(const struct staging *staging, size_t *count_out)
{
	*count_out = staging->group_count;
	return staging->groups;
}

struct vouchers *staging_vouchers(struct staging *staging)
{
	return &staging->vouchers;
}

uint64_t staging_row_count(const struct staging *staging)
{
	return staging->row_count;
}

struct money staging_sum(const struct staging *staging)
{
	return staging->sum;
}

struct money staging_outcome_sum(const struct staging *staging)
{
	return staging->outcome_sum;
}

const char *staging_code(const struct staging *staging, enum dimension dimension, uint32_t id)
{
	return dictionary_text(staging->codes[dimension], id);
}

uint32_t staging_code_count(const struct staging *staging, enum dimension dimension)
{
	return dictionary_size(staging->codes[dimension]);
}

uint32_t staging_code_id(const struct staging *staging, enum dimension dimension, const char *code)
{
	return dictionary_find(staging->codes[dimension], code, strlen(code));
}
