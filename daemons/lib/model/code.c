/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Dimensions, layers, and the sets of codes that areas and lines claim.  A set
 * keeps its parts in the order of the table; sets are short, so looking
 * through them beats anything cleverer.
 */
#include "lib/model/code.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/cleanup.h"
#include "lib/base/error.h"
#include "lib/base/hash.h"
#include "lib/base/text.h"

/* A single code is a range whose ends are equal. */
struct code_part {
	char *low;
	char *high; /* NULL: every code that begins with low */
	size_t length;
};

struct code_set {
	size_t count;
	size_t capacity;
	struct code_part *parts;
};

static const char *const dimension_names[DIMENSION_COUNT] = {
	[DIMENSION_ACCOUNT] = "konto",	      [DIMENSION_UNIT] = "ansvar",
	[DIMENSION_ACTIVITY] = "verksamhet",  [DIMENSION_TASK] = "aktivitet",
	[DIMENSION_PROJECT] = "projekt",      [DIMENSION_OBJECT] = "objekt",
	[DIMENSION_COUNTERPART] = "motpart",  [DIMENSION_AREA] = "område",
	[DIMENSION_LINE] = "resultatrad",     [DIMENSION_DECISION] = "beslut",
	[DIMENSION_SPREAD] = "periodisering",
};

static const char *const layer_names[LAYER_MAX + 1] = {
	[LAYER_OUTCOME] = "utfall",
	[LAYER_BUDGET] = "budget",
	[LAYER_VOLUME] = "volym",
	[LAYER_VOLUME_BUDGET] = "volymbudget",
};

const char *dimension_name(enum dimension dimension)
{
	return (size_t)dimension < DIMENSION_COUNT ? dimension_names[dimension] : "";
}

uint64_t code_string_hash(const char *const codes[DIMENSION_COUNT], uint32_t yyyymm)
{
	uint64_t hash = yyyymm;

	for (uint64_t i = 0; i < DIMENSION_COUNT; i++)
		if (codes[i] && codes[i][0] != '\0')
			hash = checksum_seeded(codes[i], strlen(codes[i]), hash * 31 + i);
	return hash == 0 ? 1 : hash;
}

bool dimension_parse(const char *word, enum dimension *dimension_out)
{
	for (size_t i = 0; i < DIMENSION_COUNT; i++) {
		if (text_equal_folded(word, dimension_names[i])) {
			*dimension_out = (enum dimension)i;
			return true;
		}
	}
	return false;
}

const char *layer_name(enum layer layer)
{
	return (int)layer >= 1 && (int)layer <= LAYER_MAX ? layer_names[layer] : "";
}

bool layer_is_money(enum layer layer)
{
	return layer == LAYER_OUTCOME || layer == LAYER_BUDGET;
}

bool layer_parse(const char *word, enum layer *layer_out)
{
	for (size_t i = 1; i <= LAYER_MAX; i++) {
		if (text_equal_folded(word, layer_names[i])) {
			*layer_out = (enum layer)i;
			return true;
		}
	}
	return false;
}

static void part_free(struct code_part *part)
{
	free(part->low);
	free(part->high);
	*part = (struct code_part){0};
}

void code_set_destroy(struct code_set **set)
{
	if (!*set)
		return;
	for (size_t i = 0; i < (*set)->count; i++)
		part_free(&(*set)->parts[i]);
	free((*set)->parts);
	free(*set);
	*set = NULL;
}

/* A stretch of the table's text, blanks at both ends left out. */
struct span {
	const char *start;
	size_t length;
};

static struct span span_trimmed(const char *start, size_t length)
{
	while (length > 0 && strchr(" \t", start[0])) {
		start++;
		length--;
	}
	while (length > 0 && strchr(" \t", start[length - 1]))
		length--;
	return (struct span){start, length};
}

static bool span_is_code(struct span span)
{
	return span.length > 0 && span.length < CODE_SIZE && !memchr(span.start, '*', span.length);
}

static int part_fill(struct code_part *part, struct span low, const struct span *high)
{
	part->length = low.length;
	part->low = strndup(low.start, low.length);
	part->high = high ? strndup(high->start, high->length) : NULL;
	return part->low && (part->high || !high) ? 0 : -ENOMEM;
}

static int prefix_read(struct span span, struct code_part *part)
{
	struct span beginning = {span.start, span.length - 1};

	if (beginning.length > 0 && !span_is_code(beginning))
		return CODE_SET_BAD;
	return part_fill(part, beginning, NULL);
}

/* Where the sign of a range starts and ends; false when the part is no range. */
static bool range_sign_find(struct span span, size_t *start, size_t *end)
{
	static const char en_dash[] = "\xE2\x80\x93";

	for (size_t i = 0; i < span.length; i++) {
		bool is_dash = span.length - i >= 3 && memcmp(span.start + i, en_dash, 3) == 0;

		if (span.start[i] != '-' && !is_dash)
			continue;
		*start = i;
		*end = i + (is_dash ? 3 : 1);
		return true;
	}
	return false;
}

