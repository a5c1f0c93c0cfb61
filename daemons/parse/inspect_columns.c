/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which row is the header, and which columns are what.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/base/text.h"
#include "lib/conf/heading.h"
#include "lib/model/period.h"
#include "parse/field_time.h"
#include "parse/inspect.h"
#include "parse/reader_list.h"

enum { MONTHS_SEEN_MIN = 3 };

static const struct {
	const char *word;
	enum column_role role;
} role_words[] = {
	{"period", ROLE_PERIOD},
	{"år", ROLE_YEAR},
	{"datum", ROLE_DATE},
	{"belopp", ROLE_AMOUNT},
	{"debet", ROLE_DEBIT},
	{"kredit", ROLE_CREDIT},
	{"antal", ROLE_VOLUME},
	{"periodisering", ROLE_SPREAD},
	{"beslutsdatum", ROLE_DECISION_DATE},
	{"referens", ROLE_REFERENCE},
	{"verifikation", ROLE_VOUCHER},
	{"serie", ROLE_SERIES},
	{"text", ROLE_TEXT},
};

static void role_set(const char *word, struct source_column *column)
{
	for (size_t i = 0; i < sizeof(role_words) / sizeof(role_words[0]); i++)
		if (strcmp(role_words[i].word, word) == 0) {
			column->role = role_words[i].role;
			return;
		}
	column->role = ROLE_DIMENSION;
	if (strcmp(word, "mått") == 0)
		column->dimension = DIMENSION_LINE;
	else if (!dimension_parse(word, &column->dimension)) {
		column->role = ROLE_MONTH;
		column->yyyymm = heading_month(word);
	}
}

void inspect_role_text(const struct source_column *column, char text[static CODE_SIZE])
{
	const char *word = dimension_name(column->dimension);

	if (column->role == ROLE_MONTH) {
		unsigned year = column->yyyymm / 100;
		unsigned month = column->yyyymm % 100;

		if (year > 0)
			snprintf(text, CODE_SIZE, "%04u-%02u", year, month);
		else
			snprintf(text, CODE_SIZE, "%s",
				 period_month_name(period_of(2000, (int)month)));
		return;
	}
	for (size_t i = 0; i < sizeof(role_words) / sizeof(role_words[0]); i++)
		if (role_words[i].role == column->role)
			word = role_words[i].word;
	snprintf(text, CODE_SIZE, "%s%s", word, column->has_text ? " med text" : "");
}

void proposal_column_add(struct proposal *proposal, const char *heading, const char *role,
			 size_t column, const char *reason)
{
	struct source *source = &proposal->source;
	struct source_column *place;

	if (source->column_count == COLUMNS_MAX)
		return;
	/* Some programs write a mark into the first heading, too; nobody could see it. */
	while (strncmp(heading, "\xEF\xBB\xBF", 3) == 0)
		heading += 3;
	place = &source->columns[source->column_count];
	*place = (struct source_column){0};
	text_copy(place->header, sizeof(place->header), heading);
	role_set(role, place);
	if (place->role == ROLE_DIMENSION)
		source->keeps[place->dimension] = true;
	proposal->columns[source->column_count] = column;
	snprintf(proposal->reasons[source->column_count], REASON_SIZE, "%s", reason);
	source->column_count++;
}

bool proposal_has(const struct proposal *proposal, enum column_role role)
{
	for (size_t i = 0; i < proposal->source.column_count; i++)
		if (proposal->source.columns[i].role == role)
			return true;
	return false;
}

/* ---- the header ------------------------------------------------------------- */

static size_t headings_known(const struct sample_row *row)
{
	size_t count = 0;
	int rank;

	for (size_t i = 0; i < row->count; i++)
		count += inspect_heading_role(row->cells[i], &rank) != NULL ||
			 heading_month(row->cells[i]) != 0;
	return count;
}

static bool is_number_like(const char *text)
{
	return *text >= '0' && *text <= '9' && heading_month(text) == 0;
}

