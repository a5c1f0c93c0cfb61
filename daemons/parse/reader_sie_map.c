/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which of our dimensions a dimension number of the file is.  Only the file or
 * the configuration knows: a municipality numbers its code string as it likes.
 */
#include <string.h>

#include "lib/base/text.h"
#include "parse/reader_sie.h"

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

/* The standard's numbers, which the configuration lists too when nobody said
 * otherwise: a name in the file is surer. */
static const struct sie_dimension defaults[] = {
	{1, DIMENSION_UNIT, SIE_RANK_DEFAULT},
	{6, DIMENSION_PROJECT, SIE_RANK_DEFAULT},
};

enum { DEFAULT_COUNT = sizeof(defaults) / sizeof(defaults[0]) };

static enum sie_rank configured_rank(const struct sie_dimension *entry)
{
	for (size_t i = 0; i < DEFAULT_COUNT; i++)
		if (defaults[i].number == entry->number &&
		    defaults[i].dimension == entry->dimension)
			return SIE_RANK_DEFAULT;
	return SIE_RANK_CONFIGURED;
}

/* Whether the configuration itself says what the dimension is in files. */
static bool is_configured(const struct source *source, enum dimension dimension)
{
	for (size_t i = 0; i < source->sie_dimension_count; i++) {
		struct sie_dimension entry = {.dimension = source->sie_dimensions[i].dimension};

		if (entry.dimension != dimension)
			continue;
		if (!word_number(source->sie_dimensions[i].word, &entry.number) ||
		    configured_rank(&entry) == SIE_RANK_CONFIGURED)
			return true;
	}
	return false;
}

static void shorts_fill(struct sie_map *map)
{
	memset(map->shorts, 0, sizeof(map->shorts));
	for (size_t i = 0; i < map->count; i++)
		if (map->entries[i].number < SIE_NUMBERS_SHORT)
			map->shorts[map->entries[i].number] =
				(uint8_t)(map->entries[i].dimension + 1);
}

void sie_map_open(struct sie_map *map, const struct source *source)
{
	for (size_t i = 0; i < DEFAULT_COUNT; i++)
		if (!is_configured(source, defaults[i].dimension))
			entry_add(map, defaults[i]);
	for (size_t i = 0; i < source->sie_dimension_count; i++) {
		struct sie_dimension entry = {.dimension = source->sie_dimensions[i].dimension};

		if (!word_number(source->sie_dimensions[i].word, &entry.number))
			continue;
		entry.rank = configured_rank(&entry);
		entry_add(map, entry);
	}
	shorts_fill(map);
}

/* What the file's name for a dimension means, and how sure that is. */
static bool name_find(const struct source *source, const char *name, struct sie_dimension *entry)
{
	for (size_t i = 0; i < source->sie_dimension_count; i++) {
		if (!text_equal_folded(source->sie_dimensions[i].word, name))
			continue;
		entry->dimension = source->sie_dimensions[i].dimension;
		entry->rank = SIE_RANK_CONFIGURED;
		return true;
	}
	entry->rank = SIE_RANK_NAME;
	return dimension_parse(name, &entry->dimension) && entry->dimension != DIMENSION_ACCOUNT &&
	       !is_configured(source, entry->dimension);
}

bool sie_map_name(struct sie_map *map, const struct source *source, uint32_t number,
		  const char *name)
{
	struct sie_dimension entry = {.number = number};

	if (!name_find(source, name, &entry) || !entry_add(map, entry))
		return false;
	shorts_fill(map);
	return true;
}

bool sie_map_search(const struct sie_map *map, uint32_t number, enum dimension *dimension_out)
{
	for (size_t i = 0; i < map->count; i++) {
		if (map->entries[i].number == number) {
			*dimension_out = map->entries[i].dimension;
			return true;
		}
	}
	return false;
}
