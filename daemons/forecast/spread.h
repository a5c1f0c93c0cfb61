/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How wide an interval is, from errors or from the spread of months: squares
 * and roots of öre in whole numbers.
 */
#pragma once

#include <stddef.h>

#include "lib/model/money.h"

/* Wide enough for sums of squares: an amount counts as at most 2^56 öre, so
 * that some thousand squares fit. */
__extension__ typedef unsigned __int128 square;

struct spread {
	square sum; /* of squared errors, each by how much it covers */
	size_t count;
};

square amount_square(struct money amount);
/* The largest whole number whose square is at most @value. */
struct money square_root(square value);

/* An error of a forecast that covered @months months. */
void spread_add(struct spread *spread, struct money error, int months);
/* The spread of @count months around their mean. */
void spread_add_months(struct spread *spread, const struct money *months, int count);

/* Half the width of the 80 % interval of the sum of @months months to come. */
struct money spread_width(const struct spread *spread, int months);

/* Half the width of a sum's interval from the half widths of its parts, added one
 * by one.  The errors of an area's lines, and of a nämnd's areas, go together (a wage
 * revision, a pandemic): one correlation is assumed for all of them. */
struct width_total {
	struct money together; /* as if they all erred the same way */
	square apart;	       /* as if each erred by itself */
};

void width_add(struct width_total *total, struct money width);
struct money width_of(const struct width_total *total);
