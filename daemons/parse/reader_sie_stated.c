/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a SIE file states of its accounts (#IB, #UB, #RES) against its vouchers, and
 * against itself.
 */
#include <stdlib.h>
#include <string.h>

#include "parse/reader_sie.h"

struct sie_stated *sie_stated_find(struct sie *sie, uint32_t account)
{
	if (account >= sie->stated_capacity) {
		uint32_t capacity = account < 128 ? 256 : account * 2;
		struct sie_stated *grown = realloc(sie->stated, capacity * sizeof(*grown));

		if (!grown)
			return NULL;
		memset(grown + sie->stated_capacity, 0,
		       (capacity - sie->stated_capacity) * sizeof(*grown));
		sie->stated = grown;
		sie->stated_capacity = capacity;
	}
	return &sie->stated[account];
}

static int booked_grow(struct sie *sie, uint32_t account)
{
	uint32_t capacity = account < 128 ? 256 : account * 2;
	int64_t *grown = realloc(sie->booked, capacity * sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	memset(grown + sie->booked_capacity, 0, (capacity - sie->booked_capacity) * sizeof(*grown));
	sie->booked = grown;
	sie->booked_capacity = capacity;
	return 0;
}

int sie_booked_add(struct sie *sie, uint32_t account, int64_t ore)
{
	if (account >= sie->booked_capacity && booked_grow(sie, account) != 0)
		return -ENOMEM;
	/* Beyond int64 it compares with nothing; that is told where rows are summed. */
	(void)__builtin_add_overflow(sie->booked[account], ore, &sie->booked[account]);
	return 0;
}

bool sie_has_results(const struct sie *sie)
{
	for (uint32_t i = 0; i < sie->stated_capacity; i++)
		if (sie->stated[i].has_result)
			return true;
	return false;
}

/* The month that a year's total is booked on: the last one the file speaks of. */
static uint32_t total_period(const struct reader *reader, const struct sie_year *year)
{
	const struct sie *sie = reader->format_state;

	if (sie->covered_through >= year->first && sie->covered_through <= year->last)
		return sie->covered_through / 100;
	if (reader->exported_date >= year->first && reader->exported_date <= year->last)
		return reader->exported_date / 100;
	return year->last / 100;
}

int sie_year_total_add(struct reader *reader)
{
	const struct sie *sie = reader->format_state;
	const struct sie_year *year = sie_year_zero(sie);
	struct row row = {.layer = LAYER_OUTCOME};
	uint32_t line_number = reader->line_number;
	int result;

	/* Often it has been told where #RAR stands. */
	if (!year && reader->error_count > 0)
		return READER_BAD;
	if (!year)
		return reader_bad(reader, FINDING_SIE_YEAR, 0, 0, "ett #RAR 0 med årets dagar",
				  "årets saldon hör inte till något räkenskapsår");
	row.yyyymm = total_period(reader, year);
	result = reader_judge(
		reader, FINDING_SIE_YEAR_TOTAL, 0, 0, "SIE 4 (eller 2 eller 3), som har månader",
		"årstotal: filen har bara årets saldon (#RES), som räknas på %u", row.yyyymm);
	for (uint32_t i = 1; result == 0 && i <= dictionary_size(sie->accounts); i++) {
		const char *account = dictionary_text(sie->accounts, i);

		if (i >= sie->stated_capacity || !sie->stated[i].has_result)
			continue;
		row.ids[DIMENSION_ACCOUNT] = 0;
		if (reader->dictionaries[DIMENSION_ACCOUNT])
			result = reader_code_text_add(reader, DIMENSION_ACCOUNT, account,
						      strlen(account), &row.ids[DIMENSION_ACCOUNT]);
		reader->line_number = sie->stated[i].result_line;
		if (result == 0)
			result = sie_row_add(reader, &row, sie->stated[i].result);
	}
	reader->line_number = line_number;
	return result;
}

/* What the whole file comes to. */
struct stated_sums {
	struct money opening;
	struct money closing;
	struct money result;
	bool has_opening;
	bool has_closing;
	bool is_compared; /* with vouchers, into what follows */
	uint32_t both;	  /* accounts with #UB and #RES */
	uint32_t result_checked;
	uint32_t result_bad;
	uint32_t closing_bad;
	struct money deviation; /* of them all: 0 when whole vouchers make it */
	uint32_t closing_line;	/* of the first bad one */
};

static int64_t booked_of(const struct reader *reader, uint32_t account)
{
	const struct sie *sie = reader->format_state;
	const char *text = dictionary_text(sie->accounts, account);
	uint32_t id = dictionary_find(reader->dictionaries[DIMENSION_ACCOUNT], text, strlen(text));

	return id > 0 && id < sie->booked_capacity ? sie->booked[id] : 0;
}

static int64_t opening_of(const struct stated_sums *sums, const struct sie_stated *stated)
{
	return sums->has_opening ? stated->opening : stated->before;
}

static bool is_closing_bad(const struct reader *reader, const struct stated_sums *sums, uint32_t i)
{
	const struct sie *sie = reader->format_state;
	const struct sie_stated *stated = &sie->stated[i];

	return stated->has_closing && money_sum((struct money){opening_of(sums, stated)},
						(struct money){booked_of(reader, i)})
						      .ore != stated->closing;
}

bool sie_result_is_plain(const struct sie *sie, uint32_t account)
{
	const struct sie_stated *stated = &sie->stated[account];

	return stated->has_result &&
	       (!stated->has_closing ||
		(sie_is_result_account(sie, account) &&
		 money_sum((struct money){stated->opening}, (struct money){stated->result}).ore ==
			 stated->closing));
}

static bool is_result_bad(const struct reader *reader, uint32_t i)
{
	const struct sie *sie = reader->format_state;

	return sie_result_is_plain(sie, i) && booked_of(reader, i) != sie->stated[i].result;
}

static bool is_stated(const struct sie *sie, uint32_t account)
{
	return account > 0 && account < sie->stated_capacity &&
	       (sie->stated[account].has_closing || sie->stated[account].has_result);
}

static uint32_t stated_count(const struct sie *sie)
{
	uint32_t count = dictionary_size(sie->accounts) + 1;

	return count < sie->stated_capacity ? count : sie->stated_capacity;
}

static void sums_add(const struct sie *sie, struct stated_sums *sums)
{
	for (uint32_t i = 1; i < stated_count(sie); i++) {
		const struct sie_stated *stated = &sie->stated[i];

		sums->has_opening = sums->has_opening || stated->has_opening;
		sums->has_closing = sums->has_closing || stated->has_closing;
		sums->both += stated->has_closing && stated->has_result;
		sums->opening = money_sum(sums->opening, (struct money){stated->opening});
		sums->closing = money_sum(sums->closing, (struct money){stated->closing});
		sums->result = money_sum(sums->result, (struct money){stated->result});
	}
}

static void deviation_add(const struct reader *reader, struct stated_sums *sums, uint32_t i)
{
	const struct sie *sie = reader->format_state;
	const struct sie_stated *stated = &sie->stated[i];
	struct money moved = {stated->result};

	if (!stated->has_result)
		moved = money_sum((struct money){stated->closing},
				  (struct money){-opening_of(sums, stated)});
	sums->deviation = money_sum(sums->deviation, moved);
	sums->deviation = money_sum(sums->deviation, (struct money){-booked_of(reader, i)});
}

static void sums_compare(const struct reader *reader, struct stated_sums *sums)
{
	const struct sie *sie = reader->format_state;

	sums->is_compared = true;
	for (uint32_t i = 1; i < stated_count(sie); i++) {
		const struct sie_stated *stated = &sie->stated[i];
		bool is_bad = stated->has_result ? is_result_bad(reader, i)
						 : is_closing_bad(reader, sums, i);

		sums->result_checked += stated->has_result;
		if (!is_bad)
			continue;
		deviation_add(reader, sums, i);
		if (stated->has_result)
			sums->result_bad++;
		else if (sums->closing_bad++ == 0)
			sums->closing_line = stated->closing_line;
	}
}

static int sums_warn(struct reader *reader, const struct stated_sums *sums)
{
	char sum[AMOUNT_TEXT_SIZE];
	struct money closing = money_sum(sums->closing, sums->result);
	int result = 0;

	if (sums->has_opening && sums->opening.ore != 0) {
		amount_text(sums->opening.ore, sum);
		result = reader_judge(reader, FINDING_SIE_OPENING_SUM, 0, 0, "summan 0",
				      "ingående balanser (#IB 0) summerar till %s kr", sum);
	}
	if (result == 0 && sums->has_closing && closing.ore != 0) {
		amount_text(closing.ore, sum);
		result = reader_judge(reader, FINDING_SIE_CLOSING_SUM, 0, 0, "summan 0",
				      "utgående balanser och resultat summerar till %s kr", sum);
	}
	if (result == 0 && sums->both > 0)
		result = reader_judge(reader, FINDING_SIE_BOTH, 0, 0, "ett av dem per konto",
				      "%u konton har både #UB och #RES", sums->both);
	return result;
}

/* A row may be missing on an account that nothing is stated of. */
static bool has_unstated(const struct reader *reader)
{
	const struct sie *sie = reader->format_state;
	const struct dictionary *codes = reader->dictionaries[DIMENSION_ACCOUNT];

	for (uint32_t id = 1; id < sie->booked_capacity && id <= dictionary_size(codes); id++) {
		const char *text = dictionary_text(codes, id);

		if (sie->booked[id] != 0 &&
		    !is_stated(sie, dictionary_find(sie->accounts, text, strlen(text))))
			return true;
	}
	return false;
}

/* Whether the whole export reconciles as if the voucher were right. */
static bool is_reconciled(const struct reader *reader, const struct stated_sums *sums,
			  const struct sie_unbalanced *place)
{
	const struct sie *sie = reader->format_state;

	if (!sums->is_compared || !sums->has_closing || sums->result_bad > 0 ||
	    sums->closing_bad > 0 || has_unstated(reader))
		return false;
	for (size_t k = 0; k < place->account_count; k++) {
		const char *text = dictionary_text(reader->dictionaries[DIMENSION_ACCOUNT],
						   place->accounts[k]);

		if (!is_stated(sie, dictionary_find(sie->accounts, text, strlen(text))))
			return false;
	}
	return place->account_count > 0;
}

static int unbalanced_tell(struct reader *reader, const struct stated_sums *sums,
			   const struct sie_unbalanced *place)
{
	static const char expected[] =
		"debet och kredit lika stora; rätta verifikationen och gör om exporten";
	enum finding_severity chosen = reader->source->policy[FINDING_SIE_UNBALANCED];
	char sum[AMOUNT_TEXT_SIZE];

	amount_text(place->ore, sum);
	if (chosen == 0 && place->code == FINDING_SIE_UNBALANCED &&
	    is_reconciled(reader, sums, place))
		return reader_warn(reader, FINDING_SIE_UNBALANCED, place->line, expected,
				   "verifikationen balanserar inte (%s kr), men filens saldon "
				   "stämmer",
				   sum);
	if (chosen == 0 && place->code == FINDING_SIE_LABEL)
		return reader_bad(reader, place->code, place->line, 0,
				  "#TRANS; filen kan vara skadad, gör om exporten",
				  "okänd etikett i en verifikation som inte balanserar");
	if (chosen == 0 && place->code == FINDING_AMOUNT_MISSING)
		return reader_bad(reader, place->code, place->line, place->column,
				  "ett belopp efter objektlistan",
				  "ett datum där beloppet ska stå, och verifikationen balanserar "
				  "inte");
	if (place->twin_line != 0)
		return reader_judge(reader, FINDING_SIE_UNBALANCED, place->line, 0, expected,
				    "verifikationen balanserar inte: raden %u är densamma som den "
				    "före, och är för mycket",
				    place->twin_line);
	return reader_judge(reader, FINDING_SIE_UNBALANCED, place->line, 0, expected,
			    "verifikationen balanserar inte: debet minus kredit är %s kr", sum);
}

static uint32_t first_bad_line(const struct reader *reader)
{
	const struct sie *sie = reader->format_state;
	uint32_t i = 1;

	while (i < stated_count(sie) && !is_result_bad(reader, i))
		i++;
	return i < stated_count(sie) ? sie->stated[i].result_line : 0;
}

enum { RESULTS_MANY = 10, RESULTS_FEW_DIVISOR = 4 };

/* Some exports leave out a voucher that their balances have: what deviates sums to nothing,
 * over accounts of both kinds, and is little of much, and vouchers' numbers have gaps.  One
 * row with a wrong amount or account does not look like that, nor a file that was cut off
 * or has lost a voucher from a series that was whole. */
static bool is_voucher_left_out(const struct sie *sie, const struct stated_sums *sums)
{
	return sums->deviation.ore == 0 && sums->closing_bad > 0 && sie_numbers_have_gaps(sie) &&
	       sums->result_checked >= RESULTS_MANY &&
	       sums->result_bad * RESULTS_FEW_DIVISOR <= sums->result_checked;
}

/* Each account whose #RES is not what vouchers say; one finding when it is many, for then
 * it is vouchers that are missing. */
static int results_tell(struct reader *reader, const struct stated_sums *sums)
{
	struct sie *sie = reader->format_state;
	static const char expected[] = "samma summa i #RES som i verifikationerna; gör om exporten";

	if (sums->result_bad == 0)
		return 0;
	sie->is_result_passed = true;
	if (is_voucher_left_out(sie, sums) && reader->source->policy[FINDING_SIE_BOOKED] == 0)
		return reader_warn(reader, FINDING_SIE_BOOKED, first_bad_line(reader), expected,
				   "en verifikation saknas i filen eller är för mycket: på %u "
				   "konton av %u stämmer verifikationerna inte med #RES",
				   sums->result_bad, sums->result_checked);
	if (sums->result_bad > 3)
		return reader_judge(reader, FINDING_SIE_BOOKED, 0, 0, expected,
				    "verifikationerna stämmer inte med #RES på %u konton av %u; "
				    "filen kan vara avklippt",
				    sums->result_bad, sums->result_checked);
	for (uint32_t i = 1; i < stated_count(sie); i++) {
		char booked[AMOUNT_TEXT_SIZE];

		if (!is_result_bad(reader, i))
			continue;
		amount_text(booked_of(reader, i), booked);
		(void)reader_judge(reader, FINDING_SIE_BOOKED, sie->stated[i].result_line, 0,
				   expected,
				   "verifikationerna på kontot summerar till %s kr, inte till "
				   "#RES",
				   booked);
	}
	return 0;
}

static int closings_tell(struct reader *reader, const struct stated_sums *sums)
{
	if (sums->closing_bad == 0)
		return 0;
	return reader_judge(reader, FINDING_SIE_BALANCE, sums->closing_line, 0,
			    "#IB och verifikationerna lika med #UB",
			    "#UB är inte #IB och verifikationerna på %u konton", sums->closing_bad);
}

int sie_stated_check(struct reader *reader)
{
	const struct sie *sie = reader->format_state;
	bool is_damaged = reader->error_count > 0;
	struct stated_sums sums = {0};
	int result = 0;

	sums_add(sie, &sums);
	if (sie->voucher_count > 0 && reader->dictionaries[DIMENSION_ACCOUNT] && !is_damaged)
		sums_compare(reader, &sums);
	for (size_t i = 0; i < sie->unbalanced_count; i++)
		(void)unbalanced_tell(reader, &sums, &sie->unbalanced[i]);
	/* Those that are let through make the whole file's rows unequal. */
	reader->balances = reader->balances && sie->unbalanced_count == 0;
	if (is_damaged || reader->error_count > 0)
		return READER_BAD;
	result = results_tell(reader, &sums);
	if (result == 0)
		result = closings_tell(reader, &sums);
	return result == 0 ? sums_warn(reader, &sums) : result;
}
