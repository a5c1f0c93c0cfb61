/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows into columns and codes into numbers: the path every row takes.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/cleanup.h"
#include "parse/field_text.h"
#include "parse/reader_core.h"

static void batch_destroy(struct batch **batch)
{
	if (!*batch)
		return;
	group_table_destroy(&(*batch)->groups);
	free(*batch);
	*batch = NULL;
}

static int batch_new(struct batch **batch_out, const struct reader *reader)
{
	cleanup(batch_destroy) struct batch *batch = calloc(1, sizeof(*batch));
	int error;

	if (!batch)
		return -ENOMEM;
	error = group_table_new(&batch->groups, 1 + (uint32_t)reader->used_count, GROUPS_MAX);
	if (error)
		return error;
	*batch_out = batch;
	batch = NULL;
	return 0;
}

static bool batch_has_words(const struct reader *reader, const struct batch *batch)
{
	return group_table_key_size(batch->groups) == 1 + reader->used_count;
}

/* A spare one, else a new one, as the filling batch of @layer. */
static int batch_start(struct reader *reader, enum layer layer)
{
	struct batch *batch = reader->spare;
	int error = 0;

	if (batch)
		reader->spare = batch->next;
	if (batch && batch_has_words(reader, batch)) {
		group_table_clear(batch->groups);
	} else {
		batch_destroy(&batch);
		error = batch_new(&batch, reader);
	}
	if (error)
		return error;
	batch->next = NULL;
	batch->layer = layer;
	reader->filling[layer] = batch;
	return 0;
}

static void batch_append(struct batch **list, struct batch *batch)
{
	while (*list)
		list = &(*list)->next;
	*list = batch;
}

static int column_reserve(void *column, size_t size)
{
	void **place = column;

	if (!*place)
		*place = malloc(GROUPS_MAX * size);
	return *place ? 0 : -ENOMEM;
}

