/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Totals of accounts against their objects.  By the standard a row with an empty
 * list is the account's total and object rows break it down; some programs write
 * the rest there instead.  #RES tells which.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/base/cleanup.h"
#include "lib/base/hash.h"
#include "parse/reader_sie.h"

static bool key_equal(const struct sie_total_key *left, const struct sie_total_key *right)
{
	return left->layer == right->layer && left->account == right->account &&
	       left->yyyymm == right->yyyymm && left->part == right->part;
}

/* The slot that holds the total, or the empty one it belongs in. */
static uint32_t *slot_find(const struct sie_totals *totals, const struct sie_total_key *key)
{
	uint32_t words[4] = {(uint32_t)key->layer, key->account, key->yyyymm, key->part};
	size_t i = (size_t)checksum(words, sizeof(words)) & (totals->slot_count - 1);

	while (totals->slots[i] != 0 && !key_equal(&totals->totals[totals->slots[i] - 1].key, key))
		i = (i + 1) & (totals->slot_count - 1);
	return &totals->slots[i];
}

static int totals_grow(struct sie_totals *totals)
{
	size_t capacity = totals->capacity ? totals->capacity * 2 : 512;
	struct sie_total *grown = realloc(totals->totals, capacity * sizeof(*grown));
	uint32_t *slots = calloc(capacity * 2, sizeof(*slots));

	if (grown)
		totals->totals = grown;
	if (!grown || !slots) {
		free(slots);
		return -ENOMEM;
	}
	free(totals->slots);
	totals->slots = slots;
	totals->slot_count = capacity * 2;
	totals->capacity = capacity;
	for (size_t i = 0; i < totals->count; i++)
		*slot_find(totals, &totals->totals[i].key) = (uint32_t)i + 1;
	return 0;
}

struct sie_total *sie_total_find(struct sie_totals *totals, const struct sie_total_key *key)
{
	uint32_t *slot;

	if (totals->count == totals->capacity && totals_grow(totals) != 0)
		return NULL;
	slot = slot_find(totals, key);
	if (*slot == 0) {
		totals->totals[totals->count] = (struct sie_total){.key = *key};
		*slot = (uint32_t)++totals->count;
	}
	return &totals->totals[*slot - 1];
}

void sie_totals_destroy(struct sie_totals *totals)
{
	free(totals->totals);
	free(totals->slots);
	*totals = (struct sie_totals){0};
}

/* One account of one layer over the year, and what is stated of it. */
struct account_sums {
	bool has_result; /* #RES, or #IB and #UB */
	bool has_total;
	uint32_t line; /* of that */
	struct money result;
	struct money totals;
	struct money objects;
	/* Of its rows with one object: the dimension whose objects sum to the result or,
	 * when there is none, to the same as every other dimension's. */
	uint32_t part;
	uint32_t part_count;
	struct money part_sum;
	bool parts_differ;
};

static void results_collect(const struct sie *sie, struct account_sums *sums)
{
	uint32_t count = dictionary_size(sie->accounts) + 1;
	bool has_opening = false;

	count = count < sie->stated_capacity ? count : sie->stated_capacity;
	for (uint32_t i = 1; i < count; i++)
		has_opening = has_opening || sie->stated[i].has_opening;
	for (uint32_t i = 1; i < count; i++) {
		const struct sie_stated *stated = &sie->stated[i];
		struct money opening = {has_opening ? stated->opening : stated->before};

		sums[i].has_result = stated->has_result || stated->has_closing;
		sums[i].line = stated->has_result ? stated->result_line : stated->closing_line;
		sums[i].result.ore = stated->result;
		if (!stated->has_result)
			sums[i].result = money_sum((struct money){stated->closing},
						   (struct money){-opening.ore});
	}
}

