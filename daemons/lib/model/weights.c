/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/model/weights.h"

__extension__ typedef unsigned __int128 wide;

struct shares {
	uint64_t parts[MONTHS]; /* without sign */
	wide remainders[MONTHS];
	uint64_t left;
};

static struct shares shares_make(const int64_t weights[static MONTHS], uint64_t size, wide total)
{
	struct shares shares = {.left = size};

	for (int i = 0; i < MONTHS; i++) {
		wide product = (wide)size * (uint64_t)weights[i];

		shares.parts[i] = (uint64_t)(product / total);
		shares.remainders[i] = product % total;
		shares.left -= shares.parts[i];
	}
	return shares;
}

/* Fewer than MONTHS öre are left, and at least as many parts have a remainder. */
static void left_give(struct shares *shares)
{
	while (shares->left > 0) {
		int most = 0;

		for (int i = 1; i < MONTHS; i++)
			most = shares->remainders[i] > shares->remainders[most] ? i : most;
		shares->parts[most]++;
		shares->remainders[most] = 0;
		shares->left--;
	}
}

bool weights_share(const int64_t weights[static MONTHS], struct money amount,
		   struct money parts[static MONTHS])
{
	uint64_t size = amount.ore < 0 ? 0 - (uint64_t)amount.ore : (uint64_t)amount.ore;
	struct shares shares;
	wide total = 0;

	for (int i = 0; i < MONTHS; i++) {
		if (weights[i] < 0)
			return false;
		total += (uint64_t)weights[i];
	}
	if (total == 0)
		return false;
	shares = shares_make(weights, size, total);
	left_give(&shares);
	for (int i = 0; i < MONTHS; i++)
		parts[i].ore = (int64_t)(amount.ore < 0 ? 0 - shares.parts[i] : shares.parts[i]);
	return true;
}
