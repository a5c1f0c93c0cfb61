/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows into columns and codes into numbers: the path every row takes.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "parse/field_text.h"
#include "parse/reader_core.h"

static void batch_destroy(struct batch **batch)
{
	if (!*batch)
		return;
	for (int i = 0; i < DIMENSION_COUNT; i++) {
		free((*batch)->ids[i]);
		free((void *)(*batch)->rows.new_codes[i]);
	}
	free((*batch)->rows.periods);
	free((*batch)->rows.amounts_ore);
	free((*batch)->rows.row_counts);
	free(*batch);
	*batch = NULL;
}

static int batch_new(struct batch **batch_out, const struct reader *reader)
{
	struct batch *batch = calloc(1, sizeof(*batch));
	bool is_complete = batch != NULL;

	if (!batch)
		return -ENOMEM;
	for (size_t i = 0; i < reader->kept_count; i++) {
		uint32_t **ids = &batch->ids[reader->kept[i]];

		*ids = malloc(GROUPS_MAX * sizeof(**ids));
		is_complete = is_complete && *ids;
	}
	batch->rows.periods = malloc(GROUPS_MAX * sizeof(*batch->rows.periods));
	batch->rows.amounts_ore = malloc(GROUPS_MAX * sizeof(*batch->rows.amounts_ore));
	batch->rows.row_counts = malloc(GROUPS_MAX * sizeof(*batch->rows.row_counts));
	if (!is_complete || !batch->rows.periods || !batch->rows.amounts_ore ||
	    !batch->rows.row_counts) {
		batch_destroy(&batch);
		return -ENOMEM;
	}
	*batch_out = batch;
	return 0;
}

/* A spare one, else a new one, as the filling batch of @layer. */
static int batch_start(struct reader *reader, enum layer layer)
{
	struct batch *batch = reader->spare;

	if (batch) {
		reader->spare = batch->next;
	} else {
		int error = batch_new(&batch, reader);

		if (error)
			return error;
	}
	batch->next = NULL;
	batch->rows.layer = layer;
	batch->rows.count = 0;
	memset(batch->ids_seen, 0, sizeof(batch->ids_seen));
	memset(batch->slots, 0, sizeof(batch->slots));
	reader->filling[layer] = batch;
	return 0;
}

static void batch_append(struct batch **list, struct batch *batch)
{
	while (*list)
		list = &(*list)->next;
	*list = batch;
}

/* Makes room for the codes that no batch before this one brings along. */
static int batch_codes_reserve(struct batch *batch, enum dimension dimension)
{
	size_t count = batch->codes_through[dimension] - batch->codes_first[dimension];
	const char ***texts = &batch->rows.new_codes[dimension];
	const char **grown;

	batch->rows.new_codes_count[dimension] = (uint32_t)count;
	if (count == 0)
		return 0;
	grown = realloc((void *)*texts, count * sizeof(**texts));
	if (!grown)
		return -ENOMEM;
	*texts = grown;
	return 0;
}

static int batch_close(struct reader *reader, enum layer layer)
{
	struct batch *batch = reader->filling[layer];

	if (!batch || batch->rows.count == 0)
		return 0;
	for (size_t i = 0; i < reader->kept_count; i++) {
		enum dimension dimension = reader->kept[i];
		int error;

		batch->codes_first[dimension] = reader->codes_closed[dimension];
		batch->codes_through[dimension] = dictionary_size(reader->dictionaries[dimension]);
		reader->codes_closed[dimension] = batch->codes_through[dimension];
		error = batch_codes_reserve(batch, dimension);
		if (error)
			return error;
	}
	reader->new_codes_size = 0;
	reader->filling[layer] = NULL;
	batch_append(&reader->ready, batch);
	return 0;
}

int reader_rows_close(struct reader *reader)
{
	int error = 0;

	for (int layer = LAYER_OUTCOME; layer <= LAYER_MAX && error == 0; layer++)
		error = batch_close(reader, (enum layer)layer);
	return error;
}

static int row_account(struct reader *reader, const struct row *row)
{
	reader->row_count++;
	if (row->yyyymm != reader->period_marked[row->layer]) {
		reader->period_marked[row->layer] = row->yyyymm;
		if (period_is_year((struct period){row->yyyymm}))
			reader_cover(reader, row->layer, row->yyyymm + 1, row->yyyymm + MONTHS);
		else
			reader_cover(reader, row->layer, row->yyyymm, row->yyyymm);
	}
	if (!money_add(&reader->sum, (struct money){row->ore}))
		return reader_bad(reader, FINDING_FILE_SUM, reader->line_number, 0,
				  "kontrollera beloppen i exporten",
				  "summan av filens belopp är större än vad som kan bokföras");
	return 0;
}

/* A sum of (number × odd constant): no code adds nothing, so that a dimension that is
 * met for the first time moves no group. */
