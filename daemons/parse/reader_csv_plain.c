/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The way nearly every row takes.  The delimiters and line ends of many lines are found at
 * once, and only the fields that somebody wants are looked at.  Of a source whose rows are
 * codes, a month and an amount (a plain source), a row that is wholly as nearly all are is
 * read here to its end; whatever is odd about one is left to reader_list.c, and what is
 * odd about a line to reader_csv.c, before anything of it has been noted.
 */
#include <string.h>

#include "parse/field_time.h"
#include "parse/reader_csv.h"
#include "parse/word.h"

enum { REDACTED_CODE = '*', KRONA_ORE = 100 };

/* A line of as many fields as all rows. */
struct csv_row {
	const uint8_t *text;  /* the stretch */
	const uint32_t *ends; /* of its fields, in the stretch */
	uint32_t start;
	bool has_quote; /* around fields that nobody wants */
	bool has_room;	/* WORD_SIZE bytes after it can be read */
};

/* ---- what suits -------------------------------------------------------------- */

static bool column_is_plain(const struct source_column *column)
{
	return column->role == ROLE_AMOUNT || column->role == ROLE_PERIOD ||
	       column->role == ROLE_VOUCHER || column->role == ROLE_SERIES ||
	       column->role == ROLE_TEXT || (column->role == ROLE_DIMENSION && !column->has_text);
}

static bool source_is_plain(const struct reader *reader)
{
	const struct source *source = reader->source;
	const struct list *list = reader->format_state;

	for (size_t i = 0; i < source->column_count; i++)
		if (!column_is_plain(&source->columns[i]))
			return false;
	return source->layer == LAYER_OUTCOME && source->year == 0 &&
	       list->roles[ROLE_AMOUNT] != LIST_NONE && list->roles[ROLE_PERIOD] != LIST_NONE &&
	       list->style.unit_ore == KRONA_ORE;
}

static void code_open(const struct reader *reader, struct csv *csv, size_t wanted)
{
	const struct source_column *column = &reader->source->columns[wanted];

	if (column->role != ROLE_DIMENSION || !reader->dictionaries[column->dimension])
		return;
	csv->plain.codes[csv->plain.code_count++] = (struct csv_code){
		.recent = reader->recent[column->dimension],
		.dimension = column->dimension,
		.column = (uint32_t)csv->column_of[wanted],
	};
}

void csv_plain_open(struct reader *reader)
{
	struct csv *csv = reader->format_state;
	struct csv_plain *plain = &csv->plain;
	int account = csv->list.roles[ROLE_DIMENSION];

	for (size_t i = 0; i < csv->list.column_count; i++)
		if (csv->list.wanted_of[i] != LIST_NONE) {
			csv->column_of[csv->list.wanted_of[i]] = (int16_t)i;
			csv->needed_count = i + 1;
		}
	*plain = (struct csv_plain){.is_on = source_is_plain(reader),
				    .account_column = LIST_COLUMNS_MAX};
	if (!plain->is_on)
		return;
	plain->amount_column = (uint32_t)csv->column_of[csv->amount];
	plain->period_column = (uint32_t)csv->column_of[csv->list.roles[ROLE_PERIOD]];
	if (account != LIST_NONE)
		plain->account_column = (uint32_t)csv->column_of[account];
	for (size_t i = 0; i < csv->wanted_count; i++)
		code_open(reader, csv, i);
}

/* ---- fields ------------------------------------------------------------------ */

static inline uint32_t field_start(const struct csv_row *row, size_t column)
{
	return column == 0 ? row->start : row->ends[column - 1] + 1;
}

/* Member by member: a field that is copied waits for its own stores. */
static inline void field_put(struct field *field, const struct csv_row *row, size_t column)
{
	uint32_t start = field_start(row, column);

	field->bytes = row->text + start;
	field->length = row->ends[column] - start;
	field->column = start - row->start + 1;
	field->escape = 0;
}

/* The first that is not empty. */
static void first_put(struct csv *csv, const struct csv_row *row)
{
	struct list *list = &csv->list;
	size_t column = 0;

	list_row_begin(list);
	while (column < csv->field_count && row->ends[column] == field_start(row, column))
		column++;
	if (column == csv->field_count)
		return;
	list->first_wanted = column < list->column_count ? list->wanted_of[column] : LIST_NONE;
	list->first = list->first_wanted != LIST_NONE ? &list->wanted[list->first_wanted]
						      : &list->leading;
	field_put(&list->leading, row, column);
}

static void fields_put(struct csv *csv, const struct csv_row *row)
{
	for (size_t i = 0; i < csv->wanted_count; i++)
		field_put(&csv->list.wanted[i], row, (size_t)csv->column_of[i]);
	first_put(csv, row);
}

