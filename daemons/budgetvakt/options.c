/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One row per option: how it is written, how its value is read, where it goes.
 */
#include "budgetvakt/options.h"

#include <getopt.h>
#include <stdarg.h>
#include <string.h>

#include "budgetvakt/nearest.h"
#include "lib/base/text.h"

/* What getopt_long gives for our first option: above every letter. */
enum { OPTION_FOUND_FIRST = 256 };

/* Reads @value into @field; false when it cannot be read. */
typedef bool option_reader(const char *value, void *field);

struct option_row {
	const char *name;	 /* with its dashes */
	const char *placeholder; /* of the value, NULL for a switch */
	option_reader *read;
	size_t offset; /* of the field in struct options */
	const char *help;
};

static bool text_take(const char *value, void *field)
{
	*(const char **)field = value;
	return true;
}

static bool path_take(const char *value, void *field)
{
	return *value && text_take(value, field);
}

static bool number_take(const char *value, void *field)
{
	return text_read_u64(value, INT64_MAX, field);
}

static bool count_take(const char *value, void *field)
{
	return number_take(value, field) && *(const uint64_t *)field > 0;
}

static bool timeout_take(const char *value, void *field)
{
	enum { TIMEOUT_MAX_S = 7 * 24 * 3600 };

	return text_read_u64(value, TIMEOUT_MAX_S, field) && *(const uint64_t *)field > 0;
}

static bool period_take(const char *value, void *field)
{
	return period_parse(value, field);
}

/* ÅÅÅÅ-MM-DD as a number. */
static bool date_take(const char *value, void *field)
{
	static const char shape[] = "0000-00-00";
	uint32_t date = 0;

	if (strlen(value) != strlen(shape))
		return false;
	for (size_t i = 0; shape[i]; i++) {
		if (shape[i] == '-' ? value[i] != '-' : value[i] < '0' || value[i] > '9')
			return false;
		if (shape[i] != '-')
			date = date * 10 + (uint32_t)(value[i] - '0');
	}
	*(uint64_t *)field = date;
	return date_is_valid(date);
}

static bool format_take(const char *value, void *field)
{
	return view_format_parse(value, field);
}

static bool json_take(const char *value, void *field)
{
	(void)value;
	return view_format_parse("json", field);
}

static bool unit_take(const char *value, void *field)
{
	return view_unit_parse(value, field);
}

static bool color_take(const char *value, void *field)
{
	static const char *const words[] = {"auto", "always", "never"};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (strcmp(value, words[i]) == 0) {
			*(enum color_mode *)field = (enum color_mode)i;
			return true;
		}
	}
	return false;
}

#define FIELD(name) offsetof(struct options, name)

