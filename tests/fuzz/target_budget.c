/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of a budget, with years to spread. */
#include "fuzz/fuzz.h"

static const char configuration[] =
	"instance = \"prov\"\n"
	"source \"prov\" { format = \"csv\" mode = \"snapshot\" layer = \"budget\" sign = "
	"\"report\" "
	"unit = \"tkr\" delimiter = \"tab\" decimal = \".\" columns = {\"år=år\", "
	"\"period=period\", "
	"\"område=område\", \"resultatrad=resultatrad\", \"nyckel=periodisering\", "
	"\"belopp=belopp\"} }\n";

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static const struct source *source;

	if (!source)
		source = fuzz_source(configuration, "prov");
	fuzz_reader(source, bytes, size);
	return 0;
}