/* ---- a plain row ------------------------------------------------------------- */

/* At most WORD_SIZE bytes, one or more, as short_code_key says them; more may be read. */
static inline uint64_t word_of(const uint8_t *bytes, uint32_t length)
{
	return word_load(bytes) & (UINT64_MAX >> (WORD_SIZE - length) * 8);
}

static bool is_digit(uint8_t byte)
{
	return byte >= '0' && byte <= '9';
}

/* Sum rows begin with a word of three letters or more. */
static bool first_is_plain(const struct csv_row *row)
{
	uint32_t length = row->ends[0] - row->start;

	if (length < 3)
		return length > 0;
	return is_digit(row->text[row->start]) && is_digit(row->text[row->ends[0] - 1]);
}

static bool period_read(struct csv *csv, const struct csv_row *row, uint32_t *yyyymm_out)
{
	struct csv_plain *plain = &csv->plain;
	struct field field;
	uint64_t word;

	field_put(&field, row, plain->period_column);
	if (field.length == 0 || field.length > WORD_SIZE)
		return false;
	word = word_of(field.bytes, (uint32_t)field.length);
	if (field.length != plain->period_length || word != plain->period_word) {
		plain->period_length = 0;
		if (field_list_period(&field, 0, &plain->period) != 0)
			return false;
		plain->period_word = word;
		plain->period_length = (uint32_t)field.length;
	}
	*yyyymm_out = plain->period;
	return true;
}

/* One that was not met lately. */
static int code_find(struct reader *reader, const struct csv_row *row, const struct csv_code *code,
		     uint32_t *id_out)
{
	struct field field;

	field_put(&field, row, code->column);
	if (field.length == 1 && field.bytes[0] == REDACTED_CODE)
		return 0;
	return reader_code_add(reader, code->dimension, &field, id_out);
}

static inline int code_read(struct reader *reader, const struct csv_row *row,
			    const struct csv_code *code, uint32_t *id_out)
{
	uint32_t start = field_start(row, code->column);
	uint32_t length = row->ends[code->column] - start;
	const struct recent_code *recent;
	uint64_t key;

	if (length == 0)
		return 0;
	if (length > WORD_SIZE)
		return code_find(reader, row, code, id_out);
	key = word_of(row->text + start, length);
	recent = recent_code_at(code->recent, key);
	if (recent->key != key || recent->length != length)
		return code_find(reader, row, code, id_out);
	*id_out = recent->id;
	return 0;
}

static int codes_read(struct reader *reader, const struct csv_plain *plain,
		      const struct csv_row *line, struct row *row)
{
	int result = 0;

	for (size_t i = 0; result == 0 && i < plain->code_count; i++)
		result = code_read(reader, line, &plain->codes[i],
				   &row->ids[plain->codes[i].dimension]);
	return result;
}

static void voucher_read(struct reader *reader, struct csv *csv, const struct csv_row *row)
{
	if (!reader->vouchers)
		return;
	fields_put(csv, row);
	list_voucher(reader);
}

static int64_t amount_take(struct reader *reader, const struct csv *csv, const struct csv_row *row,
			   int64_t amount)
{
	struct field account;

	account.length = 0;
	if (csv->plain.account_column != LIST_COLUMNS_MAX)
		field_put(&account, row, csv->plain.account_column);
	return list_amount_take(reader, (size_t)csv->amount, amount, &account);
}

/* False, and nothing has been noted, when it is odd. */
static bool plain_read(struct reader *reader, const struct csv_row *line, int *result)
{
	struct csv *csv = reader->format_state;
	struct csv_plain *plain = &csv->plain;
	struct row row = {.layer = LAYER_OUTCOME};
	struct field amount;
	int64_t written;

	if (!plain->is_on || !line->has_room || !csv->list.points.is_settled ||
	    !first_is_plain(line))
		return false;
	field_put(&amount, line, plain->amount_column);
	if (!field_roomy_amount(&amount, csv->list.style.decimal, &written) ||
	    !period_read(csv, line, &row.yyyymm))
		return false;
	voucher_read(reader, csv, line);
	*result = codes_read(reader, plain, line, &row);
	if (*result != 0)
		return true;
	row.ore = amount_take(reader, csv, line, written);
	*result = list_month_add(reader, &row);
	return true;
}

/* ---- lines ------------------------------------------------------------------- */

/* Whether what follows is rows, one a line. */
static bool is_steady(const struct csv *csv)
{
	return csv->field_count >= csv->needed_count && csv->field_count > 1 &&
	       csv->tentative_line == 0 && csv->pending.count == 0;
}

