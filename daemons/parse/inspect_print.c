/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An inspection as text for people and as JSON for programs.
 */
#include <inttypes.h>

#include "lib/base/cleanup.h"
#include "lib/base/text.h"
#include "parse/inspect.h"

enum { NAME_COLUMN = 16, VALUE_COLUMN = 14 };

const char *inspect_encoding_name(enum text_encoding encoding)
{
	switch (encoding) {
	case ENCODING_WINDOWS_1252:
		return "windows-1252";
	case ENCODING_CP437:
		return "cp437";
	case ENCODING_CP850:
		return "cp850";
	case ENCODING_UTF16LE:
		return "utf-16le";
	case ENCODING_UTF16BE:
		return "utf-16be";
	case ENCODING_AUTO:
	case ENCODING_UTF8:
		break;
	}
	return "utf-8";
}

static const char *delimiter_name(char delimiter)
{
	static char text[2];

	text[0] = delimiter;
	return delimiter == '\t' ? "tab" : text;
}

static const char *unit_name(int64_t unit_ore)
{
	if (unit_ore == 100000)
		return "tkr";
	return unit_ore == 100000000 ? "mnkr" : "kr";
}

static bool is_list(const struct inspection *inspection)
{
	return inspection->proposal->source.format != FORMAT_SIE4;
}

/* ---- the section ------------------------------------------------------------------- */

/* In quotes, such that the configuration reads the same text again. */
static void setting_print(FILE *stream, const char *text)
{
	for (; *text; text++) {
		if (*text == '"' || *text == '\\' || *text == '$')
			putc('\\', stream);
		putc((unsigned char)*text < ' ' ? ' ' : *text, stream);
	}
}

static void columns_print(const struct source *source, FILE *stream)
{
	fputs("  columns = {", stream);
	for (size_t i = 0; i < source->column_count; i++) {
		char role[CODE_SIZE];

		inspect_role_text(&source->columns[i], role);
		fputs(i > 0 ? ",\n             \"" : "\"", stream);
		setting_print(stream, source->columns[i].header);
		fprintf(stream, "=%s\"", role);
	}
	fputs("}\n", stream);
}

static void list_settings_print(const struct source *source, FILE *stream)
{
	if (source->format == FORMAT_CSV)
		fprintf(stream, "  delimiter = \"%s\"\n", delimiter_name(source->delimiter));
	if (*source->sheet) {
		fputs("  sheet = \"", stream);
		setting_print(stream, source->sheet);
		fputs("\"\n", stream);
	}
	fprintf(stream, "  layer = \"%s\"\n  decimal = \"%c\"\n", layer_name(source->layer),
		source->decimal);
	if (source->thousands != THOUSANDS_AUTO)
		fprintf(stream, "  thousands = \"%c\"\n", source->thousands);
	if (source->date_form == DATE_FORM_SHORT)
		fputs("  dates = \"ååmmdd\"\n", stream);
	if (source->year != 0)
		fprintf(stream, "  year = \"%" PRIu32 "\"\n", source->year);
	fprintf(stream, "  sign = \"%s\"\n  unit = \"%s\"\n",
		source->sign == SIGN_LEDGER ? "ledger" : "report", unit_name(source->unit_ore));
	columns_print(source, stream);
}

void inspect_print_section(const struct inspection *inspection, FILE *stream)
{
	const struct source *source = &inspection->proposal->source;

	fprintf(stream, "source \"%s\" {\n  format = \"%s\"\n  mode = \"snapshot\"\n", source->name,
		source_format_name(source));
	if (is_list(inspection))
		list_settings_print(source, stream);
	fputs("}\n", stream);
}

/* ---- text -------------------------------------------------------------------------------- */

static void said(FILE *stream, const char *name, const char *value, const char *reason)
{
	size_t name_width = text_width(name);
	size_t value_width = text_width(value);

	fprintf(stream, "  %s%*s %s%*s %s\n", name,
		(int)(name_width < NAME_COLUMN ? NAME_COLUMN - name_width : 0), "", value,
		(int)(value_width < VALUE_COLUMN ? VALUE_COLUMN - value_width : 0), "", reason);
}

static void list_text(const struct inspection *inspection, FILE *stream)
{
	const struct proposal *proposal = inspection->proposal;
	const struct source *source = &proposal->source;
	char line[32];

	if (source->format == FORMAT_CSV)
		said(stream, "avgränsare", delimiter_name(source->delimiter),
		     proposal->delimiter_reason);
	snprintf(line, sizeof(line), "rad %" PRIu32, proposal->header_line);
	said(stream, "rubrikrad", line, "raden med flest kända rubriker");
	snprintf(line, sizeof(line), "%c", source->decimal);
	said(stream, "decimaltecken", line, proposal->decimal_reason);
	said(stream, "lager", layer_name(source->layer), proposal->layer_reason);
	said(stream, "tecken", source->sign == SIGN_LEDGER ? "ledger" : "report",
	     proposal->sign_reason);
	said(stream, "enhet", unit_name(source->unit_ore), proposal->unit_reason);
	fputs("\nKolumner:\n", stream);
	for (size_t i = 0; i < source->column_count; i++) {
		char role[CODE_SIZE];

		inspect_role_text(&source->columns[i], role);
		said(stream, source->columns[i].header, role, proposal->reasons[i]);
	}
}

