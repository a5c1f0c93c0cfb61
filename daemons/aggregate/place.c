/* SPDX-License-Identifier: Apache-2.0 */
#include "aggregate/place.h"

const char *row_code(const struct ledger *ledger, const struct block_row *row,
		     enum dimension dimension)
{
	return dictionary_text(ledger->codes[dimension], row->ids[dimension]);
}

int place_area(const struct ledger *ledger, const struct block_row *row)
{
	const char *codes[DIMENSION_COUNT];

	for (int i = 0; i < DIMENSION_COUNT; i++)
		codes[i] = row_code(ledger, row, (enum dimension)i);
	return area_of_codes(ledger->areas, codes);
}

struct place place_of_row(const struct ledger *ledger, const struct block_row *row)
{
	struct place place = {
		.area = area_unassigned(ledger->areas),
		.line = line_of_codes(ledger->lines, row_code(ledger, row, DIMENSION_ACCOUNT),
				      row_code(ledger, row, DIMENSION_LINE)),
	};

	/* A row without a line goes to Ej fördelat as a whole. */
	if (place.line != line_unassigned(ledger->lines) && place.line != LINE_OUTSIDE)
		place.area = place_area(ledger, row);
	return place;
}

bool place_is_within(const struct ledger *ledger, struct place place, int area, int line)
{
	if (place.line == LINE_OUTSIDE)
		return false;
	return (area < 0 || area_is_within(ledger->areas, place.area, area)) &&
	       (line < 0 || line_is_within(ledger->lines, place.line, line));
}
