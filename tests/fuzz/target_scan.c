/* SPDX-License-Identifier: Apache-2.0 */
/* Delimiters: the processor's own way of finding them says what the portable one does.  The first
 * two bytes of the input are the delimiter and how many there is room for. */
#include <string.h>

#include "fuzz/fuzz.h"
#include "parse/scan.h"

enum { ENDS_MAX = 256, CANARY = 0x5A5A5A5A };

static size_t scan(scan_line *way, const uint8_t *line, size_t length, uint8_t delimiter,
		   size_t room, uint32_t ends[static ENDS_MAX + 1])
{
	size_t count;

	memset(ends, 0, sizeof(*ends) * (ENDS_MAX + 1));
	ends[room] = CANARY;
	count = way(line, length, delimiter, ends, room);
	promise(ends[room] == CANARY);
	promise(count == SCAN_NOT_PLAIN || count <= room);
	return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	uint32_t portable[ENDS_MAX + 1];
	uint32_t fastest[ENDS_MAX + 1];
	size_t count;
	size_t room;
	uint8_t *line;

	if (size < 2 || bytes[0] == '"')
		return 0;
	room = bytes[1];
	/* Of its exact length: a byte read outside it is found. */
	line = malloc(size - 2 + (size == 2));
	promise(line != NULL);
	memcpy(line, bytes + 2, size - 2);
	count = scan(scan_line_portable, line, size - 2, bytes[0], room, portable);
	promise(scan(scan_line_choose(), line, size - 2, bytes[0], room, fastest) == count);
	if (count != SCAN_NOT_PLAIN)
		promise(memcmp(portable, fastest, count * sizeof(*portable)) == 0);
	free(line);
	return 0;
}