static int codes_reserve(struct lent *lent, enum dimension dimension, uint32_t count)
{
	const char ***texts = &lent->rows.new_codes[dimension];
	const char **grown;

	if (count <= lent->codes_room[dimension])
		return 0;
	grown = reallocarray((void *)*texts, count, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	*texts = grown;
	lent->codes_room[dimension] = count;
	return 0;
}

/* Whatever it takes to lend @batch out. */
static int lent_reserve(const struct reader *reader, const struct batch *batch, struct lent *lent)
{
	int error = column_reserve(&lent->rows.periods, sizeof(uint32_t));

	if (error == 0)
		error = column_reserve(&lent->rows.amounts_ore, sizeof(int64_t));
	if (error == 0)
		error = column_reserve(&lent->rows.row_counts, sizeof(uint32_t));
	for (size_t i = 0; error == 0 && i < reader->used_count; i++)
		error = column_reserve(&lent->ids[reader->used[i]], sizeof(uint32_t));
	for (int i = 0; error == 0 && i < DIMENSION_COUNT; i++)
		error = codes_reserve(lent, (enum dimension)i,
				      batch->codes_through[i] - batch->codes_first[i]);
	return error;
}

static int batch_close(struct reader *reader, enum layer layer)
{
	struct batch *batch = reader->filling[layer];
	int error;

	if (!batch)
		return 0;
	for (size_t i = 0; i < reader->kept_count; i++) {
		enum dimension dimension = reader->kept[i];

		batch->codes_first[dimension] = reader->codes_closed[dimension];
		batch->codes_through[dimension] = dictionary_size(reader->dictionaries[dimension]);
		reader->codes_closed[dimension] = batch->codes_through[dimension];
	}
	error = lent_reserve(reader, batch, &reader->lent);
	if (error)
		return error;
	reader->new_codes_size = 0;
	reader->filling[layer] = NULL;
	batch_append(&reader->ready, batch);
	return 0;
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

/* Rows that a batch cannot hold go on in the next, where their groups begin anew. */
static int waiting_add(struct reader *reader)
{
	enum layer layer = reader->waiting_layer;
	uint32_t first = 0;
	int result = 0;

	while (result == 0 && first < reader->waiting_count) {
		const struct batch *batch;
		uint32_t done;

		if (!reader->filling[layer])
			result = batch_start(reader, layer);
		batch = reader->filling[layer];
		if (result != 0 || !batch)
			break;
		result = group_table_add_rows(batch->groups, reader->waiting + first,
					      reader->waiting_count - first, &done);
		first += done;
		if (result > 0)
			result = batch_close(reader, layer);
	}
	reader->waiting_count = 0;
	reader->waiting_room = 0;
	return result;
}

int reader_rows_close(struct reader *reader)
{
	int error = waiting_add(reader);

	for (int layer = LAYER_OUTCOME; layer <= LAYER_MAX && error == 0; layer++)
		error = batch_close(reader, (enum layer)layer);
	return error;
}

static bool batch_suits(const struct reader *reader, enum layer layer)
{
	const struct batch *batch = reader->filling[layer];

	return batch && batch_has_words(reader, batch) &&
	       reader->new_codes_size <= NEW_CODES_SIZE_MAX;
}

static int group_add(struct reader *reader, const struct row *row)
{
	static_assert(1 + DIMENSION_COUNT <= GROUP_KEY_MAX, "a period and all dimensions fit");
	bool suits = batch_suits(reader, row->layer);
	int result = 0;

	if (!suits || reader->waiting_layer != row->layer ||
	    reader->waiting_count == GROUP_ROWS_MAX)
		result = waiting_add(reader);
	if (result == 0 && !suits)
		result = batch_close(reader, row->layer);
	if (result == 0 && !suits)
		result = batch_start(reader, row->layer);
	if (result != 0)
		return result;
	reader->waiting_layer = row->layer;
	reader_row_wait(reader, row);
	reader->waiting_room = reader->vouchers ? 0 : GROUP_ROWS_MAX - reader->waiting_count;
	return 0;
}

int reader_row_take(struct reader *reader, const struct row *row)
{
	int result;

	if (reader->error_count > 0)
		return 0;
	result = reader->single_take ? reader_single_add(reader, row) : group_add(reader, row);
	if (result == 0 && reader->vouchers)
		result = reader_voucher_note(reader, row);
	return result == 0 ? row_account(reader, row) : result;
}

/* ---- lent out ---------------------------------------------------------------- */

static void columns_fill(const struct reader *reader, const struct batch *batch, struct lent *lent)
{
	uint32_t word_count = group_table_key_size(batch->groups) - 1;
	struct rows *rows = &lent->rows;
	uint32_t seen[DIMENSION_COUNT] = {0};

	rows->layer = batch->layer;
	rows->count = group_table_count(batch->groups);
	for (uint32_t i = 0; i < rows->count; i++) {
		const struct group_record *group = group_table_at(batch->groups, i);

		rows->periods[i] = group->key[0];
		rows->amounts_ore[i] = group->ore;
		rows->row_counts[i] = group->row_count;
		for (uint32_t k = 0; k < word_count; k++) {
			lent->ids[reader->used[k]][i] = group->key[1 + k];
			seen[k] |= group->key[1 + k];
		}
	}
	for (int i = 0; i < DIMENSION_COUNT; i++)
		rows->ids[i] = NULL;
	for (uint32_t k = 0; k < word_count; k++)
		rows->ids[reader->used[k]] = seen[k] ? lent->ids[reader->used[k]] : NULL;
}

/* The codes that no batch before this one brought along. */
static void codes_fill(const struct reader *reader, const struct batch *batch, struct rows *rows)
{
	for (size_t i = 0; i < reader->kept_count; i++) {
		enum dimension dimension = reader->kept[i];
		uint32_t first = batch->codes_first[dimension];
		uint32_t count = batch->codes_through[dimension] - first;

		for (uint32_t k = 0; k < count; k++)
			rows->new_codes[dimension][k] =
				dictionary_text(reader->dictionaries[dimension], first + k + 1);
		rows->new_codes_count[dimension] = count;
	}
}

const struct rows *reader_rows(struct reader *reader)
{
	struct batch *batch = reader->ready;

	if (!batch)
		return NULL;
	columns_fill(reader, batch, &reader->lent);
	codes_fill(reader, batch, &reader->lent.rows);
	reader->ready = batch->next;
	batch->next = reader->spare;
	reader->spare = batch;
	return &reader->lent.rows;
}

static void batches_destroy(struct batch **list)
{
	while (*list) {
		struct batch *batch = *list;

		*list = batch->next;
		batch_destroy(&batch);
	}
}

static void lent_finish(struct lent *lent)
{
	for (int i = 0; i < DIMENSION_COUNT; i++) {
		free(lent->ids[i]);
		free((void *)lent->rows.new_codes[i]);
	}
	free(lent->rows.periods);
	free(lent->rows.amounts_ore);
	free(lent->rows.row_counts);
}

void reader_rows_destroy(struct reader *reader)
{
	batches_destroy(&reader->ready);
	batches_destroy(&reader->spare);
	for (int layer = 0; layer <= LAYER_MAX; layer++)
		batch_destroy(&reader->filling[layer]);
	for (int i = 0; i < DIMENSION_COUNT; i++) {
		dictionary_destroy(&reader->dictionaries[i]);
		free(reader->recent[i]);
	}
	lent_finish(&reader->lent);
}

/* ---- codes ------------------------------------------------------------------- */

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

	if (result == 0 && *id_out > known) {
		reader->new_codes_size += length;
		reader->waiting_room = 0;
	}
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

int reader_code_find(struct reader *reader, enum dimension dimension, const struct field *field,
		     struct recent_code *recent, uint32_t *id_out)
{
	int result = code_look_up(reader, dimension, field, id_out);

	if (result == 0 && recent)
		*recent = (struct recent_code){short_code_key(field->bytes, field->length),
					       (uint32_t)field->length, *id_out};
	return result;
}
