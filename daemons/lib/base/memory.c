/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/memory.h"

#include <malloc.h>

enum {
	KEPT_BYTES = 16 * 1024 * 1024,	   /* at the end of the heap */
	BLOCK_BYTES_MAX = 4 * 1024 * 1024, /* larger ones are mapped, and given back */
};

void memory_keep(void)
{
	mallopt(M_TRIM_THRESHOLD, KEPT_BYTES);
	mallopt(M_MMAP_THRESHOLD, BLOCK_BYTES_MAX);
}