/* Of the first rows the one with most known headings; a row with a number is data. */
static size_t header_find(const struct sample *sample, size_t *known_out)
{
	size_t best = 0;

	*known_out = 0;
	for (size_t i = 0; i < sample->count && i < HEADER_ROWS_MAX; i++) {
		const struct sample_row *row = &sample->rows[i];
		size_t known = headings_known(row);

		for (size_t k = 0; k < row->count; k++)
			if (is_number_like(row->cells[k]))
				known = known > 0 ? known - 1 : 0;
		if (known <= *known_out)
			continue;
		*known_out = known;
		best = i;
	}
	return best;
}

static bool is_unique(const struct sample *sample, size_t row, size_t column)
{
	const char *heading = sample_cell(sample, row, column);

	for (size_t i = 0; i < sample->rows[row].count; i++)
		if (i != column && heading_equal(sample_cell(sample, row, i), heading))
			return false;
	return true;
}

/* ---- by heading ---------------------------------------------------------------- */

static size_t months_count(const struct sample *sample, size_t row)
{
	size_t count = 0;

	for (size_t i = 0; i < sample->rows[row].count; i++)
		count += heading_month(sample_cell(sample, row, i)) != 0;
	return count;
}

static void months_add(const struct sample *sample, struct proposal *proposal)
{
	size_t row = proposal->header_row;

	for (size_t i = 0; i < sample->rows[row].count; i++)
		if (heading_month(sample_cell(sample, row, i)) != 0 && is_unique(sample, row, i))
			proposal_column_add(
				proposal, sample_cell(sample, row, i), sample_cell(sample, row, i),
				i, "rubriken är en månad; månaderna står bredvid varandra");
}

/* The column with the best word for @role; how many columns there are when none. */
static size_t column_for(const struct sample *sample, size_t row, const char *role)
{
	size_t best = sample->rows[row].count;
	int best_rank = INT32_MAX;

	for (size_t i = 0; i < sample->rows[row].count; i++) {
		int rank;
		const char *found = inspect_heading_role(sample_cell(sample, row, i), &rank);

		if (!found || strcmp(found, role) != 0 || rank >= best_rank ||
		    !is_unique(sample, row, i))
			continue;
		best = i;
		best_rank = rank;
	}
	return best;
}

static bool named_add(const struct sample *sample, struct proposal *proposal, const char *role)
{
	size_t row = proposal->header_row;
	size_t column = column_for(sample, row, role);

	if (column == sample->rows[row].count)
		return false;
	proposal_column_add(proposal, sample_cell(sample, row, column), role, column, "rubriken");
	return true;
}

static void amounts_add(const struct sample *sample, struct proposal *proposal)
{
	bool has_sides;

	if (months_count(sample, proposal->header_row) >= MONTHS_SEEN_MIN) {
		months_add(sample, proposal);
		return;
	}
	has_sides = named_add(sample, proposal, "debet");
	has_sides |= named_add(sample, proposal, "kredit");
	if (!has_sides && !named_add(sample, proposal, "belopp"))
		named_add(sample, proposal, "antal");
}

static void times_add(const struct sample *sample, struct proposal *proposal)
{
	bool has_year;

	if (proposal_has(proposal, ROLE_MONTH)) {
		named_add(sample, proposal, "år");
		return;
	}
	has_year = named_add(sample, proposal, "år");
	if (!named_add(sample, proposal, "period") && !named_add(sample, proposal, "datum") &&
	    has_year)
		named_add(sample, proposal, "periodisering");
}

/* ---- by content ------------------------------------------------------------------ */

static struct field field_of(const char *text)
{
	return (struct field){.bytes = (const uint8_t *)text, .length = strlen(text)};
}

static bool is_period(const char *text)
{
	struct field field = field_of(text);
	uint32_t yyyymm;

	return field_list_period(&field, 0, &yyyymm) == 0 && yyyymm >= 198001 && yyyymm < 210000;
}

static bool is_date(const char *text)
{
	struct field field = field_of(text);
	uint32_t yyyymm;
	int problem = field_list_date(&field, DATE_FORM_AUTO, &yyyymm);

	return field.length > 6 && problem == 0 && yyyymm >= 198001 && yyyymm < 210000;
}

