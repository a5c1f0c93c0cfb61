/* SPDX-License-Identifier: Apache-2.0 */
/* What any file is said to be: the proposal is one that the settings take. */
#include <stdlib.h>
#include <sysexits.h>

#include "fuzz/fuzz.h"
#include "parse/inspect.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct inspect_options options = {.path = "prov.csv", .is_json = size % 2};
	char *text = NULL;
	size_t length = 0;
	FILE *stream = open_memstream(&text, &length);
	int result;

	promise(stream != NULL);
	result = inspect_bytes(&options, bytes, size, stream);
	promise(fclose(stream) == 0);
	promise(result == EX_OK || result == EX_DATAERR);
	promise(length > 0);
	free(text);
	return 0;
}
