/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How the cells of the columns are written, by what stands in them.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/text.h"
#include "lib/conf/heading.h"
#include "lib/model/period.h"
#include "parse/field_time.h"
#include "parse/inspect.h"
#include "parse/reader_list.h"

static struct field field_of(const char *text)
{
	return (struct field){.bytes = (const uint8_t *)text, .length = strlen(text)};
}

/* The next cell of a wanted column after the header; NULL at the end. */
static const char *cell_next(const struct sample *sample, const struct proposal *proposal,
			     size_t wanted, size_t *row)
{
	while (++*row < sample->count) {
		const char *text = sample_cell(sample, *row, proposal->columns[wanted]);

		if (*text)
			return text;
	}
	return NULL;
}

/* ---- decimals ------------------------------------------------------------------ */

struct style_score {
	size_t read;
	size_t fractions;
};

static struct style_score style_try(const struct sample *sample, const struct proposal *proposal,
				    const struct amount_style *style)
{
	struct style_score score = {0};

	for (size_t i = 0; i < proposal->source.column_count; i++) {
		size_t row = proposal->header_row;
		const char *text;

		if (!list_is_amount(&proposal->source.columns[i]))
			continue;
		while ((text = cell_next(sample, proposal, i, &row))) {
			struct field field = field_of(text);
			int64_t ore;

			if (field_styled_amount(&field, style, &ore) != 0)
				continue;
			score.read++;
			score.fractions += strchr(text, style->decimal) != NULL;
		}
	}
	return score;
}

static void decimal_propose(const struct sample *sample, struct proposal *proposal)
{
	static const struct {
		char decimal;
		char thousands;
	} styles[] = {{',', THOUSANDS_AUTO}, {'.', THOUSANDS_AUTO}, {'.', ','}};
	struct source *source = &proposal->source;
	struct style_score best = {0};

	source->decimal = ',';
	for (size_t i = 0; i < sizeof(styles) / sizeof(styles[0]); i++) {
		struct amount_style style = {styles[i].decimal, styles[i].thousands, 100000000,
					     ENCODING_UTF8};
		struct style_score score = style_try(sample, proposal, &style);

		/* 1.234 is read by both: only a fraction that is none of three says more. */
		if (score.read <= best.read)
			continue;
		best = score;
		source->decimal = styles[i].decimal;
		source->thousands = styles[i].thousands;
	}
	snprintf(proposal->decimal_reason, REASON_SIZE,
		 "%zu belopp går att läsa så, varav %zu med decimaltecken", best.read,
		 best.fractions);
}

/* ---- dates ---------------------------------------------------------------------- */

static void dates_propose(const struct sample *sample, struct proposal *proposal, size_t wanted)
{
	size_t row = proposal->header_row;
	size_t months = 0;
	size_t days = 0;
	size_t others = 0;
	const char *text;

	while ((text = cell_next(sample, proposal, wanted, &row))) {
		struct field field = field_of(text);
		uint32_t yyyymm;

		if (strlen(text) != 6 || strspn(text, "0123456789") != 6) {
			others++;
			continue;
		}
		months += field_list_period(&field, 0, &yyyymm) == 0;
		days += field_list_date(&field, DATE_FORM_SHORT, &yyyymm) == 0;
	}
	if (others > months || months + days == 0)
		return;
	if (months >= days) {
		proposal->source.columns[wanted].role = ROLE_PERIOD;
		snprintf(proposal->reasons[wanted], REASON_SIZE,
			 "rubriken är ett datum men innehållet perioder ÅÅÅÅMM");
	} else {
		proposal->source.date_form = DATE_FORM_SHORT;
	}
}

/* ---- codes with text -------------------------------------------------------------- */

/* "4011 Köp av verksamhet" */
static bool is_code_with_text(const char *text)
{
	size_t digits = strspn(text, "0123456789");

	return digits > 0 && text[digits] == ' ' && isalpha((unsigned char)text[digits + 1]);
}

static void text_propose(const struct sample *sample, struct proposal *proposal, size_t wanted)
{
	size_t row = proposal->header_row;
	size_t count = 0;
	size_t with_text = 0;
	const char *text;

	while ((text = cell_next(sample, proposal, wanted, &row))) {
		count++;
		with_text += is_code_with_text(text);
	}
	if (count == 0 || with_text * 10 < count * 9)
		return;
	proposal->source.columns[wanted].has_text = true;
	snprintf(proposal->reasons[wanted], REASON_SIZE, "rubriken; koden följs av klartext");
}

/* ---- what the words around say ------------------------------------------------------ */

static bool text_has(const char *text, const char *word)
{
	char folded[CODE_SIZE];

	heading_fold(text, folded);
	return strstr(folded, word) != NULL;
}

/* In the titles and the header. */
static bool head_has(const struct sample *sample, const struct proposal *proposal, const char *word)
{
	for (size_t i = 0; i <= proposal->header_row && i < sample->count; i++)
		for (size_t k = 0; k < sample->rows[i].count; k++)
			if (text_has(sample->rows[i].cells[k], word))
				return true;
	return false;
}