static int part_read(struct span span, struct code_part *part)
{
	size_t sign_start;
	size_t sign_end;
	struct span low = span;
	struct span high = span;

	if (span.length > 0 && span.start[span.length - 1] == '*')
		return prefix_read(span, part);
	if (range_sign_find(span, &sign_start, &sign_end)) {
		low = span_trimmed(span.start, sign_start);
		high = span_trimmed(span.start + sign_end, span.length - sign_end);
	}
	if (!span_is_code(low) || !span_is_code(high) || low.length != high.length ||
	    memcmp(low.start, high.start, low.length) > 0)
		return CODE_SET_BAD;
	return part_fill(part, low, &high);
}

static int set_grow(struct code_set *set)
{
	size_t capacity = set->capacity * 2 + 4;
	struct code_part *parts;

	if (set->count < set->capacity)
		return 0;
	parts = reallocarray(set->parts, capacity, sizeof *parts);
	if (!parts)
		return -ENOMEM;
	set->parts = parts;
	set->capacity = capacity;
	return 0;
}

static int set_add(struct code_set *set, struct span span)
{
	struct code_part part = {0};
	int r = set_grow(set);

	if (r == 0)
		r = part_read(span, &part);
	if (r != 0) {
		part_free(&part);
		return r;
	}
	set->parts[set->count++] = part;
	return 0;
}

int code_set_parse(const char *text, struct code_set **set_out, size_t *problem_offset)
{
	cleanup(code_set_destroy) struct code_set *set = calloc(1, sizeof *set);
	const char *position = text;

	if (!set)
		return -ENOMEM;
	if (span_trimmed(text, strlen(text)).length > 0) {
		for (;;) {
			size_t length = strcspn(position, "|");
			struct span span = span_trimmed(position, length);
			int r = set_add(set, span);

			if (r == CODE_SET_BAD)
				*problem_offset = (size_t)(span.start - text);
			if (r != 0)
				return r;
			if (position[length] == '\0')
				break;
			position += length + 1;
		}
	}
	*set_out = set;
	set = NULL;
	return 0;
}

bool code_set_is_empty(const struct code_set *set)
{
	return set->count == 0;
}

const char *code_set_first(const struct code_set *set)
{
	return set->count > 0 ? set->parts[0].low : "";
}

static bool part_has(const struct code_part *part, const char *code, size_t length)
{
	if (!part->high)
		return length >= part->length && memcmp(code, part->low, part->length) == 0;
	return length == part->length && memcmp(part->low, code, length) <= 0 &&
	       memcmp(code, part->high, length) <= 0;
}

bool code_set_has(const struct code_set *set, const char *code)
{
	size_t length = strlen(code);

	for (size_t i = 0; length > 0 && i < set->count; i++) {
		if (part_has(&set->parts[i], code, length))
			return true;
	}
	return false;
}

/* Of two beginnings the longer one is the example; of "*" and "*" any code is. */
static bool prefixes_overlap(const struct code_part *left, const struct code_part *right,
			     char example[static CODE_SIZE])
{
	const struct code_part *longer = left->length > right->length ? left : right;
	const struct code_part *shorter = longer == left ? right : left;

	if (memcmp(longer->low, shorter->low, shorter->length) != 0)
		return false;
	text_copy(example, CODE_SIZE, longer->length > 0 ? longer->low : "0");
	return true;
}

static bool ranges_overlap(const struct code_part *left, const struct code_part *right,
			   char example[static CODE_SIZE])
{
	const char *low = strcmp(left->low, right->low) > 0 ? left->low : right->low;
	const char *high = strcmp(left->high, right->high) < 0 ? left->high : right->high;

	if (left->length != right->length || strcmp(low, high) > 0)
		return false;
	text_copy(example, CODE_SIZE, low);
	return true;
}

/* The range reaches the codes that begin so at its low end, at its high end, or
 * passes over all of them. */
static bool prefix_overlaps_range(const struct code_part *prefix, const struct code_part *range,
				  char example[static CODE_SIZE])
{
	int low;
	int high;

	if (range->length < prefix->length)
		return false;
	low = memcmp(range->low, prefix->low, prefix->length);
	high = memcmp(range->high, prefix->low, prefix->length);
	if (low > 0 || high < 0)
		return false;
	text_copy(example, CODE_SIZE, low == 0 ? range->low : range->high);
	if (low < 0 && high > 0) {
		memset(example, '0', range->length);
		memcpy(example, prefix->low, prefix->length);
	}
	return true;
}

static bool parts_overlap(const struct code_part *left, const struct code_part *right,
			  char example[static CODE_SIZE])
{
	if (left->high && right->high)
		return ranges_overlap(left, right, example);
	if (left->high)
		return prefix_overlaps_range(right, left, example);
	if (right->high)
		return prefix_overlaps_range(left, right, example);
	return prefixes_overlap(left, right, example);
}

bool code_set_overlaps(const struct code_set *left, const struct code_set *right,
		       char example[static CODE_SIZE])
{
	for (size_t i = 0; i < left->count; i++) {
		for (size_t j = 0; j < right->count; j++) {
			if (parts_overlap(&left->parts[i], &right->parts[j], example))
				return true;
		}
	}
	return false;
}