static void sie_text(const struct inspection *inspection, FILE *stream)
{
	const struct inspect_sie *sie = &inspection->sie;

	said(stream, "SIE-typ", *sie->type ? sie->type : "–", "#SIETYP");
	said(stream, "program", sie->program, "");
	said(stream, "räkenskapsår", sie->year, "");
	said(stream, "kontrollsumma", *sie->checksum ? sie->checksum : "ingen", "#KSUMMA");
	fputs("\nDimensioner:\n", stream);
	for (size_t i = 0; i < sie->dimension_count; i++)
		said(stream, sie->dimensions[i].number, sie->dimensions[i].name, "");
}

typedef void period_printer(FILE *stream, const char *layer, unsigned year, unsigned month,
			    int64_t ore, bool is_first);

static void periods_each(const struct inspect_account *account, FILE *stream, period_printer *print)
{
	bool is_first = true;

	for (int layer = LAYER_OUTCOME; layer <= LAYER_MAX; layer++)
		for (unsigned year = 0; year < 3000; year++)
			for (unsigned month = 0; account->period_rows[layer][year] && month <= 12;
			     month++) {
				int64_t ore = account->periods[layer][year][month];

				if (ore == 0)
					continue;
				print(stream, layer_name((enum layer)layer), year, month, ore,
				      is_first);
				is_first = false;
			}
}

static void period_text_print(FILE *stream, const char *layer, unsigned year, unsigned month,
			      int64_t ore, bool is_first)
{
	char amount[AMOUNT_TEXT_SIZE];

	(void)is_first;
	amount_text(ore, amount);
	fprintf(stream, "  %-12s %04u-%02u %24s\n", layer, year, month, amount);
}

static void findings_text(const struct findings *findings, FILE *stream)
{
	if (findings->count == 0)
		return;
	fprintf(stream, "\nFynd: %" PRIu64 " fel, %" PRIu64 " varningar\n", findings->error_count,
		findings->warning_count);
	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *finding = &findings->items[i];

		fprintf(stream, "  %s %s rad %" PRIu32 " kolumn %" PRIu32 ": %s; väntat: %s\n",
			finding_code_text(finding->code), finding_severity_text(finding->severity),
			finding->line, finding->column, finding->found, finding->expected);
	}
}

static void account_text(const struct inspect_account *account, FILE *stream)
{
	char amount[AMOUNT_TEXT_SIZE];

	if (account->result == 0) {
		fputs("\nDe första raderna, intäkter plus och kostnader minus:\n", stream);
		for (size_t i = 0; i < account->first_count; i++)
			fprintf(stream, "  %s\n", account->first[i]);
		amount_text(account->end.sum.ore, amount);
		fprintf(stream, "\nKontrollsummor: %" PRIu64 " rader, summa %s\n",
			account->end.row_count, amount);
		periods_each(account, stream, period_text_print);
	}
	findings_text(&account->findings, stream);
}

void inspect_print_text(const struct inspection *inspection, FILE *stream)
{
	const struct source *source = &inspection->proposal->source;

	fprintf(stream, "Så förstås filen (%" PRIu64 " byte):\n", inspection->byte_count);
	said(stream, "format", source_format_name(source), "");
	if (source->format != FORMAT_XLSX)
		said(stream, "teckenkodning", inspect_encoding_name(inspection->encoding),
		     inspection->encoding_reason);
	if (is_list(inspection))
		list_text(inspection, stream);
	else
		sie_text(inspection, stream);
	account_text(inspection->account, stream);
	fprintf(stream, "\nAvsnitt till budgetvakt.conf%s:\n\n",
		inspection->account->result == 0 ? "" : " (filen går inte att läsa så; ändra)");
	inspect_print_section(inspection, stream);
}

/* ---- JSON --------------------------------------------------------------------------------- */

static void json_text(FILE *stream, const char *text)
{
	putc('"', stream);
	for (; *text; text++) {
		unsigned char byte = (unsigned char)*text;

		if (byte == '"' || byte == '\\')
			fprintf(stream, "\\%c", byte);
		else if (byte < ' ' || byte == 0x7F)
			fprintf(stream, "\\u%04x", byte);
		else
			putc(byte, stream);
	}
	putc('"', stream);
}