static size_t row_slot(const struct reader *reader, const struct row *row)
{
	static const uint64_t multipliers[DIMENSION_COUNT] = {
		0x6a09e667f3bcc909, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
		0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179,
		0xcbbb9d5dc1059ed9, 0x629a292a367cd507, 0x9159015a3070dd17,
	};
	uint64_t hash = row->yyyymm * UINT64_C(0x9E3779B97F4A7C15);

	for (size_t i = 0; i < reader->used_count; i++)
		hash += row->ids[reader->used[i]] * multipliers[reader->used[i]];
	hash ^= hash >> 32;
	static_assert(GROUP_SLOTS == 1 << 16, "as many slots as the hash's first 16 bits tell");
	return hash * UINT64_C(0xD6E8FEB86659FD93) >> 48;
}

static bool group_is_of(const struct reader *reader, const struct batch *batch, uint32_t group,
			const struct row *row)
{
	bool differs = batch->rows.periods[group] != row->yyyymm;

	for (size_t i = 0; i < reader->used_count; i++) {
		enum dimension dimension = reader->used[i];

		differs |= batch->ids[dimension][group] != row->ids[dimension];
	}
	return !differs;
}

/* The slot of the row's group, or the free one where it is to be. */
static size_t slot_find(const struct reader *reader, const struct batch *batch,
			const struct row *row)
{
	size_t slot = row_slot(reader, row);

	while (batch->slots[slot] && !group_is_of(reader, batch, batch->slots[slot] - 1u, row))
		slot = (slot + 1) % GROUP_SLOTS;
	return slot;
}

static void group_append(struct reader *reader, struct batch *batch, size_t slot,
			 const struct row *row)
{
	uint32_t group = batch->rows.count++;

	for (size_t i = 0; i < reader->kept_count; i++) {
		enum dimension dimension = reader->kept[i];

		batch->ids[dimension][group] = row->ids[dimension];
		batch->ids_seen[dimension] |= row->ids[dimension];
	}
	batch->rows.periods[group] = row->yyyymm;
	batch->rows.amounts_ore[group] = row->ore;
	batch->rows.row_counts[group] = 1;
	batch->slots[slot] = (uint16_t)batch->rows.count;
}

/* False when the group's sum does not hold it. */
static bool group_grow(struct batch *batch, uint32_t group, int64_t ore)
{
	int64_t sum;

	if (batch->rows.row_counts[group] == UINT32_MAX ||
	    __builtin_add_overflow(batch->rows.amounts_ore[group], ore, &sum))
		return false;
	batch->rows.amounts_ore[group] = sum;
	batch->rows.row_counts[group]++;
	return true;
}

static bool batch_is_full(const struct reader *reader, const struct batch *batch)
{
	return batch->rows.count == GROUPS_MAX || reader->new_codes_size > NEW_CODES_SIZE_MAX;
}

/* A sum that a group cannot hold goes on in the next batch, where it begins anew. */
static int group_add(struct reader *reader, const struct row *row)
{
	struct batch *batch = reader->filling[row->layer];
	size_t slot;
	int result;

	if (batch) {
		slot = slot_find(reader, batch, row);
		if (batch->slots[slot]) {
			if (group_grow(batch, batch->slots[slot] - 1u, row->ore))
				return 0;
			result = batch_close(reader, row->layer);
			return result == 0 ? group_add(reader, row) : result;
		}
	} else {
		result = batch_start(reader, row->layer);
		if (result != 0)
			return result;
		batch = reader->filling[row->layer];
		slot = row_slot(reader, row);
	}
	group_append(reader, batch, slot, row);
	return batch_is_full(reader, batch) ? batch_close(reader, row->layer) : 0;
}

int reader_row_add(struct reader *reader, const struct row *row)
{
	int result;

	if (reader->error_count > 0)
		return 0;
	result = reader->single_take ? reader_single_add(reader, row) : group_add(reader, row);
	if (result == 0 && reader->vouchers)
		result = reader_voucher_note(reader, row);
	return result == 0 ? row_account(reader, row) : result;
}

static void lent_return(struct reader *reader)
{
	if (!reader->lent)
		return;
	reader->lent->next = reader->spare;
	reader->spare = reader->lent;
	reader->lent = NULL;
}

const struct rows *reader_rows(struct reader *reader)
{
	struct batch *batch = reader->ready;

	lent_return(reader);
	if (!batch)
		return NULL;
	reader->ready = batch->next;
	reader->lent = batch;
	for (size_t i = 0; i < reader->kept_count; i++) {
		enum dimension dimension = reader->kept[i];
		const char **texts = batch->rows.new_codes[dimension];

		batch->rows.ids[dimension] =
			batch->ids_seen[dimension] ? batch->ids[dimension] : NULL;
		for (uint32_t k = 0; k < batch->rows.new_codes_count[dimension]; k++)
			texts[k] = dictionary_text(reader->dictionaries[dimension],
						   batch->codes_first[dimension] + k + 1);
	}
	return &batch->rows;
}

static void batches_destroy(struct batch **list)
{
	while (*list) {
		struct batch *batch = *list;

		*list = batch->next;
		batch_destroy(&batch);
	}
}

void reader_rows_destroy(struct reader *reader)
{
	lent_return(reader);
	batches_destroy(&reader->ready);
	batches_destroy(&reader->spare);
	for (int layer = 0; layer <= LAYER_MAX; layer++)
		batch_destroy(&reader->filling[layer]);
	for (int i = 0; i < DIMENSION_COUNT; i++)
		dictionary_destroy(&reader->dictionaries[i]);
}

