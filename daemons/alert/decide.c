/* SPDX-License-Identifier: Apache-2.0 */
#include "alert/decide.h"

/* Wide enough for öre times hundredths of a percent. */
__extension__ typedef __int128 wide;

enum { HUNDREDTHS = 10000 }; /* of a percent, in a whole */

static wide size_of(struct money amount)
{
	return amount.ore < 0 ? -(wide)amount.ore : (wide)amount.ore;
}

/* deficit / |budget| >= percent, without dividing: a zero budget needs no rule of its own. */
static bool percent_is_reached(wide deficit, struct money budget, int64_t percent_hundredths)
{
	return deficit * HUNDREDTHS >= size_of(budget) * percent_hundredths;
}

static bool is_crossed(const struct rule *rule, wide deficit, struct money budget)
{
	if (!rule->has_amount && !rule->has_percent)
		return false;
	if (rule->has_amount && deficit < rule->amount.ore)
		return false;
	return !rule->has_percent || percent_is_reached(deficit, budget, rule->percent_hundredths);
}

static bool is_cleared(const struct rule *rule, wide deficit, struct money budget)
{
	if (rule->has_amount && deficit < rule->clear_amount.ore)
		return true;
	return rule->has_percent &&
	       !percent_is_reached(deficit, budget, rule->clear_percent_hundredths);
}

enum verdict rule_decide(const struct rule *rule, struct money deviation, struct money budget,
			 bool is_up)
{
	wide deficit = -(wide)deviation.ore;

	if (!is_up)
		return deficit > 0 && is_crossed(rule, deficit, budget) ? VERDICT_RAISE
									: VERDICT_NOTHING;
	return deficit <= 0 || is_cleared(rule, deficit, budget) ? VERDICT_CLEAR : VERDICT_NOTHING;
}

bool percent_of(struct money deviation, struct money budget, int64_t *hundredths_out)
{
	wide size = size_of(budget);

	if (size == 0 || size > INT64_MAX)
		return false;
	*hundredths_out = money_scale(deviation, HUNDREDTHS, (int64_t)size).ore;
	return true;
}

/* Days since 1970 to the civil calendar, by eras of 400 years that begin in March:
 * Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms". */
static uint32_t date_of_days(int64_t days)
{
	int64_t shifted = days + 719468; /* from 0000-03-01 */
	int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
	int64_t day_of_era = shifted - era * 146097;
	int64_t year_of_era =
		(day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	int64_t day_of_year =
		day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int64_t march_month = (5 * day_of_year + 2) / 153;
	int64_t day = day_of_year - (153 * march_month + 2) / 5 + 1;
	int64_t month = march_month < 10 ? march_month + 3 : march_month - 9;
	int64_t year = year_of_era + era * 400 + (month <= 2 ? 1 : 0);

	return (uint32_t)(year * 10000 + month * 100 + day);
}

uint32_t deadline_date(int64_t time_ms, int days)
{
	const int64_t day_ms = INT64_C(24) * 60 * 60 * 1000;

	return date_of_days(time_ms / day_ms + days);
}

const char *rule_measure_name(enum rule_measure measure)
{
	return measure == MEASURE_FORECAST ? "prognos" : "utfall";
}