static void json_pair(FILE *stream, const char *name, const char *value)
{
	fprintf(stream, "\"%s\":", name);
	json_text(stream, value);
	putc(',', stream);
}

static void columns_json(const struct proposal *proposal, FILE *stream)
{
	fputs("\"kolumner\":[", stream);
	for (size_t i = 0; i < proposal->source.column_count; i++) {
		char role[CODE_SIZE];

		inspect_role_text(&proposal->source.columns[i], role);
		fputs(i > 0 ? ",{" : "{", stream);
		json_pair(stream, "rubrik", proposal->source.columns[i].header);
		json_pair(stream, "roll", role);
		fprintf(stream, "\"kolumn\":%zu,\"varfor\":", proposal->columns[i] + 1);
		json_text(stream, proposal->reasons[i]);
		putc('}', stream);
	}
	fputs("],", stream);
}

static void list_json(const struct proposal *proposal, FILE *stream)
{
	const struct source *source = &proposal->source;
	char decimal[2] = {source->decimal, '\0'};

	if (source->format == FORMAT_CSV)
		json_pair(stream, "avgransare", delimiter_name(source->delimiter));
	fprintf(stream, "\"rubrikrad\":%" PRIu32 ",", proposal->header_line);
	json_pair(stream, "decimaltecken", decimal);
	json_pair(stream, "lager", layer_name(source->layer));
	json_pair(stream, "tecken", source->sign == SIGN_LEDGER ? "ledger" : "report");
	json_pair(stream, "enhet", unit_name(source->unit_ore));
	columns_json(proposal, stream);
}

static void sie_json(const struct inspect_sie *sie, FILE *stream)
{
	json_pair(stream, "sietyp", sie->type);
	json_pair(stream, "program", sie->program);
	json_pair(stream, "rakenskapsar", sie->year);
	json_pair(stream, "ksumma", sie->checksum);
	fputs("\"dimensioner\":[", stream);
	for (size_t i = 0; i < sie->dimension_count; i++) {
		fputs(i > 0 ? ",{" : "{", stream);
		json_pair(stream, "nummer", sie->dimensions[i].number);
		fputs("\"namn\":", stream);
		json_text(stream, sie->dimensions[i].name);
		putc('}', stream);
	}
	fputs("],", stream);
}

static void period_json(FILE *stream, const char *layer, unsigned year, unsigned month, int64_t ore,
			bool is_first)
{
	fprintf(stream, "%s{\"lager\":\"%s\",\"period\":\"%04u-%02u\",\"summa_ore\":%" PRId64 "}",
		is_first ? "" : ",", layer, year, month, ore);
}

static void findings_json(const struct findings *findings, FILE *stream)
{
	fputs("\"fynd\":[", stream);
	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *finding = &findings->items[i];

		fputs(i > 0 ? ",{" : "{", stream);
		json_pair(stream, "kod", finding_code_text(finding->code));
		json_pair(stream, "grad", finding_severity_text(finding->severity));
		fprintf(stream, "\"rad\":%" PRIu32 ",\"kolumn\":%" PRIu32 ",", finding->line,
			finding->column);
		json_pair(stream, "funnet", finding->found);
		fputs("\"vantat\":", stream);
		json_text(stream, finding->expected);
		putc('}', stream);
	}
	fputs("],", stream);
}

static void section_json(const struct inspection *inspection, FILE *stream)
{
	char *text = NULL;
	size_t size = 0;
	FILE *memory = open_memstream(&text, &size);

	if (!memory)
		return;
	inspect_print_section(inspection, memory);
	fclose(memory);
	fputs("\"avsnitt\":", stream);
	json_text(stream, text);
	free_bytes(&text);
}

void inspect_print_json(const struct inspection *inspection, FILE *stream)
{
	const struct inspect_account *account = inspection->account;
	const struct source *source = &inspection->proposal->source;

	fprintf(stream, "{\"byte\":%" PRIu64 ",\"forstadd\":%s,", inspection->byte_count,
		account->result == 0 ? "true" : "false");
	json_pair(stream, "format", source_format_name(source));
	json_pair(stream, "teckenkodning", inspect_encoding_name(inspection->encoding));
	if (is_list(inspection))
		list_json(inspection->proposal, stream);
	else
		sie_json(&inspection->sie, stream);
	fputs("\"forsta_raderna\":[", stream);
	for (size_t i = 0; i < account->first_count; i++) {
		fputs(i > 0 ? "," : "", stream);
		json_text(stream, account->first[i]);
	}
	fprintf(stream, "],\"rader\":%" PRIu64 ",\"summa_ore\":%" PRId64 ",\"perioder\":[",
		account->end.row_count, account->end.sum.ore);
	periods_each(account, stream, period_json);
	fputs("],", stream);
	findings_json(&account->findings, stream);
	section_json(inspection, stream);
	fputs("}\n", stream);
}
