/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The lists of a source that say what is what: "Rubrik=roll" of a text list,
 * "20=verksamhet" of a SIE file.
 */
#include <string.h>

#include "lib/base/text.h"
#include "lib/conf/conf_load.h"
#include "lib/conf/heading.h"
#include "lib/model/period.h"

enum { SIE_DIMENSIONS_MAX = 16 };

_Static_assert(sizeof(((struct source *)0)->sie_dimensions) /
			       sizeof(((struct source *)0)->sie_dimensions[0]) ==
		       SIE_DIMENSIONS_MAX,
	       "the limit is the array's length");

/* Splits "left=right" at the last '='; false when a side is empty or too long. */
bool pair_split(const char *text, char left[static CODE_SIZE], char right[static CODE_SIZE])
{
	const char *sign = strrchr(text, '=');
	char whole[2 * CODE_SIZE];

	if (!sign || !text_copy(whole, sizeof(whole), text))
		return false;
	whole[sign - text] = '\0';
	return text_copy(left, CODE_SIZE, text_trim(whole)) &&
	       text_copy(right, CODE_SIZE, text_trim(whole + (sign - text) + 1)) && *left && *right;
}

static bool role_named(const char *word, struct source_column *column)
{
	static const struct {
		const char *word;
		enum column_role role;
	} roles[] = {
		{"period", ROLE_PERIOD},
		{"år", ROLE_YEAR},
		{"ar", ROLE_YEAR},
		{"datum", ROLE_DATE},
		{"belopp", ROLE_AMOUNT},
		{"periodisering", ROLE_SPREAD},
		{"debet", ROLE_DEBIT},
		{"kredit", ROLE_CREDIT},
		{"antal", ROLE_VOLUME},
		{"serie", ROLE_SERIES},
		{"beslutsdatum", ROLE_DECISION_DATE},
		{"referens", ROLE_REFERENCE},
		{"verifikation", ROLE_VOUCHER},
		{"text", ROLE_TEXT},
	};

	for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++) {
		if (text_equal_folded(word, roles[i].word)) {
			column->role = roles[i].role;
			return true;
		}
	}
	return false;
}

static bool dimension_role(const char *word, struct source_column *column)
{
	column->role = ROLE_DIMENSION;
	if (text_equal_folded(word, "mått")) {
		column->dimension = DIMENSION_LINE;
		return true;
	}
	return dimension_parse(word, &column->dimension);
}

/* "konto med text": a code and what it means in one cell. */
static bool text_role(const char *word, struct source_column *column)
{
	static const char ending[] = " med text";
	char code[CODE_SIZE];
	size_t length = strlen(word);

	if (length < sizeof(ending) || !text_copy(code, sizeof(code), word) ||
	    !text_equal_folded(word + length - (sizeof(ending) - 1), ending))
		return false;
	code[length - (sizeof(ending) - 1)] = '\0';
	column->has_text = true;
	return dimension_role(text_trim(code), column);
}

static bool role_parse(const char *word, struct source_column *column)
{
	if (role_named(word, column) || dimension_role(word, column) || text_role(word, column))
		return true;
	column->role = ROLE_MONTH;
	column->yyyymm = heading_month(word);
	return column->yyyymm != 0;
}

static bool roles_equal(const struct source_column *left, const struct source_column *right)
{
	return left->role == right->role && left->yyyymm == right->yyyymm &&
	       (left->role != ROLE_DIMENSION || left->dimension == right->dimension);
}

/* Whether neither the header nor the role is taken; printed when one is. */
static bool column_check_new(struct conf_loader *loader, const struct setting *setting,
			     const struct source *source, const struct source_column *column)
{
	for (size_t i = 0; i < source->column_count; i++) {
		const struct source_column *other = &source->columns[i];

		if (heading_equal(column->header, other->header)) {
			loader_problem(loader, setting->line,
				       "kolumnen ”%s” anges två gånger; ta bort den ena",
				       column->header);
			return false;
		}
		if (roles_equal(column, other)) {
			loader_problem(loader, setting->line,
				       "”%s” har samma roll som ”%s”; bara en kolumn kan ha den",
				       setting->text, other->header);
			return false;
		}
	}
	return true;
}

static void column_load(struct conf_loader *loader, const struct setting *setting,
			struct source *source)
{
	struct source_column column = {0};
	char role[CODE_SIZE];

