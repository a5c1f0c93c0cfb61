/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a SIE 1 to 4 file holds, in the standard's own terms, for whoever compares a
 * reading with another program's.
 */
#include <inttypes.h>
#include <stdio.h>

#include "parse/reader_sie.h"

static const char *checksum_verdict(const struct sie *sie)
{
	if (sie->checksum.has_ended)
		return sie->checksum.value == sie->checksum.stated ? "stämmer" : "fel";
	return sie->checksum.is_open ? "saknar slut" : "saknas";
}

void reader_counts_text(const struct reader *reader, char text[static COUNTS_TEXT_SIZE])
{
	const struct sie *sie = reader->format_state;
	const uint64_t *counts = sie ? sie->counts : NULL;
	struct money sums[3] = {0};

	text[0] = '\0';
	if (reader->format != &reader_sie || !sie)
		return;
	for (uint32_t i = 0; i < sie->stated_capacity; i++) {
		sums[0] = money_sum(sums[0], (struct money){sie->stated[i].opening});
		sums[1] = money_sum(sums[1], (struct money){sie->stated[i].closing});
		sums[2] = money_sum(sums[2], (struct money){sie->stated[i].result});
	}
	snprintf(text, COUNTS_TEXT_SIZE,
		 "{\"RADER\":%" PRIu32 ",\"KONTO\":%" PRIu64 ",\"DIM\":%" PRIu64
		 ",\"OBJEKT\":%" PRIu64 ",\"VER\":%" PRIu64 ",\"TRANS\":%" PRIu64
		 ",\"RTRANS\":%" PRIu64 ",\"BTRANS\":%" PRIu64 ",\"DEBET\":%" PRId64
		 ",\"PSALDO\":[%" PRIu64 ",%" PRIu64 "],\"PBUDGET\":[%" PRIu64 ",%" PRIu64
		 "],\"IB\":%" PRId64 ",\"UB\":%" PRId64 ",\"RES\":%" PRId64 ",\"KSUMMA\":\"%s\"}",
		 reader->line_number, counts[SIE_COUNT_ACCOUNT], counts[SIE_COUNT_DIMENSION],
		 counts[SIE_COUNT_OBJECT], counts[SIE_COUNT_VOUCHER], counts[SIE_COUNT_ROW],
		 counts[SIE_COUNT_ADDED], counts[SIE_COUNT_STRUCK], sie->debit_ore,
		 counts[SIE_COUNT_BALANCE_EMPTY],
		 counts[SIE_COUNT_BALANCE] - counts[SIE_COUNT_BALANCE_EMPTY],
		 counts[SIE_COUNT_BUDGET_EMPTY],
		 counts[SIE_COUNT_BUDGET] - counts[SIE_COUNT_BUDGET_EMPTY], sums[0].ore,
		 sums[1].ore, sums[2].ore, checksum_verdict(sie));
}
