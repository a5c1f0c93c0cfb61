/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SIE 4: records of a file, and what the file says about itself.
 */
#include "parse/reader_sie.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/base/hash.h"

enum { TYPE_YEAR = 1, TYPE_PERIOD, TYPE_OBJECT, TYPE_VOUCHER };

static int type_read(struct reader *reader, struct sie_cursor *cursor)
{
	struct sie *sie = reader->format_state;
	struct field field;
	int32_t type;
	int result = sie_field_need(reader, cursor, "filtypen", &field);

	if (result != 0)
		return result;
	if (!field_number(&field, &type) || type < TYPE_YEAR || type > TYPE_VOUCHER)
		return reader_bad_field(reader, FINDING_SIE_TYPE, &field, "okänd filtyp i #SIETYP",
					"1, 2, 3 eller 4");
	sie->type = (uint32_t)type;
	return 0;
}

static int exported_read(struct reader *reader, struct sie_cursor *cursor)
{
	struct field field;

	if (sie_field(cursor, &field) != 0 || !field_date(&field, &reader->exported_date))
		reader->exported_date = 0;
	return 0;
}

/* Many programs leave the day out or write one of 1970 or 1980. */
static int covered_read(struct reader *reader, struct sie_cursor *cursor)
{
	struct sie *sie = reader->format_state;
	struct field field;

	if (sie_field(cursor, &field) != 0 || !field_date(&field, &sie->covered_through))
		sie->covered_through = 0;
	return 0;
}

static int currency_read(struct reader *reader, struct sie_cursor *cursor)
{
	struct field field;

	if (sie_field(cursor, &field) != 0 || field.length == 0 ||
	    (field.length == 3 && strncasecmp((const char *)field.bytes, "SEK", 3) == 0))
		return 0;
	return reader_judge(reader, FINDING_SIE_CURRENCY, reader->line_number, field.column,
			    "kronor (SEK)", "filens belopp är i en annan valuta än kronor");
}

static int dimension_read(struct reader *reader, struct sie_cursor *cursor)
{
	struct sie *sie = reader->format_state;
	struct field field;
	char name[CODE_SIZE];
	size_t length;
	int32_t number;
	int result;

	if (sie_field(cursor, &field) != 0 || !field_number(&field, &number) || number < 0)
		return 0;
	if (sie_field(cursor, &field) != 0 || field.length >= CODE_SIZE / 3)
		return 0;
	result = reader_text(reader, &field, name, &length);
	if (result != 0)
		return result;
	if (!sie_map_name(&sie->map, reader->source, (uint32_t)number, name) || !sie->has_objects)
		return 0;
	return reader_bad(reader, FINDING_SIE_DIMENSION, reader->line_number, 0,
			  "ange dimensionens nummer i källans inställning sie_dimensions",
			  "#DIM %d står efter rader som använder dimensionerna", (int)number);
}

/* What a record is to the vouchers around it. */
enum record_place {
	PLACE_ANY = 1, /* outside of vouchers */
	PLACE_ONCE,    /* the same, and not twice after one another */
	PLACE_VOUCHER, /* begins one */
	PLACE_BLOCK,   /* a row of one */
};

struct sie_record {
	const char *label;
	size_t length;
	enum record_place place;
	enum sie_count count;
	int (*read)(struct reader *reader, struct sie_cursor *cursor); /* NULL: passed over */
};

#define RECORD(label, place, count, read)                                                          \
	{                                                                                          \
		label, sizeof(label) - 1, place, count, read                                       \
	}

/* The most common first.  The sums of #RTRANS and #BTRANS are in #TRANS already; what is
 * not here is ignored, as the standard asks. */
