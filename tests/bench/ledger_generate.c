/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes one ledger as a text list, as a SIE 4 file and as its expected sums:
 *
 *     ledger_generate [rows=N] [seed=N] [first=YYYYMM] [months=N] [voucher=N]
 *                     [encoding=utf-8|latin-1|cp437] [csv=FILE] [sie=FILE] [groups=FILE]
 *
 * groups: verksamhet;konto group;YYYYMM;öre, debit +, one line for each that has rows.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "bench/ledger.h"

enum encoding { UTF_8, LATIN_1, CP437 };

enum { STREAM_BUFFER_SIZE = 1 << 20 };

struct output {
	struct ledger *ledger;
	const char *csv_path;
	const char *sie_path;
	const char *groups_path;
	enum encoding encoding; /* of the text list; SIE is CP437 */
	FILE *stream;
};

static void number_put(FILE *stream, uint64_t number)
{
	char digits[24];
	size_t at = sizeof digits;

	do {
		digits[--at] = (char)('0' + number % 10);
		number /= 10;
	} while (number > 0);
	fwrite(digits + at, 1, sizeof digits - at, stream);
}

static void amount_put(FILE *stream, int64_t ore, char decimal)
{
	uint64_t size = ore < 0 ? (uint64_t)-ore : (uint64_t)ore;

	if (ore < 0)
		putc_unlocked('-', stream);
	number_put(stream, size / 100);
	putc_unlocked(decimal, stream);
	putc_unlocked((char)('0' + size / 10 % 10), stream);
	putc_unlocked((char)('0' + size % 10), stream);
}

/* The letters of ours that are not ASCII, all below U+0100. */
static int cp437_of(int letter)
{
	switch (letter) {
	case 0xe5:
		return 0x86;
	case 0xe4:
		return 0x84;
	case 0xf6:
		return 0x94;
	case 0xc5:
		return 0x8f;
	case 0xc4:
		return 0x8e;
	case 0xd6:
		return 0x99;
	case 0xe9:
		return 0x82;
	default:
		return '?';
	}
}

/* @escape goes before a quote, 0 for nothing. */
static void text_put(FILE *stream, const char *text, enum encoding encoding, char escape)
{
	for (; *text; text++) {
		int letter = (unsigned char)*text;

		if (letter == '"' && escape)
			putc_unlocked(escape, stream);
		if (letter >= 0xc0 && encoding != UTF_8) {
			letter = (letter & 0x1f) << 6 | ((unsigned char)*++text & 0x3f);
			letter = encoding == CP437 ? cp437_of(letter) : letter;
		}
		putc_unlocked(letter, stream);
	}
}

static FILE *stream_open(const char *path)
{
	FILE *stream = fopen(path, "wb");

	if (!stream) {
		perror(path);
		exit(EX_CANTCREAT);
	}
	setvbuf(stream, NULL, _IOFBF, STREAM_BUFFER_SIZE);
	return stream;
}

static void stream_close(FILE *stream, const char *path)
{
	if (fclose(stream) == 0)
		return;
	perror(path);
	exit(EX_IOERR);
}

/* ---- text list ---------------------------------------------------------------- */

static void code_put(FILE *stream, int index, int (*code)(int))
{
	if (index != NO_CODE)
		number_put(stream, (uint64_t)code(index));
	putc_unlocked(';', stream);
}

static void date_put(FILE *stream, int yyyymmdd)
{
	number_put(stream, (uint64_t)(yyyymmdd / 10000));
	for (int part = yyyymmdd / 100 % 100, i = 0; i < 2; part = yyyymmdd % 100, i++) {
		putc_unlocked('-', stream);
		putc_unlocked((char)('0' + part / 10), stream);
		putc_unlocked((char)('0' + part % 10), stream);
	}
}

