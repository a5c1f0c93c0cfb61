/* SPDX-License-Identifier: Apache-2.0 */
/* Text lists of a ledger. */
#include "fuzz/fuzz.h"

static const char configuration[] =
	"instance = \"prov\"\n"
	"source \"prov\" { format = \"csv\" mode = \"snapshot\" columns = {\"Period=period\", "
	"\"Konto=konto\", \"Verksamhet=verksamhet\", \"Belopp=belopp\"} }\n";

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static const struct source *source;

	if (!source)
		source = fuzz_source(configuration, "prov");
	fuzz_reader(source, bytes, size);
	return 0;
}
