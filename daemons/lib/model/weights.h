/* SPDX-License-Identifier: Apache-2.0 */
/* An amount over the months of a year by weights, to the öre.  Pure. */
#pragma once

#include "lib/model/money.h"
#include "lib/model/period.h"

/* Each part is the amount's share rounded towards zero; the öre that are left go to the
 * parts that lost most by that, earlier months first.  The parts sum to @amount.  False
 * when a weight is negative or all are 0. */
bool weights_share(const int64_t weights[static MONTHS], struct money amount,
		   struct money parts[static MONTHS]);