static bool is_plain(const struct reader *reader, const struct field *field)
{
	uint8_t all = 0;

	if (field->escape)
		return false;
	if (reader->encoding == ENCODING_UTF8)
		return true;
	for (size_t i = 0; i < field->length; i++)
		all |= field->bytes[i];
	return all < 0x80;
}

static int code_too_long(struct reader *reader, const struct field *field)
{
	return reader_bad(reader, FINDING_CODE_LENGTH, reader->line_number, field->column,
			  "koder och namn om högst 159 tecken; kontrollera att kolumnerna inte är "
			  "förskjutna",
			  "koden är för lång");
}

int reader_text(struct reader *reader, const struct field *field, char text[static CODE_SIZE],
		size_t *length_out)
{
	struct field trimmed = *field;

	field_trim(&trimmed, reader->encoding);
	switch (field_decode(&trimmed, reader->encoding, text, CODE_SIZE, length_out)) {
	case 0:
		return 0;
	case FIELD_TOO_LONG:
		return code_too_long(reader, &trimmed);
	default:
		return reader_bad(reader, FINDING_FILE_ENCODING, reader->line_number,
				  trimmed.column,
				  "ange källans teckenkodning i inställningen encoding",
				  "fel teckenkodning: koden har tecken som inte finns i filens "
				  "teckenkodning");
	}
}

int reader_code_text_add(struct reader *reader, enum dimension dimension, const char *text,
			 size_t length, uint32_t *id_out)
{
	struct dictionary *dictionary = reader->dictionaries[dimension];
	uint32_t known = dictionary_size(dictionary);
	int result = dictionary_add(dictionary, text, length, id_out);

	if (result == 0 && *id_out > known)
		reader->new_codes_size += length;
	if (result == 0 && known == 0 && *id_out == 1)
		reader->used[reader->used_count++] = dimension;
	if (result != DICTIONARY_FULL)
		return result;
	return reader_bad(reader, FINDING_CODES_MANY, reader->line_number, 0,
			  "kontrollera att rätt kolumn är kopplad till dimensionen",
			  "fler än %d olika koder i dimensionen %s", CODES_MAX,
			  dimension_name(dimension));
}

/* A quote that was neither closed nor doubled, or what no key on a keyboard writes. */
static bool is_code_odd(const struct field *field)
{
	for (size_t i = 0; i < field->length; i++) {
		uint8_t byte = field->bytes[i];

		if (byte < ' ' || byte == 0x7F || (byte == '"' && !field->escape))
			return true;
	}
	return false;
}

static int code_odd(struct reader *reader, const struct field *field)
{
	return reader_bad(reader, FINDING_CODE_CHARACTER, reader->line_number, field->column,
			  "en kod utan citattecken och styrtecken; filen kan vara skadad, gör om "
			  "exporten",
			  "koden har ett tecken som inte hör hemma där");
}

static int code_look_up(struct reader *reader, enum dimension dimension, const struct field *field,
			uint32_t *id_out)
{
	struct field trimmed = *field;
	char text[CODE_SIZE];
	size_t length;
	int result;

	field_trim(&trimmed, reader->encoding);
	if (is_code_odd(&trimmed))
		return code_odd(reader, &trimmed);
	if (is_plain(reader, &trimmed)) {
		if (trimmed.length >= CODE_SIZE)
			return code_too_long(reader, &trimmed);
		return reader_code_text_add(reader, dimension, (const char *)trimmed.bytes,
					    trimmed.length, id_out);
	}
	result = reader_text(reader, &trimmed, text, &length);
	return result == 0 ? reader_code_text_add(reader, dimension, text, length, id_out) : result;
}

/* One to eight bytes as a number that, with their count, says them exactly. */
static uint64_t short_key(const uint8_t *bytes, size_t length)
{
	uint32_t first;
	uint32_t last;

	if (length < 4)
		return bytes[0] | (uint64_t)bytes[length / 2] << 8 |
		       (uint64_t)bytes[length - 1] << 16;
	memcpy(&first, bytes, sizeof(first));
	memcpy(&last, bytes + length - sizeof(last), sizeof(last));
	return first | (uint64_t)last << 32;
}

int reader_code_add(struct reader *reader, enum dimension dimension, const struct field *field,
		    uint32_t *id_out)
{
	struct recent_code *recent;
	uint64_t key;
	int result;

	*id_out = 0;
	if (field->length == 0 || !reader->dictionaries[dimension])
		return 0;
	if (field->length > sizeof(key) || field->escape)
		return code_look_up(reader, dimension, field, id_out);
	key = short_key(field->bytes, field->length);
	recent = &reader->recent[dimension][(key * UINT64_C(0x9E3779B97F4A7C15)) >> 52];
	if (recent->key == key && recent->length == field->length) {
		*id_out = recent->id;
		return 0;
	}
	result = code_look_up(reader, dimension, field, id_out);
	if (result == 0)
		*recent = (struct recent_code){key, (uint32_t)field->length, *id_out};
	return result;
}
