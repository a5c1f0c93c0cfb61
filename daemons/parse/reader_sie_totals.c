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

static bool total_is(const struct sie_total *total, enum layer layer, uint32_t account,
		     uint32_t yyyymm)
{
	return total->layer == layer && total->account == account && total->yyyymm == yyyymm;
}

/* The slot that holds the total, or the empty one it belongs in. */
static uint32_t *slot_find(const struct sie_totals *totals, enum layer layer, uint32_t account,
			   uint32_t yyyymm)
{
	uint32_t key[3] = {(uint32_t)layer, account, yyyymm};
	size_t i = (size_t)checksum(key, sizeof(key)) & (totals->slot_count - 1);

	while (totals->slots[i] != 0 &&
	       !total_is(&totals->totals[totals->slots[i] - 1], layer, account, yyyymm))
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
	for (size_t i = 0; i < totals->count; i++) {
		const struct sie_total *total = &totals->totals[i];

		*slot_find(totals, total->layer, total->account, total->yyyymm) = (uint32_t)i + 1;
	}
	return 0;
}

struct sie_total *sie_total_find(struct sie_totals *totals, enum layer layer, uint32_t account,
				 uint32_t yyyymm)
{
	uint32_t *slot;

	if (totals->count == totals->capacity && totals_grow(totals) != 0)
		return NULL;
	slot = slot_find(totals, layer, account, yyyymm);
	if (*slot == 0) {
		totals->totals[totals->count] =
			(struct sie_total){.layer = layer, .account = account, .yyyymm = yyyymm};
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

/* The outcome of one account over the year, by what is stated. */
struct account_sums {
	bool has_result; /* #RES */
	bool has_total;
	uint32_t line; /* of that */
	struct money result;
	struct money totals;
	struct money objects;
};

static int sums_collect(const struct sie *sie, struct account_sums **sums_out)
{
	struct account_sums *sums =
		calloc((size_t)dictionary_size(sie->accounts) + 1, sizeof(*sums));

	if (!sums)
		return -ENOMEM;
	for (size_t i = 0; i < sie->totals.count; i++) {
		const struct sie_total *total = &sie->totals.totals[i];
		struct account_sums *account = &sums[total->account];

		if (total->layer != LAYER_OUTCOME)
			continue;
		account->has_total = account->has_total || total->has_total;
		account->totals = money_sum(account->totals, total->total);
		account->objects = money_sum(account->objects, total->objects);
		account->objects = money_sum(account->objects, total->elsewhere);
	}
	for (uint32_t i = 1; i <= dictionary_size(sie->accounts) && i < sie->stated_capacity; i++) {
		const struct sie_stated *stated = &sie->stated[i];

		sums[i].has_result = stated->has_result || stated->has_closing;
		sums[i].line = stated->has_result ? stated->result_line : stated->closing_line;
		sums[i].result.ore = stated->result;
		if (!stated->has_result)
			sums[i].result = money_sum((struct money){stated->closing},
						   (struct money){-stated->opening});
	}
	*sums_out = sums;
	return 0;
}

/* Accounts for which #RES speaks for the one or the other reading. */
struct readings {
	uint32_t totals;
	uint32_t rests;
	uint32_t neither;
	uint32_t neither_line; /* of the first such #RES or #UB */
};

static struct readings readings_count(const struct account_sums *sums, uint32_t count)
{
	struct readings readings = {0};

	for (uint32_t i = 1; i <= count; i++) {
		struct money both = money_sum(sums[i].totals, sums[i].objects);

		if (!sums[i].has_result || !sums[i].has_total)
			continue;
		if (sums[i].totals.ore == sums[i].result.ore)
			readings.totals += sums[i].objects.ore != 0;
		else if (both.ore == sums[i].result.ore)
			readings.rests++;
		else if (readings.neither++ == 0)
			readings.neither_line = sums[i].line;
	}
	return readings;
}

static int rests_decide(struct reader *reader, bool *is_rest_out)
{
	const struct sie *sie = reader->format_state;
	cleanup(free_bytes) struct account_sums *sums = NULL;
	struct readings readings;
	int result = sums_collect(sie, &sums);

	if (result != 0)
		return result;
	readings = readings_count(sums, dictionary_size(sie->accounts));
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
	if (is_rest || !total->has_total)
		return money_add(rest_out, total->total);
	*rest_out = total->total;
	return money_subtract(rest_out, total->objects);
}

static int rest_add(struct reader *reader, const struct sie_total *total, bool is_rest)
{
	const struct sie *sie = reader->format_state;
	const char *account = dictionary_text(sie->accounts, total->account);
	struct row row = {.layer = total->layer, .yyyymm = total->yyyymm};
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

int sie_totals_end(struct reader *reader)
{
	const struct sie *sie = reader->format_state;
	uint32_t line_number = reader->line_number;
	bool is_rest = false;
	int result = 0;

	if (sie->voucher_count == 0)
		result = rests_decide(reader, &is_rest);
	for (size_t i = 0; result == 0 && i < sie->totals.count; i++) {
		const struct sie_total *total = &sie->totals.totals[i];

		reader->line_number = total->line;
		result = rest_add(reader, total, is_rest && total->layer == LAYER_OUTCOME);
	}
	reader->line_number = line_number;
	return result;
}