static const char *amount_heading(const struct proposal *proposal)
{
	for (size_t i = 0; i < proposal->source.column_count; i++)
		if (proposal->source.columns[i].role == ROLE_AMOUNT)
			return proposal->source.columns[i].header;
	return "";
}

static void layer_propose(const struct sample *sample, struct proposal *proposal)
{
	const char *heading = amount_heading(proposal);
	struct source *source = &proposal->source;
	bool is_budget =
		text_has(heading, "budget") || text_has(heading, "budsjett") ||
		(!text_has(heading, "utfall") && !text_has(heading, "regnskap") &&
		 (head_has(sample, proposal, "budget") || text_has(source->name, "budget")));

	if (proposal_has(proposal, ROLE_VOLUME)) {
		source->layer = is_budget ? LAYER_VOLUME_BUDGET : LAYER_VOLUME;
		snprintf(proposal->layer_reason, REASON_SIZE, "beloppen är antal");
	} else {
		source->layer = is_budget ? LAYER_BUDGET : LAYER_OUTCOME;
		snprintf(proposal->layer_reason, REASON_SIZE, "%s",
			 is_budget ? "ordet budget står i rubrikerna eller filens namn"
				   : "inget ord om budget i rubriker eller namn");
	}
}

static void unit_propose(const struct sample *sample, struct proposal *proposal)
{
	struct source *source = &proposal->source;

	source->unit_ore = 100;
	snprintf(proposal->unit_reason, REASON_SIZE, "inget annat står i rubrikerna");
	if (head_has(sample, proposal, "mnkr") || head_has(sample, proposal, "mkr"))
		source->unit_ore = 100000000;
	else if (head_has(sample, proposal, "tkr"))
		source->unit_ore = 100000;
	else
		return;
	snprintf(proposal->unit_reason, REASON_SIZE, "står i rubrikerna");
}

/* ---- sign ------------------------------------------------------------------------- */

/* Whether the row is of accounts that begin so, or of lines with the word in their names. */
static bool is_of_side(const char *account, const char *line, const char *beginning,
		       const char *word)
{
	return (*account && strncmp(account, beginning, strlen(beginning)) == 0) ||
	       (*line && text_has(line, word));
}

static size_t dimension_column(const struct proposal *proposal, enum dimension dimension)
{
	const struct source *source = &proposal->source;

	for (size_t i = 0; i < source->column_count; i++)
		if (source->columns[i].role == ROLE_DIMENSION &&
		    source->columns[i].dimension == dimension)
			return proposal->columns[i];
	return SIZE_MAX;
}

static size_t role_column(const struct proposal *proposal, enum column_role role)
{
	for (size_t i = 0; i < proposal->source.column_count; i++)
		if (proposal->source.columns[i].role == role)
			return proposal->columns[i];
	return SIZE_MAX;
}

/* +1 when such amounts are above nothing, −1 below, 0 unknown. */
static int side_of(const struct sample *sample, const struct proposal *proposal,
		   const char *beginning, const char *word)
{
	const struct source *source = &proposal->source;
	struct amount_style style = {source->decimal, source->thousands, 100000000, ENCODING_UTF8};
	size_t account = dimension_column(proposal, DIMENSION_ACCOUNT);
	size_t line = dimension_column(proposal, DIMENSION_LINE);
	size_t amount = role_column(proposal, ROLE_AMOUNT);
	int count = 0;

	for (size_t i = proposal->header_row + 1; i < sample->count; i++) {
		struct field field = field_of(sample_cell(sample, i, amount));
		int64_t value;

		if (is_of_side(sample_cell(sample, i, account), sample_cell(sample, i, line),
			       beginning, word) &&
		    field_styled_amount(&field, &style, &value) == 0)
			count += (value > 0) - (value < 0);
	}
	return (count > 0) - (count < 0);
}

static void sign_propose(const struct sample *sample, struct proposal *proposal)
{
	struct source *source = &proposal->source;
	int costs = side_of(sample, proposal, "5", "kostnad");
	int incomes = side_of(sample, proposal, "3", "intäkt");

	source->sign = SIGN_LEDGER;
	if (head_has(sample, proposal, "vänttecken") || head_has(sample, proposal, "väntatecken")) {
		source->sign = SIGN_REPORT;
		snprintf(proposal->sign_reason, REASON_SIZE, "vänt tecken står i rubrikerna");
	} else if (costs != 0 || incomes != 0) {
		source->sign = costs < 0 || (costs == 0 && incomes > 0) ? SIGN_REPORT : SIGN_LEDGER;
		snprintf(proposal->sign_reason, REASON_SIZE, "%s är %s",
			 costs != 0 ? "kostnader (konton på 5)" : "intäkter (konton på 3)",
			 (costs != 0 ? costs : incomes) > 0 ? "mest plus" : "mest minus");
	} else {
		snprintf(proposal->sign_reason, REASON_SIZE,
			 "det vanliga i huvudböcker; kontrollera");
	}
}