static const struct option_row rows[OPTION_COUNT] = {
	[OPTION_CONFIG] = {"--config", "FIL", path_take, FIELD(config),
			   "inställningsfil (annars BUDGETVAKT_CONFIG eller "
			   "/etc/budgetvakt/budgetvakt.conf)"},
	[OPTION_HELP] = {"--help", NULL, NULL, 0, "visar hjälp, även för ett kommando"},
	[OPTION_VERSION] = {"--version", NULL, NULL, 0, "visar programmets version"},
	[OPTION_JSON] = {"--json", NULL, json_take, FIELD(format), "samma som --format json"},
	[OPTION_FORMAT] = {"--format", "text|csv|json", format_take, FIELD(format),
			   "hur svaret skrivs (annars text)"},
	[OPTION_UNIT] = {"--unit", "tkr|mnkr|kr", unit_take, FIELD(unit_ore),
			 "beloppens enhet; kr ger ören exakt"},
	[OPTION_COLOR] = {"--color", "auto|always|never", color_take, FIELD(color),
			  "färg i text (annars auto; NO_COLOR respekteras)"},
	[OPTION_PERIOD] = {"--period", "ÅÅÅÅ-MM", period_take, FIELD(period),
			   "månaden, till exempel 2020-08"},
	[OPTION_AREA] = {"--area", "OMRÅDE", text_take, FIELD(area),
			 "verksamhetsområde, som i omraden.csv"},
	[OPTION_WIDE] = {"--wide", NULL, NULL, 0, "alla kolumner, även i text"},
	[OPTION_SOURCE] = {"--source", "KÄLLA", text_take, FIELD(source),
			   "källan i inställningsfilen som filen kommer från"},
	[OPTION_OLDER] = {"--older", NULL, NULL, 0, "filen får ersätta en nyare export"},
	[OPTION_TIMEOUT] = {"--timeout", "SEKUNDER", timeout_take, FIELD(timeout_s),
			    "väntar högst så länge på besked om en fil (annars 600)"},
	[OPTION_INCOME] = {"--income", "BELOPP", text_take, FIELD(income),
			   "årets intäkter enligt prognosen"},
	[OPTION_COST] = {"--cost", "BELOPP", text_take, FIELD(cost),
			 "årets kostnader enligt prognosen, med minus"},
	[OPTION_NET] = {"--net", "BELOPP", text_take, FIELD(net), "årets netto i stället för båda"},
	[OPTION_COMMENT] = {"--comment", "TEXT", text_take, FIELD(comment),
			    "en kommentar som sparas"},
	[OPTION_REFERENCE] = {"--reference", "TEXT", text_take, FIELD(reference),
			      "beslutets beteckning, till exempel SN 2020/118 § 92"},
	[OPTION_FILE] = {"--file", "FIL", path_take, FIELD(file), "lista med prognoser (CSV)"},
	[OPTION_ALL] = {"--all", NULL, NULL, 0, "även det som är avslutat"},
	[OPTION_FROM] = {"--from", "NUMMER", count_take, FIELD(from),
			 "första händelsen (annars 1, den första av alla)"},
	[OPTION_MAX] = {"--max", "ANTAL", count_take, FIELD(max),
			"högst så många händelser eller rader"},
	[OPTION_REFUSED] = {"--refused", NULL, NULL, 0, "de som inte godtogs i stället"},
	[OPTION_YES] = {"--yes", NULL, NULL, 0, "utan att fråga först"},
	[OPTION_LINE] = {"--line", "RESULTATRAD", text_take, FIELD(line),
			 "resultatrad, som i resultatrader.csv"},
	[OPTION_BUDGET] = {"--budget", NULL, NULL, 0, "budgeten i stället för utfallet"},
	[OPTION_BUDGET_AS_OF] = {"--budget-as-of", "ÅÅÅÅ-MM-DD", date_take, FIELD(budget_as_of),
				 "budgeten som den var beslutad den dagen"},
	[OPTION_CODES] = {"--codes", NULL, NULL, 0, "per kodsträng i stället för per import"},
	[OPTION_SHEET] = {"--sheet", "BLAD", text_take, FIELD(sheet),
			  "bladet i en arbetsbok i stället för det första"},
	[OPTION_VOUCHERS] = {"--vouchers", NULL, NULL, 0,
			     "filernas rader, med verifikation, i stället för importerna"},
	[OPTION_TEXTS] = {"--texts", NULL, NULL, 0,
			  "raderna med sina texter, för den som har rätt till dem"},
	[OPTION_INTO] = {"--into", "MAPP", path_take, FIELD(into), "mappen som byggs upp"},
};

bool options_has(const struct options *options, enum option_id id)
{
	return (options->given & OPTION_BIT(id)) != 0;
}

const char *option_name(enum option_id id)
{
	return rows[id].name;
}

