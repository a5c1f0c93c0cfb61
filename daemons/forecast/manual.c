/* SPDX-License-Identifier: Apache-2.0 */
#include "forecast/manual.h"

void manual_override(const struct manual *manual, struct forecast_change *change)
{
	change->is_manual = true;
	if (manual->has_split) {
		change->income = manual->income;
		change->cost = manual->cost;
		change->net = money_sum(manual->income, manual->cost);
		return;
	}
	change->net = manual->net;
	change->cost = money_difference(manual->net, change->income);
}

void manual_alone(const struct manual *manual, struct forecast_change *change)
{
	change->income = (struct money){0};
	manual_override(manual, change);
	change->low = change->high = change->net;
}
