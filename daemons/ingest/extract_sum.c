/* SPDX-License-Identifier: Apache-2.0 */
#include "ingest/extract_sum.h"

#include <errno.h>
#include <stdlib.h>

#include "lib/archive/archive_file.h"
#include "lib/base/error.h"
#include "lib/model/money.h"

enum { AMOUNT_SIZE = 32 };

/* The amount is what stands after the last tab of a line. */
struct summing {
	struct extract_sum *sum;
	bool has_head;
	char amount[AMOUNT_SIZE];
	size_t length;
};

static int line_end(struct summing *summing)
{
	struct money sum = {summing->sum->ore};
	char *end = NULL;
	long long ore;

	summing->amount[summing->length] = '\0';
	errno = 0;
	ore = strtoll(summing->amount, &end, 10);
	if (summing->has_head && (errno != 0 || end == summing->amount || *end))
		return ERROR_CORRUPT;
	if (summing->has_head && !money_add(&sum, (struct money){ore}))
		return ERROR_CORRUPT;
	if (summing->has_head)
		summing->sum->row_count++;
	summing->sum->ore = sum.ore;
	summing->has_head = true;
	summing->length = 0;
	return 0;
}

static int extract_take(void *context, const uint8_t *bytes, size_t length)
{
	struct summing *summing = context;
	int r = 0;

	for (size_t i = 0; i < length && r == 0; i++) {
		if (bytes[i] == '\n')
			r = line_end(summing);
		else if (bytes[i] == '\t')
			summing->length = 0;
		else if (summing->length < AMOUNT_SIZE - 1)
			summing->amount[summing->length++] = (char)bytes[i];
	}
	return r;
}

int extract_sum_read(int fd, struct extract_sum *sum_out)
{
	struct summing summing = {.sum = sum_out};

	*sum_out = (struct extract_sum){0};
	return archive_file_each(fd, ARCHIVE_EXTRACT, extract_take, &summing);
}
