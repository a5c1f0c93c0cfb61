/* SPDX-License-Identifier: Apache-2.0 */
/* Delimiters, quotes and line ends: the processor's own way of finding them says what the
 * portable one does.  The first byte of the input is the delimiter. */
#include <string.h>

#include "fuzz/fuzz.h"
#include "parse/scan.h"

static void marks_compare(const struct scan_marks *left, const struct scan_marks *right)
{
	promise(left->count == right->count && left->stop_count == right->stop_count);
	promise(memcmp(left->offsets, right->offsets, left->count * sizeof(uint32_t)) == 0);
	promise(memcmp(left->stops, right->stops, left->stop_count * sizeof(uint32_t)) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static struct scan_marks portable;
	static struct scan_marks fastest;
	uint8_t *text;

	if (size < 1 || size > SCAN_SIZE_MAX || bytes[0] == '"' || bytes[0] == '\n')
		return 0;
	/* Of its exact length: a byte read outside it is found. */
	text = malloc(size - 1 + (size == 1));
	promise(text != NULL);
	memcpy(text, bytes + 1, size - 1);
	scan_text_portable(text, size - 1, bytes[0], &portable);
	scan_text_choose()(text, size - 1, bytes[0], &fastest);
	marks_compare(&portable, &fastest);
	free(text);
	return 0;
}