/* ---- the year ------------------------------------------------------------------------ */

static uint32_t year_in(const char *text)
{
	for (; *text; text++) {
		size_t digits = strspn(text, "0123456789");

		if (digits == 4 && (strncmp(text, "19", 2) == 0 || strncmp(text, "20", 2) == 0))
			return (uint32_t)strtoul(text, NULL, 10);
		text += digits > 0 ? digits - 1 : 0;
	}
	return 0;
}

static bool says_years(const struct sample *sample, const struct proposal *proposal)
{
	const struct source *source = &proposal->source;

	if (proposal_has(proposal, ROLE_YEAR))
		return true;
	for (size_t i = 0; i < source->column_count; i++) {
		size_t row = proposal->header_row;
		const char *text;
		struct field field;
		uint32_t yyyymm;

		if (source->columns[i].role == ROLE_DATE ||
		    source->columns[i].yyyymm >= YEAR_MIN * 100)
			return true;
		if (source->columns[i].role != ROLE_PERIOD)
			continue;
		text = cell_next(sample, proposal, i, &row);
		field = field_of(text ? text : "");
		if (field_list_period(&field, 0, &yyyymm) != TIME_NO_YEAR)
			return true;
	}
	return false;
}

static void year_propose(const struct sample *sample, struct proposal *proposal)
{
	uint32_t *year = &proposal->source.year;

	if (says_years(sample, proposal))
		return;
	for (size_t i = 0; *year == 0 && i <= proposal->header_row && i < sample->count; i++)
		for (size_t k = 0; *year == 0 && k < sample->rows[i].count; k++)
			*year = year_in(sample->rows[i].cells[k]);
	if (*year == 0)
		*year = year_in(proposal->source.name);
}

void propose_dialect(const struct sample *sample, struct proposal *proposal)
{
	struct source *source = &proposal->source;

	for (size_t i = 0; i < source->column_count; i++) {
		if (source->columns[i].role == ROLE_DATE)
			dates_propose(sample, proposal, i);
		if (source->columns[i].role == ROLE_DIMENSION)
			text_propose(sample, proposal, i);
	}
	decimal_propose(sample, proposal);
	layer_propose(sample, proposal);
	unit_propose(sample, proposal);
	sign_propose(sample, proposal);
	year_propose(sample, proposal);
	source->keeps[DIMENSION_DECISION] = source->layer == LAYER_BUDGET;
	source->keeps[DIMENSION_SPREAD] = source->layer == LAYER_BUDGET;
}

/* ---- the delimiter --------------------------------------------------------------------- */

/* In how many of a hundred rows there are as many fields as in most. */
static size_t evenness(const struct sample *sample)
{
	size_t counts[SAMPLE_COLUMNS_MAX + 1] = {0};
	size_t best = 0;

	for (size_t i = 0; i < sample->count; i++)
		counts[sample->rows[i].count]++;
	for (size_t i = 2; i <= SAMPLE_COLUMNS_MAX; i++)
		if (counts[i] > best)
			best = counts[i];
	return sample->count > 0 ? best * 100 / sample->count : 0;
}

int propose_list(const uint8_t *bytes, size_t length, enum text_encoding encoding,
		 struct sample *sample, struct proposal *proposal)
{
	static const char delimiters[] = {';', '\t', ',', '|'};
	char best = ';';
	size_t best_score = 0;
	int error;

	for (size_t i = 0; i < sizeof(delimiters); i++) {
		struct proposal trial = {0};
		size_t score;

		sample_clear(sample);
		error = sample_split(sample, bytes, length, encoding, delimiters[i]);
		if (error)
			return error;
		score = propose_columns(sample, &trial) * 1000 + evenness(sample);
		if (score <= best_score)
			continue;
		best_score = score;
		best = delimiters[i];
	}
	sample_clear(sample);
	proposal->source.delimiter = best;
	error = sample_split(sample, bytes, length, encoding, best);
	if (error)
		return error;
	snprintf(proposal->delimiter_reason, REASON_SIZE,
		 "%zu rubriker känns igen, %zu av 100 rader har lika många fält",
		 propose_columns(sample, proposal), evenness(sample));
	propose_dialect(sample, proposal);
	return 0;
}

void propose_name(const char *path, struct proposal *proposal)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	size_t length = 0;

	for (; *name && *name != '.' && length + 1 < SOURCE_NAME_SIZE; name++) {
		char byte = (char)tolower((unsigned char)*name);

		if ((byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') ||
		    (length > 0 && (byte == '-' || byte == '_')))
			proposal->source.name[length++] = byte;
	}
	if (length == 0)
		text_copy(proposal->source.name, SOURCE_NAME_SIZE, "kalla");
}
