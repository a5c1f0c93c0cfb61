/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A controller's own forecast of a leaf, made after a month.  It is in force for
 * exactly that area, year and month.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "lib/model/event.h"

enum { MANUAL_COMMENT_SIZE = 2048, MANUAL_WHO_SIZE = 32 };

struct manual {
	bool has_split; /* income and cost are set; otherwise net is */
	struct money income;
	struct money cost;
	struct money net;
	int64_t time_ms;
	char who[MANUAL_WHO_SIZE];
	char comment[MANUAL_COMMENT_SIZE];
};

/* Puts the manual forecast in force over what @change holds of the model's: a
 * forecast of the net alone leaves the income as it is.  The interval remains
 * the model's, so that the two can be compared. */
void manual_override(const struct manual *manual, struct forecast_change *change);
/* The same where the model has none: the interval is the point. */
void manual_alone(const struct manual *manual, struct forecast_change *change);
