/* SPDX-License-Identifier: Apache-2.0 */
/* Questions, orders and answers with their tables. */
#include "lib/wire/codec_private.h"

#include <errno.h>
#include <string.h>

/* Stands for a missing text: no code or name holds a control character. */
static const char missing_text[] = "\x01";

int codec_fill_request(const struct request *ours, Budgetvakt__Request *request)
{
	budgetvakt__request__init(request);
	request->id = codec_bytes(ours->id, REQUEST_ID_SIZE);
	request->kind = ours->raw_kind ? ours->raw_kind : ours->kind;
	request->period = ours->period.yyyymm;
	request->area = codec_text(ours->area);
	request->source = codec_text(ours->source);
	request->text = codec_text(ours->text);
	request->reference = codec_text(ours->reference);
	request->hash = codec_bytes(ours->hash.bytes, HASH_SIZE);
	request->number = ours->number;
	request->from = ours->from;
	request->max = ours->max;
	request->has_split = ours->has_split;
	request->income_ore = ours->income.ore;
	request->cost_ore = ours->cost.ore;
	request->net_ore = ours->net.ore;
	request->line = codec_text(ours->line);
	request->as_of_date = ours->as_of_date;
	request->selection =
		codec_bytes(ours->selection, ours->selection_count * sizeof *ours->selection);
	return 0;
}

/* A kind we do not know is the receiver's to refuse and count: raw_kind keeps it. */
int codec_read_request(const Budgetvakt__Request *theirs, struct request *ours)
{
	*ours = (struct request){
		.raw_kind = theirs->kind,
		.period = {theirs->period},
		.area = theirs->area,
		.line = theirs->line,
		.source = theirs->source,
		.text = theirs->text,
		.reference = theirs->reference,
		.number = theirs->number,
		.as_of_date = theirs->as_of_date,
		/* Arrays in an arena are 16-byte aligned. */
		.selection = (const uint64_t *)(const void *)theirs->selection.data,
		.selection_count = theirs->selection.len / sizeof *ours->selection,
		.from = theirs->from,
		.max = theirs->max,
		.has_split = theirs->has_split,
		.income = {theirs->income_ore},
		.cost = {theirs->cost_ore},
		.net = {theirs->net_ore},
	};
	if (theirs->kind >= 1 && theirs->kind <= REQUEST_KIND_MAX)
		ours->kind = (enum request_kind)theirs->kind;
	/* An order without an id would be the same as every other without. */
	if (theirs->id.len == 0 || theirs->selection.len % sizeof *ours->selection != 0 ||
	    codec_read_fixed(theirs->hash, ours->hash.bytes, HASH_SIZE) != 0)
		return CODEC_MALFORMED;
	return codec_read_fixed(theirs->id, ours->id, REQUEST_ID_SIZE);
}

static int texts_fill(const struct table_column *ours, size_t row_count, struct arena *arena,
		      Budgetvakt__TableColumn *column)
{
	column->texts = arena_take_zeroed(arena, row_count, sizeof(char *));
	if (!column->texts)
		return -ENOMEM;
	for (size_t i = 0; i < row_count; i++)
		column->texts[i] = codec_text(ours->texts[i] ? ours->texts[i] : missing_text);
	column->n_texts = row_count;
	return 0;
}

static int column_fill(const struct table_column *ours, size_t row_count, struct arena *arena,
		       Budgetvakt__TableColumn **column_out)
{
	Budgetvakt__TableColumn *column = arena_take(arena, sizeof *column);

	if (!column)
		return -ENOMEM;
	budgetvakt__table_column__init(column);
	column->key = codec_text(ours->key);
	column->title = codec_text(ours->title);
	column->kind = ours->kind;
	*column_out = column;
	if (ours->kind == COLUMN_TEXT)
		return texts_fill(ours, row_count, arena, column);
	column->numbers = codec_bytes(ours->numbers, row_count * sizeof(int64_t));
	return 0;
}

static int table_fill(const struct table *ours, struct arena *arena, Budgetvakt__Answer *answer)
{
	Budgetvakt__Table *table = arena_take(arena, sizeof *table);

	if (!table)
		return -ENOMEM;
	budgetvakt__table__init(table);
	table->title = codec_text(ours->title);
	table->row_count = (uint32_t)ours->row_count;
	table->notes = (char **)(uintptr_t)ours->notes;
	table->n_notes = ours->note_count;
	table->columns = arena_take_zeroed(arena, ours->column_count, sizeof(void *));
	if (!table->columns)
		return -ENOMEM;
	for (size_t i = 0; i < ours->column_count; i++) {
		if (column_fill(&ours->columns[i], ours->row_count, arena, &table->columns[i]) < 0)
			return -ENOMEM;
	}
	table->n_columns = ours->column_count;
	answer->table = table;
	return 0;
}

