/* SPDX-License-Identifier: Apache-2.0 */
/* What the ledger keeps of one batch and month. */
#include "aggregate/block.h"
#include "fuzz/fuzz.h"

static int row_count(void *context, const struct block_row *row)
{
	size_t *count = context;

	(void)row;
	(*count)++;
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	size_t count = 0;

	block_each(bytes, size, row_count, &count);
	return 0;
}
