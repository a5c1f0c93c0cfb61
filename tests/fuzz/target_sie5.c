/* SPDX-License-Identifier: Apache-2.0 */
/* SIE 5. */
#include "fuzz/fuzz.h"

static const char configuration[] = "instance = \"prov\"\n"
				    "source \"prov\" { format = \"sie\" }\n";

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static const struct source *source;

	if (!source)
		source = fuzz_source(configuration, "prov");
	/* Everything else is the target sie's. */
	if (size > 0 && bytes[0] == '<')
		fuzz_reader(source, bytes, size);
	return 0;
}
