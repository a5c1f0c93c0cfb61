/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One source section: where files come from and how they are written.
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "lib/base/text.h"
#include "lib/conf/conf_load.h"
#include "lib/model/period.h"

static const struct word formats[] = {
	{"sie", FORMAT_SIE4}, {"csv", FORMAT_CSV}, {"xlsx", FORMAT_XLSX}, {NULL, 0}};
const char *source_format_name(const struct source *source)
{
	size_t i = 0;

	while (formats[i].word && formats[i].value != (int)source->format)
		i++;
	return formats[i].word;
}

static const struct word modes[] = {
	{"snapshot", REPLACE_SNAPSHOT}, {"delta", REPLACE_DELTA}, {NULL, 0}};
static const struct word layers[] = {{"utfall", LAYER_OUTCOME},
				     {"budget", LAYER_BUDGET},
				     {"volym", LAYER_VOLUME},
				     {"volymbudget", LAYER_VOLUME_BUDGET},
				     {NULL, 0}};
static const struct word encodings[] = {{"auto", ENCODING_AUTO},
					{"utf-8", ENCODING_UTF8},
					{"windows-1252", ENCODING_WINDOWS_1252},
					{"cp437", ENCODING_CP437},
					{"cp850", ENCODING_CP850},
					{"utf-16le", ENCODING_UTF16LE},
					{"utf-16be", ENCODING_UTF16BE},
					{NULL, 0}};
static const struct word manifests[] = {{"ingen", MANIFEST_NONE},
					{"om den finns", MANIFEST_IF_THERE},
					{"krävs", MANIFEST_REQUIRED},
					{NULL, 0}};
static const struct word redactions[] = {{"yes", true}, {"no", false}, {NULL, 0}};
static const struct word signs[] = {{"ledger", SIGN_LEDGER}, {"report", SIGN_REPORT}, {NULL, 0}};
static const struct word units[] = {{"kr", 100}, {"tkr", 100000}, {"mnkr", 100000000}, {NULL, 0}};
static const struct word decimals[] = {{",", ','}, {".", '.'}, {NULL, 0}};
static const struct word delimiters[] = {
	{";", ';'}, {",", ','}, {"|", '|'}, {"tab", '\t'}, {NULL, 0}};
static const struct word thousands[] = {{"auto", THOUSANDS_AUTO},
					{"inga", THOUSANDS_NONE},
					{"blank", ' '},
					{".", '.'},
					{",", ','},
					{"'", '\''},
					{NULL, 0}};
static const struct word date_forms[] = {
	{"auto", DATE_FORM_AUTO}, {"ååmmdd", DATE_FORM_SHORT}, {NULL, 0}};

static void name_load(struct conf_loader *loader, cfg_t *section, struct source *source)
{
	const char *title = cfg_title(section);

	if (name_is_plain(title))
		text_copy(source->name, sizeof(source->name), title);
	else
		loader_problem(loader, section_line(&loader->file, section),
			       "källan kan inte heta ”%s”; skriv a-z, 0-9, - och _, högst %d "
			       "tecken, för namnet är en mapp",
			       title, SOURCE_NAME_SIZE - 1);
}

static void pattern_load(struct conf_loader *loader, cfg_t *section, struct source *source)
{
	const struct setting *setting = setting_get(section, "pattern");
	const char *pattern = setting ? setting->text : "*";

	if (*pattern == '\0' || strchr(pattern, '/') ||
	    !text_copy(source->pattern, sizeof(source->pattern), pattern))
		loader_problem(loader, setting ? setting->line : 0,
			       "mönstret ”%s” går inte; skriv ett för filnamn utan mapp, högst %d "
			       "byte, till exempel *.se",
			       pattern, SOURCE_NAME_SIZE - 1);
}

static void format_load(struct conf_loader *loader, cfg_t *section, struct source *source)
{
	source->format = (enum source_format)loader_word(loader, section, "format", formats, 0);
	if (!setting_get(section, "format"))
		loader_problem(loader, section_line(&loader->file, section),
			       "källan ”%s” saknar format; skriv format = \"sie\", \"csv\" eller "
			       "\"xlsx\"",
			       cfg_title(section));
}

static bool is_list(const struct source *source)
{
	return source->format == FORMAT_CSV || source->format == FORMAT_XLSX;
}