static void csv_voucher(void *context, const struct voucher *voucher)
{
	struct output *output = context;
	FILE *stream = output->stream;
	bool is_quoted = strpbrk(voucher->text, ";\"") != NULL;

	ledger_add(output->ledger, voucher);
	for (int i = 0; i < voucher->row_count; i++) {
		const struct ledger_row *row = &voucher->rows[i];

		putc_unlocked(voucher->series, stream);
		putc_unlocked(';', stream);
		number_put(stream, voucher->number);
		putc_unlocked(';', stream);
		date_put(stream, voucher->yyyymmdd);
		putc_unlocked(';', stream);
		number_put(stream, (uint64_t)(voucher->yyyymmdd / 100));
		putc_unlocked(';', stream);
		number_put(stream, (uint64_t)output->ledger->accounts[row->account]);
		putc_unlocked(';', stream);
		code_put(stream, row->unit, unit_code);
		code_put(stream, row->activity, activity_code);
		code_put(stream, row->task, task_code);
		code_put(stream, row->project, project_code);
		code_put(stream, row->partner, partner_code);
		amount_put(stream, row->ore, ',');
		putc_unlocked(';', stream);
		if (is_quoted)
			putc_unlocked('"', stream);
		text_put(stream, voucher->text, output->encoding, '"');
		if (is_quoted)
			putc_unlocked('"', stream);
		putc_unlocked('\n', stream);
	}
}

static void csv_write(struct output *output)
{
	output->stream = stream_open(output->csv_path);
	fputs("ver_serie;ver_nr;datum;period;konto;ansvar;verksamhet;aktivitet;projekt;motpart;"
	      "belopp;text\n",
	      output->stream);
	ledger_each(output->ledger, csv_voucher, output);
	stream_close(output->stream, output->csv_path);
}

/* ---- SIE 4 --------------------------------------------------------------------- */

static void sum_voucher(void *context, const struct voucher *voucher)
{
	const struct output *output = context;

	ledger_add(output->ledger, voucher);
}

static int64_t account_sum(const struct ledger *ledger, int month, int account, bool *has_rows)
{
	int64_t ore = 0;

	for (int activity = NO_CODE; activity < ACTIVITY_COUNT; activity++) {
		const struct ledger_sum *sum = ledger_sum_at(ledger, month, account, activity);

		ore += sum->ore;
		*has_rows = *has_rows || sum->row_count > 0;
	}
	return ore;
}

static void sie_balances(const struct output *output)
{
	const struct ledger *ledger = output->ledger;

	for (int account = 0; account < ACCOUNT_COUNT; account++) {
		int64_t year = 0;
		bool has_rows = false;
		bool is_balance = ledger->accounts[account] < 3000;
		/* Opening balances sum to zero: every second konto has what the one before lacks.
		 */
		int64_t opening = (account % 2 ? -1 : 1) * (account / 2 + 1) * INT64_C(1234567);

		for (int month = 0; month < ledger->month_count; month++)
			year += account_sum(ledger, month, account, &has_rows);
		if (is_balance) {
			fprintf(output->stream, "#IB 0 %d ", ledger->accounts[account]);
			amount_put(output->stream, opening, '.');
			fprintf(output->stream, "\r\n#UB 0 %d ", ledger->accounts[account]);
			amount_put(output->stream, opening + year, '.');
		} else {
			fprintf(output->stream, "#RES 0 %d ", ledger->accounts[account]);
			amount_put(output->stream, year, '.');
		}
		fputs("\r\n", output->stream);
	}
}

static void psaldo_put(const struct output *output, int month, int account, int activity,
		       int64_t ore)
{
	fprintf(output->stream, "#PSALDO 0 %d %d ", ledger_yyyymm(output->ledger, month),
		output->ledger->accounts[account]);
	if (activity == NO_CODE)
		fputs("{} ", output->stream);
	else
		fprintf(output->stream, "{20 \"%d\"} ", activity_code(activity));
	amount_put(output->stream, ore, '.');
	fputs("\r\n", output->stream);
}

static void sie_period_balances(const struct output *output, int month)
{
	const struct ledger *ledger = output->ledger;

	for (int account = 0; account < ACCOUNT_COUNT; account++) {
		bool has_rows = false;
		int64_t ore = account_sum(ledger, month, account, &has_rows);

		if (!has_rows)
			continue;
		psaldo_put(output, month, account, NO_CODE, ore);
		for (int activity = 0; activity < ACTIVITY_COUNT; activity++) {
			const struct ledger_sum *sum =
				ledger_sum_at(ledger, month, account, activity);

			if (sum->row_count > 0)
				psaldo_put(output, month, account, activity, sum->ore);
		}
	}
}

