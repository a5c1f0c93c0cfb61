/* SPDX-License-Identifier: Apache-2.0 */
/* seed_wire message|event FOLDER: the tests' samples as the first inputs. */
#include <string.h>
#include <sysexits.h>

#include "fuzz/fuzz.h"
#include "support/test.h"
#include "unit/wire/samples.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	(void)bytes;
	(void)size;
	return 0;
}

static void sample_write(const char *folder, int index, uint8_t *bytes, size_t size)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/sample-%d", folder, index);
	fuzz_file_write(path, bytes, size);
	free(bytes);
}

int main(int argc, char **argv)
{
	bool is_event = argc == 3 && strcmp(argv[1], "event") == 0;
	uint8_t *bytes;
	size_t size;

	if (argc != 3)
		return EX_USAGE;
	for (int i = 0; i < (is_event ? EVENT_KIND_MAX : SAMPLE_MESSAGES); i++) {
		struct message message = sample_message(is_event ? 0 : i);
		struct event event = sample_event(is_event ? i : 0);

		promise((is_event ? event_pack(&event, &bytes, &size)
				  : message_pack(&message, &bytes, &size)) == 0);
		sample_write(argv[2], i, bytes, size);
	}
	return EX_OK;
}
