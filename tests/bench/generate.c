/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A municipal ledger of any size, the same for the same seed: balanced vouchers
 * whose rows carry konto, ansvar and verksamhet.  For measuring only.
 *
 *     generate csv|sie ROWS SEED YEAR [FIRST_MONTH LAST_MONTH] > FILE
 */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EX_USAGE = 64, UNITS = 400, ACTIVITIES = 120, BANK = 1930, VOUCHER_ROWS = 8 };

struct ledger {
	uint64_t random;
	int is_sie;
	int year;
	int first_month;
	int last_month;
	uint64_t rows;
	uint64_t written;
	uint64_t voucher;
};

struct row {
	unsigned account;
	unsigned unit;
	unsigned activity;
	int64_t ore;
};

static uint64_t random_next(struct ledger *ledger)
{
	ledger->random ^= ledger->random << 13;
	ledger->random ^= ledger->random >> 7;
	ledger->random ^= ledger->random << 17;
	return ledger->random;
}

static unsigned below(struct ledger *ledger, unsigned limit)
{
	return (unsigned)(random_next(ledger) % limit);
}

static struct row row_make(struct ledger *ledger)
{
	struct row row = {.unit = 4000 + below(ledger, UNITS), .ore = 100 + below(ledger, 5000000)};

	/* An ansvar works with two verksamheter and a dozen konton: codes are not spread
	 * evenly, and about ten rows share a code string in a month. */
	row.activity = 500 + (row.unit * 7 + below(ledger, 2)) % ACTIVITIES;
	row.account = 4000 + (row.unit * 31 + below(ledger, 10) * 37) % 300 * 10;
	if (below(ledger, 6) == 0) {
		row.account = 3000 + (row.unit + below(ledger, 2)) % 90 * 10;
		row.ore = -row.ore;
	}
	return row;
}

static const char *text_of(uint64_t number)
{
	static const char *const texts[] = {"Faktura", "Lön", "Hyra lokal", "Bidrag", "Omföring"};

	return texts[number % (sizeof(texts) / sizeof(*texts))];
}

static void amount_print(int64_t ore)
{
	printf("%s%" PRId64 ".%02d", ore < 0 ? "-" : "", (ore < 0 ? -ore : ore) / 100,
	       (int)((ore < 0 ? -ore : ore) % 100));
}

static void row_print(const struct ledger *ledger, const struct row *row, int month, int day)
{
	if (ledger->is_sie) {
		printf("\t#TRANS %u ", row->account);
		if (row->account == BANK)
			printf("{} ");
		else
			printf("{1 \"%u\" 20 \"%u\"} ", row->unit, row->activity);
		amount_print(row->ore);
		printf(" %04d%02d%02d \"%s\"\r\n", ledger->year, month, day,
		       text_of(ledger->written));
		return;
	}
	printf("%" PRIu64 ";%04d-%02d-%02d;%04d%02d;%u;", ledger->voucher, ledger->year, month, day,
	       ledger->year, month, row->account);
	if (row->account == BANK)
		printf(";;");
	else
		printf("%u;%u;", row->unit, row->activity);
	printf("%s;", text_of(ledger->written));
	amount_print(row->ore);
	printf("\r\n");
}

/* One voucher: rows on costs and income, and the bank that balances them. */
static void voucher_print(struct ledger *ledger)
{
	int months = ledger->last_month - ledger->first_month + 1;
	int month = ledger->first_month + (int)(ledger->written * (uint64_t)months / ledger->rows);
	int day = 1 + (int)below(ledger, 28);
	uint64_t left = ledger->rows - ledger->written;
	uint64_t count = 2 + below(ledger, VOUCHER_ROWS - 2);
	int64_t sum = 0;

	/* Never leave a single row over, which could not balance. */
	if (count > left || left - count < 2)
		count = left;
	ledger->voucher++;
	if (ledger->is_sie)
		printf("#VER A %" PRIu64 " %04d%02d%02d \"%s\"\r\n{\r\n", ledger->voucher,
		       ledger->year, month, day, text_of(ledger->voucher));
	for (uint64_t i = 0; i + 1 < count; i++) {
		struct row row = row_make(ledger);
		sum += row.ore;
		row_print(ledger, &row, month, day);
		ledger->written++;
	}
	struct row bank = {.account = BANK, .ore = -sum};
	row_print(ledger, &bank, month, day);
	ledger->written++;
	if (ledger->is_sie)
		printf("}\r\n");
}

static void head_print(const struct ledger *ledger)
{
	if (!ledger->is_sie) {
		printf("Ver.nr;Datum;Period;Konto;Ansvar;Verksamhet;Text;Belopp\r\n");
		return;
	}
	printf("#FLAGGA 0\r\n#PROGRAM \"Huvudbok\" 7.2\r\n#FORMAT PC8\r\n#GEN %04d%02d28\r\n"
	       "#SIETYP 4\r\n#FNAMN \"Exempelkommun\"\r\n#RAR 0 %04d0101 %04d1231\r\n"
	       "#OMFATTN %04d%02d28\r\n#DIM 1 \"Ansvar\"\r\n#DIM 20 \"Verksamhet\"\r\n",
	       ledger->year, ledger->last_month, ledger->year, ledger->year, ledger->year,
	       ledger->last_month);
}

static int number_read(const char *word)
{
	return (int)strtol(word, NULL, 10);
}

int main(int argc, char **argv)
{
	if (argc < 5) {
		fprintf(stderr, "usage: generate csv|sie ROWS SEED YEAR [FIRST LAST]\n");
		return EX_USAGE;
	}
	struct ledger ledger = {
		.is_sie = strcmp(argv[1], "sie") == 0,
		.rows = strtoull(argv[2], NULL, 10),
		.random = strtoull(argv[3], NULL, 10) * UINT64_C(0x9e3779b97f4a7c15) + 1,
		.year = number_read(argv[4]),
		.first_month = argc > 5 ? number_read(argv[5]) : 1,
		.last_month = argc > 6 ? number_read(argv[6]) : 12,
	};

	head_print(&ledger);
	while (ledger.written < ledger.rows)
		voucher_print(&ledger);
	return fflush(stdout) == 0 ? 0 : 1;
}