static void sie_objects(FILE *stream, int dimension, int count, int (*code)(int), const char *name)
{
	for (int i = 0; i < count; i++) {
		fprintf(stream, "#OBJEKT %d \"%d\" \"", dimension, code(i));
		text_put(stream, name, CP437, '\\');
		fprintf(stream, " %d\"\r\n", i + 1);
	}
}

static void sie_head(const struct output *output)
{
	const struct ledger *ledger = output->ledger;
	FILE *stream = output->stream;
	int year = ledger->first_yyyymm / 100;
	int last = ledger_yyyymm(ledger, ledger->month_count - 1);

	fprintf(stream,
		"#FLAGGA 0\r\n#PROGRAM \"Huvudbok\" 1.0\r\n#FORMAT PC8\r\n#GEN %d28\r\n"
		"#SIETYP 4\r\n#ORGNR 212000-0000\r\n#FNAMN \"Provkommun\"\r\n"
		"#RAR 0 %d0101 %d1231\r\n#OMFATTN %d28\r\n#KPTYP KOMMUNBAS\r\n",
		last, year, year, last);
	for (int account = 0; account < ACCOUNT_COUNT; account++) {
		fprintf(stream, "#KONTO %d \"", ledger->accounts[account]);
		text_put(stream, "Intäkter och kostnader för år", CP437, '\\');
		fprintf(stream, " %d\"\r\n", account);
	}
	fputs("#DIM 1 \"Ansvar\"\r\n#DIM 6 \"Projekt\"\r\n#DIM 20 \"Verksamhet\"\r\n"
	      "#DIM 21 \"Aktivitet\"\r\n#DIM 22 \"Motpart\"\r\n",
	      stream);
	sie_objects(stream, 1, UNIT_COUNT, unit_code, "Enhet");
	sie_objects(stream, 6, PROJECT_COUNT, project_code, "Projekt");
	sie_objects(stream, 20, ACTIVITY_COUNT, activity_code, "Pedagogisk omsorg på");
	sie_objects(stream, 21, TASK_COUNT, task_code, "Åtgärd");
	sie_objects(stream, 22, PARTNER_COUNT, partner_code, "Motpart");
}

static void object_put(FILE *stream, const char *dimension, int index, int (*code)(int),
		       bool *is_first)
{
	if (index == NO_CODE)
		return;
	fputs(*is_first ? "" : " ", stream);
	fputs(dimension, stream);
	fputs(" \"", stream);
	number_put(stream, (uint64_t)code(index));
	putc_unlocked('"', stream);
	*is_first = false;
}

static void trans_put(const struct output *output, const struct voucher *voucher, int index)
{
	const struct ledger_row *row = &voucher->rows[index];
	FILE *stream = output->stream;
	bool is_first = true;

	fputs("#TRANS ", stream);
	number_put(stream, (uint64_t)output->ledger->accounts[row->account]);
	fputs(" {", stream);
	object_put(stream, "1", row->unit, unit_code, &is_first);
	object_put(stream, "6", row->project, project_code, &is_first);
	object_put(stream, "20", row->activity, activity_code, &is_first);
	object_put(stream, "21", row->task, task_code, &is_first);
	object_put(stream, "22", row->partner, partner_code, &is_first);
	fputs("} ", stream);
	amount_put(stream, row->ore, '.');
	/* Every fifth row has a date and a text of its own. */
	if (index % 5 == 1) {
		putc_unlocked(' ', stream);
		number_put(stream, (uint64_t)voucher->yyyymmdd);
		fputs(" \"", stream);
		text_put(stream, "Särskild åtgärd", CP437, '\\');
		putc_unlocked('"', stream);
	}
	fputs("\r\n", stream);
}

static void sie_voucher(void *context, const struct voucher *voucher)
{
	const struct output *output = context;
	FILE *stream = output->stream;

	fprintf(stream, "#VER %c %" PRIu64 " %d \"", voucher->series, voucher->number,
		voucher->yyyymmdd);
	text_put(stream, voucher->text, CP437, '\\');
	fputs("\"\r\n{\r\n", stream);
	for (int i = 0; i < voucher->row_count; i++)
		trans_put(output, voucher, i);
	fputs("}\r\n", stream);
}