/* A SIE file is everything so far; what a text list is, only its owner knows. */
static void mode_load(struct conf_loader *loader, cfg_t *section, struct source *source)
{
	source->mode =
		(enum replace_mode)loader_word(loader, section, "mode", modes, REPLACE_SNAPSHOT);
	if (is_list(source) && !setting_get(section, "mode"))
		loader_problem(
			loader, section_line(&loader->file, section),
			"källan ”%s” saknar mode; skriv \"snapshot\" om varje fil säger allt "
			"om sina månader, \"delta\" om den läggs till dem",
			cfg_title(section));
}

static void year_load(struct conf_loader *loader, cfg_t *section, struct source *source)
{
	const struct setting *setting = setting_get(section, "year");
	uint64_t year;

	if (!setting)
		return;
	if (text_read_u64(setting->text, YEAR_MAX, &year) && year >= YEAR_MIN)
		source->year = (uint32_t)year;
	else
		loader_problem(loader, setting->line,
			       "”%s” är inget år; skriv till exempel year = \"2020\"",
			       setting->text);
}

static void sheet_load(struct conf_loader *loader, cfg_t *section, struct source *source)
{
	const struct setting *setting = setting_get(section, "sheet");

	if (setting && !text_copy(source->sheet, sizeof(source->sheet), setting->text))
		loader_problem(loader, setting->line,
			       "bladets namn i sheet är för långt; skriv högst %d byte",
			       CODE_SIZE - 1);
}

/* The form of a text list. */
static void dialect_load(struct conf_loader *loader, cfg_t *section, struct source *source)
{
	source->layer = (enum layer)loader_word(loader, section, "layer", layers, LAYER_OUTCOME);
	source->sign = (enum source_sign)loader_word(loader, section, "sign", signs, SIGN_LEDGER);
	source->unit_ore = loader_word(loader, section, "unit", units, 100);
	source->decimal = (char)loader_word(loader, section, "decimal", decimals, ',');
	source->delimiter = (char)loader_word(loader, section, "delimiter", delimiters, ';');
	source->thousands = (char)loader_word(loader, section, "thousands", thousands, 0);
	source->date_form =
		(enum date_form)loader_word(loader, section, "dates", date_forms, DATE_FORM_AUTO);
	year_load(loader, section, source);
	sheet_load(loader, section, source);
	if (source->thousands == source->decimal)
		loader_problem(loader, setting_get(section, "thousands")->line,
			       "thousands och decimal är samma tecken i källan ”%s”; ändra den ena",
			       cfg_title(section));
	/* With both said, amounts are in quotes. */
	if (source->format == FORMAT_CSV && source->delimiter == source->decimal &&
	    !setting_get(section, "decimal"))
		loader_problem(loader, setting_get(section, "delimiter")->line,
			       "delimiter och decimal är samma tecken i källan ”%s”; ändra den ena",
			       cfg_title(section));
}

/* A setting that has no effect is a misunderstanding. */
static void settings_refuse(struct conf_loader *loader, cfg_t *section, const char *const *keys,
			    const char *format)
{
	for (; *keys; keys++) {
		if (cfg_size(section, *keys) == 0)
			continue;
		loader_problem(loader, setting_list_at(section, *keys, 0)->line,
			       "%s gäller bara källor med format = \"%s\"; ta bort raden", *keys,
			       format);
	}
}

static void foreign_settings_refuse(struct conf_loader *loader, cfg_t *section,
				    const struct source *source)
{
	static const char *const list_only[] = {"layer",     "sign",  "unit", "decimal", "columns",
						"thousands", "dates", "year", NULL};
	static const char *const csv_only[] = {"delimiter", NULL};
	static const char *const xlsx_only[] = {"sheet", NULL};
	static const char *const sie_only[] = {"sie_dimensions", NULL};

	if (!is_list(source))
		settings_refuse(loader, section, list_only, "csv");
	else
		settings_refuse(loader, section, sie_only, "sie");
	if (source->format != FORMAT_CSV)
		settings_refuse(loader, section, csv_only, "csv");
	if (source->format != FORMAT_XLSX)
		settings_refuse(loader, section, xlsx_only, "xlsx");
}

static void dimension_keep(struct conf_loader *loader, const struct setting *setting,
			   struct source *source)
{
	enum dimension dimension;

