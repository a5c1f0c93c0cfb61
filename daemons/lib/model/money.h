/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Money is whole öre in an int64_t, in a struct of its own so that the
 * compiler refuses to mix it with anything else.  Arithmetic is checked;
 * nothing here is floating point.  Report sign: income +, cost -.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/pack.h"

struct money {
	int64_t ore;
};

/* false, and *sum untouched, when the result does not fit. */
bool money_add(struct money *sum, struct money amount);
bool money_subtract(struct money *difference, struct money amount);

/* Saturated sums for figures shown to people; a ledger never comes near. */
struct money money_sum(struct money left, struct money right);
struct money money_difference(struct money left, struct money right);

/* amount * numerator / denominator, rounded half away from zero; denominator > 0.
 * Saturates. */
struct money money_scale(struct money amount, int64_t numerator, int64_t denominator);

/* Whole units of @unit_ore öre (100 kr, 100 000 tkr, ...), rounded half away from zero. */
int64_t money_round(struct money amount, int64_t unit_ore);

/* Part @index (0-based) of @amount split straight over @count parts, such that
 * all parts sum to @amount to the öre. */
struct money money_part(struct money amount, int index, int count);

/* As a stored value: 8 bytes. */
void pack_money(struct packer *packer, struct money amount);
struct money unpack_money(struct unpacker *unpacker);