static const struct sie_record records[] = {
	RECORD("#TRANS", PLACE_BLOCK, SIE_COUNT_ROW, sie_trans_read),
	RECORD("#VER", PLACE_VOUCHER, SIE_COUNT_VOUCHER, sie_voucher_read),
	RECORD("#PSALDO", PLACE_ONCE, SIE_COUNT_BALANCE, sie_period_balance_read),
	RECORD("#PBUDGET", PLACE_ONCE, SIE_COUNT_BUDGET, sie_period_budget_read),
	RECORD("#RTRANS", PLACE_BLOCK, SIE_COUNT_ADDED, NULL),
	RECORD("#BTRANS", PLACE_BLOCK, SIE_COUNT_STRUCK, NULL),
	RECORD("#KONTO", PLACE_ANY, SIE_COUNT_ACCOUNT, NULL),
	RECORD("#SRU", PLACE_ANY, SIE_COUNT_OTHER, NULL),
	RECORD("#OBJEKT", PLACE_ANY, SIE_COUNT_OBJECT, NULL),
	RECORD("#KTYP", PLACE_ANY, SIE_COUNT_OTHER, NULL),
	RECORD("#ENHET", PLACE_ANY, SIE_COUNT_OTHER, NULL),
	RECORD("#OIB", PLACE_ANY, SIE_COUNT_OTHER, NULL),
	RECORD("#OUB", PLACE_ANY, SIE_COUNT_OTHER, NULL),
	RECORD("#IB", PLACE_ONCE, SIE_COUNT_OTHER, sie_opening_read),
	RECORD("#UB", PLACE_ONCE, SIE_COUNT_OTHER, sie_closing_read),
	RECORD("#RES", PLACE_ONCE, SIE_COUNT_OTHER, sie_result_read),
	RECORD("#DIM", PLACE_ANY, SIE_COUNT_DIMENSION, dimension_read),
	RECORD("#UNDERDIM", PLACE_ANY, SIE_COUNT_DIMENSION, dimension_read),
	RECORD("#RAR", PLACE_ANY, SIE_COUNT_OTHER, sie_year_read),
	RECORD("#SIETYP", PLACE_ANY, SIE_COUNT_OTHER, type_read),
	RECORD("#GEN", PLACE_ANY, SIE_COUNT_OTHER, exported_read),
	RECORD("#OMFATTN", PLACE_ANY, SIE_COUNT_OTHER, covered_read),
	RECORD("#VALUTA", PLACE_ANY, SIE_COUNT_OTHER, currency_read),
	RECORD("#KSUMMA", PLACE_ANY, SIE_COUNT_OTHER, sie_checksum_read),
	RECORD("#FLAGGA", PLACE_ANY, SIE_COUNT_OTHER, NULL),
	RECORD("#PROGRAM", PLACE_ANY, SIE_COUNT_OTHER, NULL),
	RECORD("#FORMAT", PLACE_ANY, SIE_COUNT_OTHER, NULL),
	RECORD("#PROSA", PLACE_ANY, SIE_COUNT_OTHER, NULL),
	RECORD("#FTYP", PLACE_ANY, SIE_COUNT_OTHER, NULL),
	RECORD("#FNR", PLACE_ANY, SIE_COUNT_OTHER, NULL),
	RECORD("#ORGNR", PLACE_ANY, SIE_COUNT_OTHER, NULL),
	RECORD("#BKOD", PLACE_ANY, SIE_COUNT_OTHER, NULL),
	RECORD("#ADRESS", PLACE_ANY, SIE_COUNT_OTHER, NULL),
	RECORD("#FNAMN", PLACE_ANY, SIE_COUNT_OTHER, NULL),
	RECORD("#TAXAR", PLACE_ANY, SIE_COUNT_OTHER, NULL),
	RECORD("#KPTYP", PLACE_ANY, SIE_COUNT_OTHER, NULL),
};

static const struct sie_record *record_find(const uint8_t *label, size_t length)
{
	for (size_t i = 0; i < sizeof(records) / sizeof(records[0]); i++)
		if (records[i].length == length &&
		    strncasecmp(records[i].label, (const char *)label, length) == 0)
			return &records[i];
	return NULL;
}

static inline bool label_take(struct sie_cursor *cursor, const char *label, size_t length)
{
	if ((size_t)(cursor->end - cursor->at) <= length ||
	    memcmp(cursor->at, label, length) != 0 || !sie_is_blank(cursor->at[length]))
		return false;
	cursor->at += length;
	return true;
}

/* The record that a line is, past its label; NULL: one that nobody knows. */
static inline const struct sie_record *record_take(struct sie_cursor *cursor)
{
	const uint8_t *label = cursor->at;

	/* What ledgers consist of. */
	if (label_take(cursor, "#TRANS", strlen("#TRANS")))
		return &records[0];
	if (label_take(cursor, "#VER", strlen("#VER")))
		return &records[1];
	if (label_take(cursor, "#PSALDO", strlen("#PSALDO")))
		return &records[2];
	while (cursor->at < cursor->end && !sie_is_blank(*cursor->at))
		cursor->at++;
	return record_find(label, (size_t)(cursor->at - label));
}

static int no_label(struct reader *reader, struct sie *sie, size_t column)
{
	sie->doubt_line = reader->line_number;
	sie->is_doubt_told = true;
	if (sie->voucher.block == SIE_INSIDE)
		sie->voucher.is_tainted = true;
	if (!sie->has_label)
		return reader_bad(reader, FINDING_SIE_LABEL, reader->line_number, column,
				  "en SIE-fil, där varje rad börjar med # och en etikett; "
				  "kontrollera källans format",
				  "filen börjar inte som en SIE-fil");
	return reader_bad(reader, FINDING_SIE_LABEL, reader->line_number, column,
			  "en rad som börjar med # och en etikett; filen kan vara skadad, gör om "
			  "exporten",
			  "raden har ingen SIE-etikett");
}