	if (dimension_parse(setting->text, &dimension))
		source->keeps[dimension] = true;
	else
		loader_problem(loader, setting->line,
			       "okänd dimension ”%s”; skriv konto, ansvar, verksamhet, aktivitet, "
			       "projekt, objekt, motpart, område eller resultatrad",
			       setting->text);
}

/* Without a list: what areas and lines usually claim, and what a text list has a
 * column for. */
static void dimensions_default(struct source *source)
{
	static const enum dimension usual[] = {DIMENSION_UNIT, DIMENSION_ACTIVITY, DIMENSION_AREA,
					       DIMENSION_LINE};

	for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]); i++)
		source->keeps[usual[i]] = true;
	for (size_t i = 0; i < source->column_count; i++) {
		if (source->columns[i].role == ROLE_DIMENSION)
			source->keeps[source->columns[i].dimension] = true;
	}
}

static void columns_check_kept(struct conf_loader *loader, cfg_t *section,
			       const struct source *source)
{
	for (size_t i = 0; i < source->column_count; i++) {
		const struct source_column *column = &source->columns[i];

		if (column->role != ROLE_DIMENSION || source->keeps[column->dimension])
			continue;
		loader_problem(loader, setting_list_at(section, "dimensions", 0)->line,
			       "kolumnen ”%s” i källan ”%s” ger %s, som inte finns i dimensions; "
			       "lägg till det där eller ta bort kolumnen",
			       column->header, cfg_title(section),
			       dimension_name(column->dimension));
	}
}

/* After columns_load. */
static void dimensions_load(struct conf_loader *loader, cfg_t *section, struct source *source)
{
	size_t count = setting_list_count(section, "dimensions");

	source->keeps[DIMENSION_ACCOUNT] = true;
	source->keeps[DIMENSION_DECISION] = source->layer == LAYER_BUDGET;
	source->keeps[DIMENSION_SPREAD] = source->layer == LAYER_BUDGET;
	if (count == 0) {
		dimensions_default(source);
		return;
	}
	for (size_t i = 0; i < count; i++)
		dimension_keep(loader, setting_list_at(section, "dimensions", i), source);
	columns_check_kept(loader, section, source);
}

static void policy_set(struct conf_loader *loader, const struct setting *setting,
		       struct source *source)
{
	char word[CODE_SIZE];
	char severity_word[CODE_SIZE];
	enum finding_severity severity;
	enum finding_code code;

	if (!pair_split(setting->text, word, severity_word) || !finding_code_parse(word, &code) ||
	    !finding_severity_parse(severity_word, &severity))
		loader_problem(loader, setting->line,
			       "”%s” i policy går inte; skriv en kod och fel, varning eller "
			       "ignoreras, till exempel \"S212=varning\"",
			       setting->text);
	else if (finding_effect(code) != FINDING_POLICY)
		loader_problem(loader, setting->line,
			       "%s (%s) är alltid ett fel; ta bort raden ur policy",
			       finding_code_text(code), finding_title(code));
	else
		source->policy[code] = severity;
}

static void policy_load(struct conf_loader *loader, cfg_t *section, struct source *source)
{
	size_t count = setting_list_count(section, "policy");

	for (size_t i = 0; i < count; i++)
		policy_set(loader, setting_list_at(section, "policy", i), source);
}

void source_load(struct conf_loader *loader, cfg_t *section)
{
	struct source *source = &loader->conf->sources[loader->conf->source_count++];

	name_load(loader, section, source);
	pattern_load(loader, section, source);
	format_load(loader, section, source);
	mode_load(loader, section, source);
	source->encoding = (enum text_encoding)loader_word(loader, section, "encoding", encodings,
							   ENCODING_AUTO);
	dialect_load(loader, section, source);
	foreign_settings_refuse(loader, section, source);
	if (is_list(source))
		columns_load(loader, section, source);
	if (!is_list(source))
		sie_dimensions_load(loader, section, source);
	dimensions_load(loader, section, source);
	policy_load(loader, section, source);
	source->is_redacted = loader_word(loader, section, "redact", redactions, false);
	source->manifest = (enum manifest_use)loader_word(loader, section, "manifest", manifests,
							  MANIFEST_NONE);
}

bool source_name_is_manifest(const struct source *source, const char *name)
{
	size_t length = strlen(name);
	size_t end = strlen(MANIFEST_END);

	return source->manifest != MANIFEST_NONE && length > end &&
	       strcasecmp(name + length - end, MANIFEST_END) == 0;
}
