/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an extract in the archive comes to.
 */
#pragma once

#include <stdint.h>

struct extract_sum {
	uint64_t row_count; /* of money or volumes */
	int64_t ore;
};

/* From the first byte of @fd; ERROR_CORRUPT when it is no extract. */
int extract_sum_read(int fd, struct extract_sum *sum_out);