	if (!pair_split(setting->text, column.header, role)) {
		loader_problem(loader, setting->line,
			       "”%s” i columns går inte; skriv \"Rubrik=roll\", till exempel "
			       "\"Belopp=belopp\"",
			       setting->text);
		return;
	}
	if (!role_parse(role, &column)) {
		loader_problem(loader, setting->line,
			       "okänd roll ”%s” i columns; skriv konto, ansvar, verksamhet, "
			       "aktivitet, projekt, objekt, motpart, område, resultatrad, period, "
			       "år, datum, belopp, debet, kredit, antal, mått, periodisering, "
			       "beslutsdatum, referens, verifikation, serie, text eller en månad",
			       role);
		return;
	}
	if (!column_check_new(loader, setting, source, &column))
		return;
	if (source->column_count == COLUMNS_MAX) {
		loader_problem(loader, setting->line,
			       "columns har fler än %d kolumner; ta bort några", COLUMNS_MAX);
		return;
	}
	source->columns[source->column_count++] = column;
}

static bool source_has_role(const struct source *source, enum column_role role)
{
	for (size_t i = 0; i < source->column_count; i++) {
		if (source->columns[i].role == role)
			return true;
	}
	return false;
}

static bool source_has_amount(const struct source *source)
{
	return source_has_role(source, ROLE_AMOUNT) || source_has_role(source, ROLE_DEBIT) ||
	       source_has_role(source, ROLE_CREDIT) || source_has_role(source, ROLE_VOLUME) ||
	       source_has_role(source, ROLE_MONTH);
}

static bool source_has_time(const struct source *source)
{
	if (source->year != 0 || source_has_role(source, ROLE_PERIOD) ||
	    source_has_role(source, ROLE_YEAR) || source_has_role(source, ROLE_DATE))
		return true;
	for (size_t i = 0; i < source->column_count; i++) {
		if (source->columns[i].yyyymm >= YEAR_MIN * 100)
			return true;
	}
	return false;
}

void columns_load(struct conf_loader *loader, cfg_t *section, struct source *source)
{
	size_t count = setting_list_count(section, "columns");
	unsigned line = count > 0 ? setting_list_at(section, "columns", 0)->line
				  : section_line(&loader->file, section);

	for (size_t i = 0; i < count; i++)
		column_load(loader, setting_list_at(section, "columns", i), source);
	if (!source_has_amount(source))
		loader_problem(loader, line,
			       "källan ”%s” har ingen kolumn för belopp; lägg till till exempel "
			       "\"Belopp=belopp\" i columns",
			       cfg_title(section));
	if (!source_has_time(source))
		loader_problem(loader, line,
			       "källan ”%s” har ingen kolumn för tiden; lägg till period, år eller "
			       "datum i columns, till exempel \"Period=period\"",
			       cfg_title(section));
}

/* Adds an entry; the caller has seen that there is room. */
static void sie_dimension_add(struct source *source, const char *word, enum dimension dimension)
{
	size_t i = source->sie_dimension_count++;

	text_copy(source->sie_dimensions[i].word, CODE_SIZE, word);
	source->sie_dimensions[i].dimension = dimension;
}

static bool sie_word_is_taken(const struct source *source, const char *word)
{
	for (size_t i = 0; i < source->sie_dimension_count; i++) {
		if (text_equal_folded(source->sie_dimensions[i].word, word))
			return true;
	}
	return false;
}

static void sie_dimension_load(struct conf_loader *loader, const struct setting *setting,
			       struct source *source)
{
	char word[CODE_SIZE];
	char name[CODE_SIZE];
	enum dimension dimension;

	if (!pair_split(setting->text, word, name) || !dimension_parse(name, &dimension) ||
	    dimension == DIMENSION_ACCOUNT)
		loader_problem(loader, setting->line,
			       "”%s” i sie_dimensions går inte; skriv filens nummer eller namn och "
			       "en dimension, till exempel \"20=verksamhet\"",
			       setting->text);
	else if (sie_word_is_taken(source, word))
		loader_problem(loader, setting->line,
			       "”%s” anges två gånger i sie_dimensions; ta bort den ena", word);
	else if (source->sie_dimension_count == SIE_DIMENSIONS_MAX)
		loader_problem(loader, setting->line,
			       "sie_dimensions har fler än %d rader; ta bort några",
			       SIE_DIMENSIONS_MAX);
	else
		sie_dimension_add(source, word, dimension);
}

/* The numbers that the SIE standard itself gives, unless the list says otherwise. */
static void sie_dimension_default(struct source *source, const char *word, enum dimension dimension)
{
	for (size_t i = 0; i < source->sie_dimension_count; i++) {
		if (source->sie_dimensions[i].dimension == dimension)
			return;
	}
	if (!sie_word_is_taken(source, word) && source->sie_dimension_count < SIE_DIMENSIONS_MAX)
		sie_dimension_add(source, word, dimension);
}

void sie_dimensions_load(struct conf_loader *loader, cfg_t *section, struct source *source)
{
	size_t count = setting_list_count(section, "sie_dimensions");

	for (size_t i = 0; i < count; i++)
		sie_dimension_load(loader, setting_list_at(section, "sie_dimensions", i), source);
	sie_dimension_default(source, "1", DIMENSION_UNIT);
	sie_dimension_default(source, "6", DIMENSION_PROJECT);
}