/* A label nobody knows is ignored, and remembered for when something is missing. */
static int unknown_pass(struct reader *reader, struct sie *sie)
{
	sie->doubt_line = reader->line_number;
	sie->is_doubt_told = false;
	if (sie->voucher.block == SIE_INSIDE) {
		sie->voucher.unknown_line = reader->line_number;
		sie->voucher.line_last = reader->line_number;
	}
	return 0;
}

/* Whether a record that stands once is the line before it again. */
static int twice_check(struct reader *reader, const uint8_t *label, size_t length)
{
	struct sie *sie = reader->format_state;
	uint64_t hash = checksum(label, length);
	bool is_twice = hash == sie->line_hash && sie->hash_line + 1 == reader->line_number;

	sie->line_hash = hash;
	sie->hash_line = reader->line_number;
	if (!is_twice || sie->is_replay)
		return 0;
	return reader_judge(reader, FINDING_SIE_TWICE, reader->line_number, 0,
			    "varje rad en gång; filen kan vara skadad, gör om exporten",
			    "raden är densamma som raden före");
}

static int record_read(struct reader *reader, const struct sie_record *record,
		       struct sie_cursor *cursor, const uint8_t *label)
{
	struct sie *sie = reader->format_state;
	int result = 0;

	sie->counts[record->count]++;
	if (record->place == PLACE_BLOCK) {
		if (sie->voucher.block != SIE_INSIDE)
			result = sie_block_enter(reader);
		if (result == 0 && record->read)
			result = record->read(reader, cursor);
		sie->voucher.is_tainted = sie->voucher.is_tainted || result != 0;
		sie->voucher.line_last = reader->line_number;
		return result;
	}
	if (record->place != PLACE_ANY)
		result = twice_check(reader, label, (size_t)(cursor->end - label));
	if (result == 0 && sie->voucher.block != SIE_OUTSIDE)
		result = sie_block_leave(reader);
	if (result == READER_BAD && record->place == PLACE_VOUCHER)
		sie_voucher_start(reader, true);
	else if (result == 0 && record->read)
		result = record->read(reader, cursor);
	return result;
}