static void sie_write(struct output *output)
{
	if (!output->csv_path)
		ledger_each(output->ledger, sum_voucher, output);
	output->stream = stream_open(output->sie_path);
	sie_head(output);
	sie_balances(output);
	for (int month = 0; month < output->ledger->month_count; month++)
		sie_period_balances(output, month);
	ledger_each(output->ledger, sie_voucher, output);
	stream_close(output->stream, output->sie_path);
}

/* ---- expected ------------------------------------------------------------------- */

static void group_put(FILE *stream, const struct ledger *ledger, int month, int group, int activity)
{
	struct ledger_sum total = {0};
	int first = ledger->first_account[group];

	for (int i = 0; i < ledger->account_counts[group]; i++) {
		const struct ledger_sum *sum = ledger_sum_at(ledger, month, first + i, activity);

		total.ore += sum->ore;
		total.row_count += sum->row_count;
	}
	if (total.row_count == 0)
		return;
	if (activity != NO_CODE)
		number_put(stream, (uint64_t)activity_code(activity));
	fprintf(stream, ";%d;%d;%" PRId64 "\n", ledger->groups[group], ledger_yyyymm(ledger, month),
		total.ore);
}

static void groups_write(const struct output *output)
{
	FILE *stream = stream_open(output->groups_path);

	for (int month = 0; month < output->ledger->month_count; month++)
		for (int group = 0; group < GROUP_COUNT; group++)
			for (int activity = NO_CODE; activity < ACTIVITY_COUNT; activity++)
				group_put(stream, output->ledger, month, group, activity);
	stream_close(stream, output->groups_path);
}

/* ---- options --------------------------------------------------------------------- */

static bool encoding_parse(const char *word, enum encoding *encoding)
{
	static const char *const words[] = {"utf-8", "latin-1", "cp437"};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (strcmp(word, words[i]) != 0)
			continue;
		*encoding = (enum encoding)i;
		return true;
	}
	return false;
}

static bool word_is(const char *word, const char *key)
{
	return strncmp(word, key, strlen(key)) == 0 && word[strlen(key)] == '=';
}

static bool option_take(struct output *output, const char *word)
{
	struct ledger *ledger = output->ledger;
	const char *value = strchr(word, '=');

	if (!value)
		return false;
	value++;
	if (word_is(word, "rows"))
		ledger->row_count = strtoull(value, NULL, 10);
	else if (word_is(word, "seed"))
		ledger->seed = strtoull(value, NULL, 10);
	else if (word_is(word, "first"))
		ledger->first_yyyymm = (int)strtol(value, NULL, 10);
	else if (word_is(word, "months"))
		ledger->month_count = (int)strtol(value, NULL, 10);
	else if (word_is(word, "voucher"))
		ledger->first_number = strtoull(value, NULL, 10);
	else if (word_is(word, "csv"))
		output->csv_path = value;
	else if (word_is(word, "sie"))
		output->sie_path = value;
	else if (word_is(word, "groups"))
		output->groups_path = value;
	else
		return word_is(word, "encoding") && encoding_parse(value, &output->encoding);
	return true;
}

int main(int argc, char **argv)
{
	struct ledger ledger = {
		.row_count = 100000, .seed = 1, .first_yyyymm = 202101, .month_count = 12};
	struct output output = {.ledger = &ledger};
	bool is_good = true;

	for (int i = 1; i < argc; i++)
		is_good = is_good && option_take(&output, argv[i]);
	if (!is_good || ledger.month_count < 1 || ledger.month_count > LEDGER_MONTHS_MAX ||
	    ledger.row_count < (uint64_t)ledger.month_count * 4 ||
	    (output.sie_path && ledger.month_count > 12)) {
		fputs("usage: ledger_generate NAME=VALUE …, see the top of its source\n", stderr);
		return EX_USAGE;
	}
	if (ledger_prepare(&ledger) < 0)
		return EX_OSERR;
	if (output.csv_path)
		csv_write(&output);
	if (output.sie_path)
		sie_write(&output);
	if (output.groups_path)
		groups_write(&output);
	ledger_release(&ledger);
	return EX_OK;
}
