/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which of our dimensions a dimension number of the file is.  Only the file or
 * the configuration knows: a municipality numbers its code string as it likes.
 */
#include <string.h>

#include "ingest/reader_sie.h"
#include "lib/base/text.h"

enum { NUMBER_UNIT = 1, NUMBER_PROJECT = 6 };

static void entry_remove(struct sie_map *map, size_t i)
{
	map->count--;
	memmove(map->entries + i, map->entries + i + 1, (map->count - i) * sizeof(map->entries[0]));
}

/* Adds unless something surer says otherwise of the number or the dimension;
 * whether it did. */
static bool entry_add(struct sie_map *map, struct sie_dimension entry)
{
	for (size_t i = 0; i < map->count; i++) {
		const struct sie_dimension *known = &map->entries[i];

		if (known->number == entry.number && known->dimension == entry.dimension)
			return false;
		if ((known->number == entry.number || known->dimension == entry.dimension) &&
		    known->rank > entry.rank)
			return false;
	}
	for (size_t i = map->count; i-- > 0;) {
		const struct sie_dimension *known = &map->entries[i];

		if (known->number == entry.number ||
		    (known->dimension == entry.dimension && known->rank < entry.rank))
			entry_remove(map, i);
	}
	if (map->count == SIE_DIMENSIONS_MAX)
		return false;
	map->entries[map->count++] = entry;
	return true;
}

static bool word_number(const char *word, uint32_t *number_out)
{
	uint64_t number;

	if (!text_read_u64(word, INT32_MAX, &number))
		return false;
	*number_out = (uint32_t)number;
	return true;
}

/* Whether the configuration gives the dimension to some other number or name. */
static bool is_configured(const struct source *source, enum dimension dimension)
{
	for (size_t i = 0; i < source->sie_dimension_count; i++)
		if (source->sie_dimensions[i].dimension == dimension)
			return true;
	return false;
}

void sie_map_open(struct sie_map *map, const struct source *source)
{
	if (!is_configured(source, DIMENSION_UNIT))
		entry_add(map,
			  (struct sie_dimension){NUMBER_UNIT, DIMENSION_UNIT, SIE_RANK_DEFAULT});
	if (!is_configured(source, DIMENSION_PROJECT))
		entry_add(map, (struct sie_dimension){NUMBER_PROJECT, DIMENSION_PROJECT,
						      SIE_RANK_DEFAULT});
	for (size_t i = 0; i < source->sie_dimension_count; i++) {
		struct sie_dimension entry = {.dimension = source->sie_dimensions[i].dimension,
					      .rank = SIE_RANK_CONFIGURED};

		if (word_number(source->sie_dimensions[i].word, &entry.number))
			entry_add(map, entry);
	}
}

bool sie_map_name(struct sie_map *map, const struct source *source, uint32_t number,
		  const char *name)
{
	struct sie_dimension entry = {.number = number, .rank = SIE_RANK_CONFIGURED};

	for (size_t i = 0; i < source->sie_dimension_count; i++) {
		entry.dimension = source->sie_dimensions[i].dimension;
		if (text_equal_folded(source->sie_dimensions[i].word, name))
			return entry_add(map, entry);
	}
	entry.rank = SIE_RANK_NAME;
	if (!dimension_parse(name, &entry.dimension) || entry.dimension == DIMENSION_ACCOUNT ||
	    is_configured(source, entry.dimension))
		return false;
	return entry_add(map, entry);
}

bool sie_map_find(const struct sie_map *map, uint32_t number, enum dimension *dimension_out)
{
	for (size_t i = 0; i < map->count; i++) {
		if (map->entries[i].number == number) {
			*dimension_out = map->entries[i].dimension;
			return true;
		}
	}
	return false;
}
