/* SPDX-License-Identifier: Apache-2.0 */
/* The control: breaks its promise on one word, so that a replay that notices nothing is noticed. */
#include <string.h>

#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	promise(size < 4 || memcmp(bytes, "FALL", 4) != 0);
	return 0;
}
