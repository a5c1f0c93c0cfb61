/* SPDX-License-Identifier: Apache-2.0 */
/* budgetvakt.conf. */
#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct conf *conf = NULL;
	char path[PATH_SIZE];

	fuzz_problems_silence();
	fuzz_file_put("budgetvakt.conf", bytes, size, path);
	if (conf_load(&conf, path) == 0)
		for (size_t i = 0; i < conf->source_count; i++)
			promise(conf_source(conf, conf->sources[i].name) == &conf->sources[i]);
	conf_destroy(&conf);
	return 0;
}