static int sums_collect(const struct sie *sie, enum layer layer, struct account_sums **sums_out)
{
	struct account_sums *sums =
		calloc((size_t)dictionary_size(sie->accounts) + 1, sizeof(*sums));

	if (!sums)
		return -ENOMEM;
	for (size_t i = 0; i < sie->totals.count; i++) {
		const struct sie_total *total = &sie->totals.totals[i];
		struct account_sums *account = &sums[total->key.account];

		if (total->key.layer != layer || total->key.part != 0)
			continue;
		account->has_total = account->has_total || total->has_total;
		account->totals = money_sum(account->totals, total->total);
		account->objects = money_sum(account->objects, total->objects);
		account->objects = money_sum(account->objects, total->elsewhere);
	}
	if (layer == LAYER_OUTCOME)
		results_collect(sie, sums);
	*sums_out = sums;
	return 0;
}

/* What the year's objects of each dimension sum to. */
static int parts_collect(const struct sie *sie, enum layer layer, struct sie_totals *years)
{
	for (size_t i = 0; i < sie->totals.count; i++) {
		const struct sie_total *part = &sie->totals.totals[i];
		struct sie_total_key key = {layer, part->key.account, 0, part->key.part};
		struct sie_total *year;

		if (part->key.layer != layer || part->key.part == 0)
			continue;
		year = sie_total_find(years, &key);
		if (!year)
			return -ENOMEM;
		year->objects = money_sum(year->objects, part->objects);
	}
	return 0;
}

static void part_weigh(struct account_sums *account, const struct sie_total *year)
{
	if (account->has_result && year->objects.ore != account->result.ore)
		return;
	if (account->part_count++ == 0) {
		account->part = year->key.part;
		account->part_sum = year->objects;
	}
	account->parts_differ = account->parts_differ || year->objects.ore != account->part_sum.ore;
}

/* Whether rows of several dimensions are the same money told several times. */
static bool is_told_again(const struct account_sums *account)
{
	struct money all = {0};

	if (account->has_total || account->part == 0)
		return false;
	if (account->has_result)
		return account->objects.ore != account->result.ore;
	for (uint32_t i = 0; i < account->part_count; i++)
		all = money_sum(all, account->part_sum);
	return account->part_count > 1 && !account->parts_differ && all.ore == account->objects.ore;
}

/* Gives accounts without totals the ones of one dimension, when others tell them again. */
static int wholes_find(struct reader *reader, enum layer layer, struct account_sums *sums)
{
	struct sie *sie = reader->format_state;
	cleanup(sie_totals_destroy) struct sie_totals years = {0};
	bool is_any = false;
	int result = parts_collect(sie, layer, &years);

	for (size_t i = 0; result == 0 && i < years.count; i++)
		part_weigh(&sums[years.totals[i].key.account], &years.totals[i]);
	for (size_t i = 0; result == 0 && i < sie->totals.count; i++) {
		struct sie_total_key key = sie->totals.totals[i].key;
		struct account_sums *account = &sums[key.account];
		const struct sie_total *part;

		if (key.layer != layer || key.part != 0 || !is_told_again(account))
			continue;
		key.part = account->part;
		part = sie_total_find(&sie->totals, &key);
		if (!part)
			return -ENOMEM;
		sie->totals.totals[i].total = part->objects;
		sie->totals.totals[i].has_total = sie->totals.totals[i].is_whole = true;
		is_any = true;
	}
	if (result != 0 || !is_any)
		return result;
	return reader_judge(reader, FINDING_SIE_DIMENSIONS, 0, 0, "",
			    "samma belopp står i %s på objekt i flera dimensioner, och räknas en "
			    "gång",
			    layer == LAYER_BUDGET ? "#PBUDGET" : "#PSALDO");
}

/* Accounts for which #RES speaks for the one or the other reading. */
struct readings {
	uint32_t totals;
	uint32_t rests;
	uint32_t neither;
	uint32_t neither_line; /* of the first such #RES or #UB */
};