static bool is_fraction(const char *text)
{
	struct field field = field_of(text);
	struct amount_style comma = {',', THOUSANDS_AUTO, 100, ENCODING_UTF8};
	struct amount_style point = {'.', THOUSANDS_AUTO, 100, ENCODING_UTF8};
	int64_t ore;

	return (strchr(text, ',') && field_styled_amount(&field, &comma, &ore) == 0) ||
	       (strchr(text, '.') && field_styled_amount(&field, &point, &ore) == 0);
}

static bool is_account(const char *text)
{
	size_t length = strspn(text, "0123456789");

	return (length == 4 || length == 5) && text[length] == '\0' && *text != '0';
}

/* Whether nine of ten of the column's cells are so, and how many are not empty. */
static bool column_holds(const struct sample *sample, size_t header, size_t column,
			 bool (*is_so)(const char *text))
{
	size_t filled = 0;
	size_t count = 0;

	for (size_t i = header + 1; i < sample->count; i++) {
		const char *text = sample_cell(sample, i, column);

		filled += *text != '\0';
		count += *text != '\0' && is_so(text);
	}
	return filled > 0 && count * 10 >= filled * 9;
}

static bool is_taken(const struct proposal *proposal, size_t column)
{
	for (size_t i = 0; i < proposal->source.column_count; i++)
		if (proposal->columns[i] == column)
			return true;
	return false;
}

static bool content_add(const struct sample *sample, struct proposal *proposal, const char *role,
			bool (*is_so)(const char *text), const char *reason)
{
	size_t row = proposal->header_row;

	for (size_t i = 0; i < sample->rows[row].count; i++) {
		const char *heading = sample_cell(sample, row, i);

		if (*heading == '\0' || is_taken(proposal, i) || !is_unique(sample, row, i) ||
		    !column_holds(sample, row, i, is_so))
			continue;
		proposal_column_add(proposal, heading, role, i, reason);
		return true;
	}
	return false;
}

static bool has_account(const struct proposal *proposal)
{
	for (size_t i = 0; i < proposal->source.column_count; i++)
		if (proposal->source.columns[i].role == ROLE_DIMENSION)
			return true;
	return false;
}

static void contents_add(const struct sample *sample, struct proposal *proposal)
{
	if (!proposal_has(proposal, ROLE_MONTH) && !proposal_has(proposal, ROLE_PERIOD) &&
	    !proposal_has(proposal, ROLE_DATE) &&
	    !content_add(sample, proposal, "period", is_period, "innehållet är perioder"))
		content_add(sample, proposal, "datum", is_date, "innehållet är datum");
	if (!proposal_has(proposal, ROLE_MONTH) && !proposal_has(proposal, ROLE_AMOUNT) &&
	    !proposal_has(proposal, ROLE_DEBIT) && !proposal_has(proposal, ROLE_CREDIT) &&
	    !proposal_has(proposal, ROLE_VOLUME))
		content_add(sample, proposal, "belopp", is_fraction, "innehållet är belopp");
	if (!has_account(proposal))
		content_add(sample, proposal, "konto", is_account, "innehållet ser ut som konton");
}

size_t propose_columns(const struct sample *sample, struct proposal *proposal)
{
	static const char *const dimensions[] = {"konto",	"ansvar", "verksamhet", "aktivitet",
						 "projekt",	"objekt", "motpart",	"område",
						 "resultatrad", "mått"};
	static const char *const others[] = {"beslutsdatum", "referens"};
	size_t known;

	if (sample->count == 0)
		return 0;
	proposal->header_row = header_find(sample, &known);
	proposal->header_line = sample->rows[proposal->header_row].line;
	for (size_t i = 0; i < sizeof(dimensions) / sizeof(dimensions[0]); i++)
		named_add(sample, proposal, dimensions[i]);
	times_add(sample, proposal);
	amounts_add(sample, proposal);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		named_add(sample, proposal, others[i]);
	contents_add(sample, proposal);
	return known;
}
