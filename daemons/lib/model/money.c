/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/model/money.h"

/* Wide enough for any product of two öre amounts. */
__extension__ typedef __int128 wide;

static int64_t wide_clamp(wide value)
{
	if (value > INT64_MAX)
		return INT64_MAX;
	if (value < INT64_MIN)
		return INT64_MIN;
	return (int64_t)value;
}

static wide wide_divide_rounded(wide numerator, wide denominator)
{
	wide half = denominator / 2;

	if (numerator < 0)
		return -((-numerator + half) / denominator);
	return (numerator + half) / denominator;
}

bool money_add(struct money *sum, struct money amount)
{
	int64_t result;

	if (__builtin_add_overflow(sum->ore, amount.ore, &result))
		return false;
	sum->ore = result;
	return true;
}

bool money_subtract(struct money *difference, struct money amount)
{
	int64_t result;

	if (__builtin_sub_overflow(difference->ore, amount.ore, &result))
		return false;
	difference->ore = result;
	return true;
}

struct money money_sum(struct money left, struct money right)
{
	return (struct money){wide_clamp((wide)left.ore + right.ore)};
}

struct money money_difference(struct money left, struct money right)
{
	return (struct money){wide_clamp((wide)left.ore - right.ore)};
}

struct money money_scale(struct money amount, int64_t numerator, int64_t denominator)
{
	wide product = (wide)amount.ore * numerator;

	return (struct money){wide_clamp(wide_divide_rounded(product, denominator))};
}

int64_t money_round(struct money amount, int64_t unit_ore)
{
	return wide_clamp(wide_divide_rounded(amount.ore, unit_ore));
}

struct money money_part(struct money amount, int index, int count)
{
	struct money until = money_scale(amount, index + 1, count);
	struct money before = money_scale(amount, index, count);

	return money_difference(until, before);
}

void pack_money(struct packer *packer, struct money amount)
{
	pack_i64(packer, amount.ore);
}

struct money unpack_money(struct unpacker *unpacker)
{
	return (struct money){unpack_i64(unpacker)};
}