/* Whether what the file says of the account comes to its #RES in no way. */
static bool reading_weigh(const struct account_sums *account, struct readings *readings)
{
	struct money both = money_sum(account->totals, account->objects);

	if (!account->has_result || (!account->has_total && account->objects.ore == 0))
		return false;
	if (account->has_total && account->totals.ore == account->result.ore) {
		readings->totals += account->objects.ore != 0;
		return false;
	}
	if (both.ore == account->result.ore) {
		readings->rests += account->has_total;
		return false;
	}
	return !is_told_again(account);
}

static struct readings readings_count(const struct account_sums *sums, uint32_t count)
{
	struct readings readings = {0};

	for (uint32_t i = 1; i <= count; i++)
		if (reading_weigh(&sums[i], &readings) && readings.neither++ == 0)
			readings.neither_line = sums[i].line;
	return readings;
}

static int rests_decide(struct reader *reader, const struct account_sums *sums, bool *is_rest_out)
{
	const struct sie *sie = reader->format_state;
	struct readings readings = readings_count(sums, dictionary_size(sie->accounts));
	int result = 0;

	*is_rest_out = readings.rests > readings.totals;
	if (*is_rest_out)
		result =
			reader_judge(reader, FINDING_SIE_READING, 0, 0, "",
				     "#PSALDO med tom objektlista läses som resten efter objekten, "
				     "för så stämmer filen med #RES och #UB");
	if (result == 0 && readings.neither > 0)
		result = reader_judge(reader, FINDING_SIE_RESULT, readings.neither_line, 0,
				      "#PSALDO som tillsammans är #RES; gör om exporten",
				      "Periodsaldona stämmer inte med #RES eller #UB på %u konton",
				      readings.neither);
	return result;
}

/* What no object row has sent of the total. */
static bool rest_of(const struct sie_total *total, bool is_rest, struct money *rest_out)
{
	*rest_out = total->elsewhere;
	if ((is_rest && !total->is_whole) || !total->has_total)
		return money_add(rest_out, total->total);
	*rest_out = total->total;
	return money_subtract(rest_out, total->objects);
}

static int rest_add(struct reader *reader, const struct sie_total *total, bool is_rest)
{
	const struct sie *sie = reader->format_state;
	const char *account = dictionary_text(sie->accounts, total->key.account);
	struct row row = {.layer = total->key.layer, .yyyymm = total->key.yyyymm};
	struct money rest;
	int result = 0;

	if (!rest_of(total, is_rest, &rest) || rest.ore == INT64_MIN)
		return reader_bad(reader, FINDING_FILE_SUM, 0, 0, "kontrollera beloppen i exporten",
				  "kontots summa är större än vad som kan bokföras");
	if (rest.ore == 0)
		return 0;
	if (reader->dictionaries[DIMENSION_ACCOUNT])
		result = reader_code_text_add(reader, DIMENSION_ACCOUNT, account, strlen(account),
					      &row.ids[DIMENSION_ACCOUNT]);
	return result == 0 ? sie_row_add(reader, &row, rest.ore) : result;
}

static int layer_end(struct reader *reader, enum layer layer)
{
	const struct sie *sie = reader->format_state;
	cleanup(free_bytes) struct account_sums *sums = NULL;
	uint32_t line_number = reader->line_number;
	bool is_rest = false;
	int result = sums_collect(sie, layer, &sums);

	if (result == 0)
		result = wholes_find(reader, layer, sums);
	if (result == 0 && layer == LAYER_OUTCOME && sie->voucher_count == 0)
		result = rests_decide(reader, sums, &is_rest);
	for (size_t i = 0; result == 0 && i < sie->totals.count; i++) {
		const struct sie_total *total = &sie->totals.totals[i];

		if (total->key.layer != layer || total->key.part != 0)
			continue;
		reader->line_number = total->line;
		result = rest_add(reader, total, is_rest);
	}
	reader->line_number = line_number;
	return result;
}

int sie_totals_end(struct reader *reader)
{
	int result = layer_end(reader, LAYER_OUTCOME);

	return result == 0 ? layer_end(reader, LAYER_BUDGET) : result;
}