/* False, and nothing has been noted, when it is odd. */
static bool row_read(struct reader *reader, const struct csv_row *row, int *result)
{
	struct csv *csv = reader->format_state;

	if (plain_read(reader, row, result))
		return true;
	/* It could be blank, or begin a page. */
	if (row->has_quote || row->text[row->start] <= ' ')
		return false;
	fields_put(csv, row);
	if (!csv->list.first || !csv_has_amount(csv))
		return false;
	*result = list_row(reader);
	return true;
}

/* The mark after the field in quotes that begins at mark @first; 0 when it is odd. */
static uint32_t quotes_pass(const uint8_t *text, const uint32_t *offsets, uint32_t first,
			    uint32_t last)
{
	for (uint32_t i = first + 1; i < last; i++) {
		if (text[offsets[i]] != '"')
			continue;
		if (offsets[i + 1] != offsets[i] + 1)
			return 0;
		if (text[offsets[i + 1]] != '"')
			return i + 1;
		i++;
	}
	return 0;
}

static bool is_wanted(const struct reader *reader, size_t column)
{
	const struct list *list = reader->format_state;
	int wanted = column < list->column_count ? list->wanted_of[column] : LIST_NONE;

	return wanted != LIST_NONE &&
	       (reader->source->columns[wanted].role != ROLE_TEXT || reader->descriptions);
}

/* Leaves the ends of the fields of a line with quotes, whose number is returned: 0 when it is
 * odd, or somebody wants what is in quotes. */
static uint32_t quotes_fold(const struct reader *reader, const uint8_t *text, uint32_t start,
			    uint32_t first, uint32_t last)
{
	struct csv *csv = reader->format_state;
	uint32_t *offsets = csv->marks.offsets;
	uint32_t count = 0;

	for (uint32_t i = first; i <= last; i++) {
		if (text[offsets[i]] == '"') {
			if (offsets[i] != start || count == 0 || is_wanted(reader, count))
				return 0;
			i = quotes_pass(text, offsets, i, last);
			if (i == 0)
				return 0;
		}
		start = offsets[i] + 1;
		offsets[first + count++] = offsets[i];
	}
	return count;
}

/* The marks of a line: its own from @first through @last, which is its end. */
struct csv_line {
	uint32_t start;
	uint32_t first;
	uint32_t last;
	bool has_quote;
};

static int line_read(struct reader *reader, const uint8_t *text, size_t length,
		     const struct csv_line *line)
{
	struct csv *csv = reader->format_state;
	uint32_t *ends = csv->marks.offsets + line->first;
	uint32_t stop = csv->marks.offsets[line->last];
	uint32_t count = line->last - line->first + 1;
	struct csv_row row = {.text = text,
			      .ends = ends,
			      .start = line->start,
			      .has_quote = line->has_quote,
			      .has_room = length - stop > WORD_SIZE};
	int result;

	if (line->has_quote)
		count = quotes_fold(reader, text, line->start, line->first, line->last);
	if (count != csv->field_count || !is_steady(csv))
		return reader_line(reader, text + line->start, stop - line->start);
	ends[count - 1] -= text[stop - 1] == '\r';
	reader->line_number++;
	if (row_read(reader, &row, &result))
		return result == READER_BAD && !reader->is_over ? 0 : result;
	reader->line_number--;
	return reader_line(reader, text + line->start, stop - line->start);
}

static int stretch_read(struct reader *reader, const uint8_t *text, size_t length,
			size_t *taken_out)
{
	struct csv *csv = reader->format_state;
	const struct scan_marks *marks = &csv->marks;
	struct csv_line line = {0};
	int result = 0;

	for (uint32_t i = 0; result == 0 && i < marks->stop_count; i++) {
		uint32_t stop = marks->offsets[marks->stops[i]];

		if (text[stop] != '\n') {
			line.has_quote = true;
			continue;
		}
		line.last = marks->stops[i];
		result = line_read(reader, text, length, &line);
		line = (struct csv_line){.start = stop + 1, .first = line.last + 1};
	}
	*taken_out = line.start;
	return result;
}

int csv_lines(struct reader *reader, const uint8_t *bytes, size_t length, size_t *taken_out)
{
	struct csv *csv = reader->format_state;
	size_t taken = 1;
	int result = 0;

	*taken_out = 0;
	while (csv->scan && result == 0 && taken > 0) {
		const uint8_t *text = bytes + *taken_out;
		size_t rest = length - *taken_out;

		csv->scan(text, rest < SCAN_SIZE_MAX ? rest : SCAN_SIZE_MAX,
			  (uint8_t)reader->source->delimiter, &csv->marks);
		result = stretch_read(reader, text, rest, &taken);
		*taken_out += taken;
	}
	return result;
}
