/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The numbers of vouchers, in the file's order: whether an export leaves vouchers out.
 */
#include "parse/reader_sie.h"

#include <string.h>

static bool is_same_series(const struct sie_numbers *numbers, const struct field *series)
{
	return numbers->has_last && numbers->series_length == series->length &&
	       memcmp(numbers->series, series->bytes, series->length) == 0;
}

void sie_number_count(struct sie *sie, const struct field *series, const struct field *number)
{
	struct sie_numbers *numbers = &sie->numbers;
	bool is_same = is_same_series(numbers, series);
	int32_t last = numbers->last;

	numbers->has_last =
		series->length <= sizeof(numbers->series) && field_number(number, &numbers->last);
	if (!numbers->has_last)
		return;
	if (is_same && numbers->last > last) {
		int64_t missing = (int64_t)numbers->last - last - 1;

		numbers->missing_count += (uint64_t)missing;
		numbers->is_one_missing = numbers->is_one_missing || missing == 1;
	}
	memcpy(numbers->series, series->bytes, series->length);
	numbers->series_length = series->length;
}

/* A single number that is missing is a voucher that was lost. */
bool sie_numbers_have_gaps(const struct sie *sie)
{
	return !sie->numbers.is_one_missing && sie->numbers.missing_count >= sie->voucher_count;
}