static bool is_letter(uint8_t byte)
{
	return (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z');
}

static int sie_line(struct reader *reader, const uint8_t *line, size_t length)
{
	struct sie *sie = reader->format_state;
	struct sie_cursor cursor = {.start = line, .at = line, .end = line + length};
	const uint8_t *label;
	const struct sie_record *record;

	sie_blanks_skip(&cursor);
	label = cursor.at;
	if (*label == '{' || *label == '}')
		return sie_brace_read(reader, &cursor);
	if (*label != '#' || cursor.end - label < 2 || !is_letter(label[1]))
		return no_label(reader, sie, (size_t)(label - line) + 1);
	sie->has_label = true;
	record = record_take(&cursor);
	if (sie->checksum.is_open && !(record && record->read == sie_checksum_read))
		sie_checksum_line(reader, (struct sie_cursor){line, label, cursor.end});
	return record ? record_read(reader, record, &cursor, label) : unknown_pass(reader, sie);
}

int sie_row_add(struct reader *reader, struct row *row, int64_t file_ore)
{
	struct sie *sie = reader->format_state;

	row->ore = -file_ore;
	if (row->layer == LAYER_OUTCOME && row->yyyymm > sie->outcome_last)
		sie->outcome_last = row->yyyymm;
	return reader_row_add(reader, row);
}

static bool is_in_year(const struct sie *sie, uint32_t yyyymmdd)
{
	return yyyymmdd != 0 && yyyymmdd >= sie->day_first && yyyymmdd <= sie->day_last;
}

/* What was booked ahead does not make its month complete. */
static uint32_t complete_through(const struct sie *sie, uint32_t exported_date)
{
	if (is_in_year(sie, sie->covered_through))
		return sie->covered_through / 100;
	if (is_in_year(sie, exported_date) && exported_date / 100 < sie->outcome_last)
		return exported_date / 100;
	return sie->outcome_last;
}

/* A cumulative export speaks for the months without rows too. */
static void outcome_cover(struct reader *reader)
{
	struct sie *sie = reader->format_state;
	const struct sie_year *year = sie_year_zero(sie);
	uint32_t last = sie->outcome_last;

	reader->complete_through = complete_through(sie, reader->exported_date);
	if (!year || sie->is_year_total) /* no month before the last is told of */
		return;
	if (is_in_year(sie, sie->covered_through) && sie->covered_through / 100 > last)
		last = sie->covered_through / 100;
	if (last >= year->first / 100)
		reader_cover(reader, LAYER_OUTCOME, year->first / 100, last);
}

static void budget_cover(struct reader *reader)
{
	const struct sie_year *year = sie_year_zero(reader->format_state);

	if (year)
		reader_cover(reader, LAYER_BUDGET, year->first / 100, year->last / 100);
}

static bool has_layer(const struct sie *sie, enum layer layer)
{
	for (size_t i = 0; i < sie->totals.count; i++)
		if (sie->totals.totals[i].key.layer == layer)
			return true;
	return false;
}

static int content_check(struct reader *reader, bool has_outcome, bool has_budget)
{
	struct sie *sie = reader->format_state;

	if (!sie->has_label)
		return no_label(reader, sie, 0);
	if (sie->checksum.is_open && reader->error_count == 0)
		return reader_bad(reader, FINDING_SIE_CHECKSUM_MISSING, reader->line_number, 0,
				  "en hel fil; gör om exporten",
				  "filen är avklippt: den avslutande #KSUMMA saknas");
	if (has_outcome || has_budget || reader->error_count > 0)
		return 0;
	return reader_bad(reader, FINDING_SIE_EMPTY, 0, 0,
			  "exportera som SIE 4 med verifikationer (eller SIE 2 eller 3 med "
			  "periodsaldon)",
			  "filen har varken verifikationer, periodsaldon eller periodbudget");
}

static int dimensions_warn(struct reader *reader)
{
	const struct sie *sie = reader->format_state;

	if (!sie->has_objects || sie->has_mapped_objects)
		return 0;
	return reader_judge(reader, FINDING_SIE_UNMAPPED, 0, 0, "",
			    "Ingen dimension i filens objektlistor är kopplad till källan; "
			    "se inställningen sie_dimensions");
}

static int undated_warn(struct reader *reader)
{
	const struct sie *sie = reader->format_state;

	if (sie->undated_count == 0)
		return 0;
	return reader_judge(reader, FINDING_SIE_UNDATED, 0, 0, "",
			    "%llu transaktioner har text i datumfältet; verifikationens datum "
			    "användes",
			    (unsigned long long)sie->undated_count);
}

/* Without vouchers the outcome is what #PSALDO says, and without those what #RES does. */
static int outcome_find(struct reader *reader)
{
	struct sie *sie = reader->format_state;
	int result = 0;

	if (sie->voucher_count > 0)
		return 0;
	result = sie_late_replay(reader);
	if (result != 0 || has_layer(sie, LAYER_OUTCOME) || sie->type == TYPE_PERIOD ||
	    sie->type == TYPE_OBJECT || !sie_has_results(sie))
		return result;
	sie->is_year_total = true;
	return 0;
}

static int content_end(struct reader *reader)
{
	struct sie *sie = reader->format_state;
	int result = sie_totals_end(reader);

	if (result == 0 && sie->is_year_total)
		result = sie_year_total_add(reader);
	if (result == 0)
		result = sie_stated_check(reader);
	if (result == 0 && sie->voucher_count > 0)
		result = sie_controls_end(reader);
	if (result == 0)
		result = dimensions_warn(reader);
	if (result == 0)
		result = undated_warn(reader);
	return result == 0 ? sie_checksum_end(reader) : result;
}

int sie_file_end(struct reader *reader)
{
	struct sie *sie = reader->format_state;
	bool has_outcome;
	bool has_budget;
	int result;

	sie_texts_end(reader);
	result = sie_vouchers_end(reader);
	if (result == 0)
		result = outcome_find(reader);
	if (result != 0)
		return result;
	reader->balances = sie->voucher_count > 0;
	has_outcome = reader->balances || sie->is_year_total || has_layer(sie, LAYER_OUTCOME);
	has_budget = has_layer(sie, LAYER_BUDGET);
	result = content_check(reader, has_outcome, has_budget);
	if (result == 0)
		result = content_end(reader);
	if (has_outcome)
		outcome_cover(reader);
	if (has_budget)
		budget_cover(reader);
	return result;
}

int sie_state_open(struct reader *reader, struct sie *sie)
{
	sie_map_open(&sie->map, reader->source);
	return dictionary_new(&sie->accounts, CODES_MAX);
}

void sie_state_close(struct sie *sie)
{
	sie_totals_destroy(&sie->totals);
	dictionary_destroy(&sie->accounts);
	free(sie->stated);
	free(sie->booked);
	free(sie->unbalanced);
	free(sie->late.bytes);
	free(sie->controls);
}

static int sie_open(struct reader *reader)
{
	struct sie *sie = calloc(1, sizeof(*sie));

	reader->format_state = sie;
	return sie ? sie_state_open(reader, sie) : -ENOMEM;
}

static void sie_close(struct reader *reader)
{
	if (reader->format_state)
		sie_state_close(reader->format_state);
	free(reader->format_state);
	reader->format_state = NULL;
}

const struct reader_format reader_sie = {
	.open = sie_open,
	.line = sie_line,
	.lines = sie_lines,
	.end = sie_file_end,
	.close = sie_close,
};
