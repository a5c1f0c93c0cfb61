/* SPDX-License-Identifier: Apache-2.0 */
#include "forecast/method.h"

#include <stdbool.h>
#include <stddef.h>

#include "forecast/spread.h"

enum {
	ERRORS_MIN = 3,		  /* fewer say nothing about the next one */
	MONTHS_SPREAD_MIN = 3,	  /* likewise for months around their mean */
	WIDTH_BLIND_PERCENT = 20, /* of the rest, when there is nothing to measure by */
};

static struct money months_sum(const struct money *months, int from, int until)
{
	struct money sum = {0};

	for (int i = from; i < until; i++)
		sum = money_sum(sum, months[i]);
	return sum;
}

static struct money money_size(struct money amount)
{
	return amount.ore < 0 ? money_difference((struct money){0}, amount) : amount;
}

static struct money months_size(const struct money *months)
{
	struct money sum = {0};

	for (int i = 0; i < MONTHS; i++)
		sum = money_sum(sum, money_size(months[i]));
	return sum;
}

static bool profile_is_usable(const struct money *profile)
{
	return profile && months_size(profile).ore > 0;
}

/* Whether @to_date / @profile_to_date is fit to scale the rest of the year with. */
static bool scale_is_trusted(const struct money *profile, struct money profile_to_date,
			     struct money to_date, int origin)
{
	struct money straight = money_scale(months_size(profile), origin, MONTHS);
	struct money base = money_size(profile_to_date);
	struct money size = money_size(to_date);

	if (base.ore == 0 || (to_date.ore < 0) != (profile_to_date.ore < 0))
		return false;
	if (base.ore < money_scale(straight, 1, 10).ore)
		return false;
	return size.ore >= money_scale(base, 1, 2).ore && size.ore <= money_scale(base, 2, 1).ore;
}

static bool rest_scale(const struct method_input *input, const struct money *profile, int origin,
		       int until, struct money *rest_out)
{
	struct money to_date = months_sum(input->outcome, 0, origin);
	struct money profile_to_date;
	struct money was;
	struct money scaled;

	if (!profile_is_usable(profile))
		return false;
	profile_to_date = months_sum(profile, 0, origin);
	if (!scale_is_trusted(profile, profile_to_date, to_date, origin))
		return false;
	was = months_sum(profile, origin, until);
	/* Both have the same sign: their sizes make the same ratio. */
	scaled = money_scale(was, money_size(to_date).ore, money_size(profile_to_date).ore);
	*rest_out = money_sum(was, money_scale(money_difference(scaled, was), origin, MONTHS));
	return true;
}

/* What the months after @origin until @until will hold, as seen after @origin. */
static struct money rest_predict(const struct method_input *input, int origin, int until)
{
	struct money rest;

	if (origin == 0)
		return input->budget ? months_sum(input->budget, 0, until) : (struct money){0};
	if (rest_scale(input, input->last, origin, until, &rest))
		return rest;
	if (rest_scale(input, input->budget, origin, until, &rest))
		return rest;
	if (profile_is_usable(input->last))
		return months_sum(input->last, origin, until);
	if (profile_is_usable(input->budget))
		return months_sum(input->budget, origin, until);
	return money_scale(months_sum(input->outcome, 0, origin), until - origin, origin);
}

/* The errors the method would have made at every month before @until. */
static void errors_replay(const struct method_input *input, int until, struct spread *spread)
{
	for (int origin = 1; origin < until; origin++) {
		struct money actual = months_sum(input->outcome, origin, until);
		struct money predicted = rest_predict(input, origin, until);

		spread_add(spread, money_difference(actual, predicted), until - origin);
	}
}

/* The errors the method made in every month of last year, and in this year so far. */
static struct money width_of_errors(const struct method_input *input)
{
	struct method_input last_year = {.outcome = input->last, .last = input->previous};
	struct spread errors = {0};

	if (profile_is_usable(input->last) && profile_is_usable(input->previous))
		errors_replay(&last_year, MONTHS, &errors);
	if (profile_is_usable(input->last) || profile_is_usable(input->budget))
		errors_replay(input, input->month, &errors);
	if (errors.count < ERRORS_MIN)
		return (struct money){0};
	return spread_width(&errors, MONTHS - input->month);
}

static struct money width_of_months(const struct method_input *input)
{
	struct spread months = {0};

	if (profile_is_usable(input->last))
		spread_add_months(&months, input->last, MONTHS);
	else if (input->month >= MONTHS_SPREAD_MIN)
		spread_add_months(&months, input->outcome, input->month);
	return spread_width(&months, MONTHS - input->month);
}

static struct money width_decide(const struct method_input *input, struct money rest)
{
	struct money errors = width_of_errors(input);
	struct money months;

	if (profile_is_usable(input->last) && profile_is_usable(input->previous))
		return errors;
	/* The few errors of one part of a year flatter the method. */
	months = width_of_months(input);
	if (errors.ore == 0 && months.ore == 0)
		return money_scale(money_size(rest), WIDTH_BLIND_PERCENT, 100);
	return errors.ore > months.ore ? errors : months;
}

static void profile_run(const struct method_input *input, struct method_result *result)
{
	struct money rest = rest_predict(input, input->month, MONTHS);
	struct money width = {0};

	if (input->month < MONTHS)
		width = width_decide(input, rest);
	result->point = money_sum(months_sum(input->outcome, 0, input->month), rest);
	result->low = money_difference(result->point, width);
	result->high = money_sum(result->point, width);
}

const struct method method_profile = {.name = "profil-1", .run = profile_run};