static int records_fill(const struct answer *ours, struct arena *arena, Budgetvakt__Answer *answer)
{
	Budgetvakt__Record *records = arena_take_zeroed(arena, ours->record_count, sizeof *records);

	answer->records = arena_take_zeroed(arena, ours->record_count, sizeof(void *));
	if (!records || !answer->records)
		return -ENOMEM;
	for (size_t i = 0; i < ours->record_count; i++) {
		const struct record *record = &ours->records[i];

		budgetvakt__record__init(&records[i]);
		records[i].seq = record->seq;
		records[i].previous = codec_bytes(record->previous.bytes, HASH_SIZE);
		records[i].payload = codec_bytes(record->payload, record->payload_size);
		answer->records[i] = &records[i];
	}
	answer->n_records = ours->record_count;
	return 0;
}

int codec_fill_answer(const struct answer *ours, struct arena *arena, Budgetvakt__Answer *answer)
{
	budgetvakt__answer__init(answer);
	answer->id = codec_bytes(ours->id, REQUEST_ID_SIZE);
	answer->code = ours->code;
	answer->text = codec_text(ours->text);
	answer->stream_id = codec_bytes(ours->stream_id, STREAM_ID_SIZE);
	answer->last_seq = ours->last_seq;
	answer->floor = ours->floor;
	if (ours->table && table_fill(ours->table, arena, answer) < 0)
		return -ENOMEM;
	return records_fill(ours, arena, answer);
}

static int texts_read(const Budgetvakt__TableColumn *theirs, struct table_column *column)
{
	for (size_t i = 0; i < theirs->n_texts; i++) {
		if (strcmp(theirs->texts[i], missing_text) == 0)
			theirs->texts[i] = NULL;
	}
	column->texts = (const char **)theirs->texts;
	return 0;
}

static int column_read(const Budgetvakt__TableColumn *theirs, size_t row_count,
		       struct table_column *column)
{
	*column = (struct table_column){
		.key = theirs->key,
		.title = theirs->title,
		.kind = (enum column_kind)theirs->kind,
	};
	if (theirs->kind < COLUMN_TEXT || theirs->kind > COLUMN_THOUSANDTHS)
		return CODEC_MALFORMED;
	if (theirs->kind == COLUMN_TEXT)
		return theirs->n_texts == row_count ? texts_read(theirs, column) : CODEC_MALFORMED;
	if (theirs->numbers.len != row_count * sizeof(int64_t))
		return CODEC_MALFORMED;
	column->numbers = (int64_t *)(void *)theirs->numbers.data;
	return 0;
}

static int table_read(const Budgetvakt__Table *theirs, struct arena *arena, struct answer *ours)
{
	struct table *table = arena_take_zeroed(arena, 1, sizeof *table);

	if (!table || theirs->n_columns > TABLE_COLUMNS_MAX ||
	    theirs->n_notes > sizeof table->notes / sizeof table->notes[0])
		return CODEC_MALFORMED;
	table->arena = arena;
	table->title = theirs->title[0] ? theirs->title : NULL;
	table->row_count = table->row_capacity = theirs->row_count;
	table->column_count = theirs->n_columns;
	table->note_count = theirs->n_notes;
	for (size_t i = 0; i < theirs->n_notes; i++)
		table->notes[i] = theirs->notes[i];
	for (size_t i = 0; i < theirs->n_columns; i++) {
		if (column_read(theirs->columns[i], theirs->row_count, &table->columns[i]) != 0)
			return CODEC_MALFORMED;
	}
	ours->table = table;
	return 0;
}

static int records_read(const Budgetvakt__Answer *theirs, struct arena *arena, struct answer *ours)
{
	struct record *records = arena_take_zeroed(arena, theirs->n_records, sizeof *records);

	if (!records)
		return CODEC_MALFORMED;
	for (size_t i = 0; i < theirs->n_records; i++) {
		const Budgetvakt__Record *record = theirs->records[i];

		records[i].seq = record->seq;
		records[i].payload = record->payload.data;
		records[i].payload_size = record->payload.len;
		if (codec_read_fixed(record->previous, records[i].previous.bytes, HASH_SIZE) != 0)
			return CODEC_MALFORMED;
	}
	ours->records = records;
	ours->record_count = theirs->n_records;
	return 0;
}

int codec_read_answer(const Budgetvakt__Answer *theirs, struct arena *arena, struct answer *ours)
{
	*ours = (struct answer){
		.code = (enum answer_code)theirs->code,
		.text = theirs->text,
		.last_seq = theirs->last_seq,
		.floor = theirs->floor,
	};
	if (theirs->code < ANSWER_OK || theirs->code > ANSWER_FORBIDDEN ||
	    codec_read_fixed(theirs->id, ours->id, REQUEST_ID_SIZE) != 0 ||
	    codec_read_fixed(theirs->stream_id, ours->stream_id, STREAM_ID_SIZE) != 0)
		return CODEC_MALFORMED;
	if (theirs->table && table_read(theirs->table, arena, ours) != 0)
		return CODEC_MALFORMED;
	return records_read(theirs, arena, ours);
}