static int problem_print(char problem[static OPTIONS_PROBLEM_SIZE], const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static int problem_print(char problem[static OPTIONS_PROBLEM_SIZE], const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(problem, OPTIONS_PROBLEM_SIZE, format, arguments);
	va_end(arguments);
	return OPTIONS_BAD;
}

static int unknown_report(const char *word, char problem[static OPTIONS_PROBLEM_SIZE])
{
	const char *names[OPTION_COUNT];
	char name[NEAREST_LENGTH_MAX + 1];
	const char *nearest;

	for (size_t i = 0; i < OPTION_COUNT; i++)
		names[i] = rows[i].name;
	snprintf(name, sizeof name, "%.*s", (int)strcspn(word, "="), word);
	nearest = nearest_find(name, names, OPTION_COUNT);
	if (nearest && strcmp(nearest, name) == 0)
		return problem_print(problem, "flaggan %s tar inget värde", name);
	if (nearest)
		return problem_print(problem, "okänd flagga %s; menades %s?", name, nearest);
	return problem_print(problem, "okänd flagga %s", name);
}

static int value_read(struct options *options, size_t id, const char *value,
		      char problem[static OPTIONS_PROBLEM_SIZE])
{
	const struct option_row *row = &rows[id];

	options->given |= OPTION_BIT(id);
	if (!row->read || row->read(value, (char *)options + row->offset))
		return 0;
	return problem_print(problem, "%s: ”%s” kan inte läsas; skriv %s %s", row->name, value,
			     row->name, row->placeholder);
}

static int operand_add(struct options *options, const char *operand,
		       char problem[static OPTIONS_PROBLEM_SIZE])
{
	if (options->operand_count == OPERANDS_MAX)
		return problem_print(problem, "för många ord; högst %d tas emot", OPERANDS_MAX);
	options->operands[options->operand_count++] = operand;
	return 0;
}

/* What getopt_long found, one step. */
static int found_take(int found, char **argv, struct options *options,
		      char problem[static OPTIONS_PROBLEM_SIZE])
{
	if (found == 1)
		return operand_add(options, optarg, problem);
	if (found == ':')
		return problem_print(problem, "%s behöver ett värde", argv[optind - 1]);
	if (found == 'h')
		return value_read(options, OPTION_HELP, NULL, problem);
	if (found < OPTION_FOUND_FIRST)
		return unknown_report(argv[optind - 1], problem);
	return value_read(options, (size_t)(found - OPTION_FOUND_FIRST), optarg, problem);
}

int options_read(int argc, char **argv, struct options *options,
		 char problem[static OPTIONS_PROBLEM_SIZE])
{
	struct option table[OPTION_COUNT + 1] = {{0}};
	int found, r = 0;

	memset(options, 0, sizeof *options);
	options->format = VIEW_TEXT;
	for (int i = 0; i < OPTION_COUNT; i++) {
		table[i].name = rows[i].name + 2;
		table[i].has_arg = rows[i].placeholder ? required_argument : no_argument;
		table[i].val = OPTION_FOUND_FIRST + i;
	}
	optind = 0; /* begin afresh, also when called twice */
	opterr = 0;
	/* "-": what is no option comes as 1, in order; ":": a missing value as ':'. */
	while (r == 0 && (found = getopt_long(argc, argv, "-:h", table, NULL)) != -1)
		r = found_take(found, argv, options, problem);
	while (r == 0 && optind < argc)
		r = operand_add(options, argv[optind++], problem);
	return r;
}

void options_help(FILE *stream, uint32_t bits)
{
	enum { HELP_COLUMN = 28 };

	for (size_t i = 0; i < OPTION_COUNT; i++) {
		char name[64];
		size_t width;

		if (!(bits & OPTION_BIT(i)))
			continue;
		snprintf(name, sizeof name, "%s%s%s", rows[i].name, rows[i].placeholder ? " " : "",
			 rows[i].placeholder ? rows[i].placeholder : "");
		width = text_width(name);
		fprintf(stream, "  %s%*s%s\n", name,
			(int)(width < HELP_COLUMN ? HELP_COLUMN - width : 1), "", rows[i].help);
	}
}
