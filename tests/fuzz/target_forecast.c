/* SPDX-License-Identifier: Apache-2.0 */
/* A controller's list of forecasts. */
#include <string.h>

#include "budgetvakt/forecast_file.h"
#include "fuzz/fuzz.h"
#include "lib/conf/tables.h"

static const char areas_text[] = "område;överordnat;verksamhet\nNämnden;;\nHem;Nämnden;100-109\n";

static struct area_tree *areas_make(void)
{
	struct conf *conf = calloc(1, sizeof(*conf));
	struct area_tree *areas = NULL;
	char path[PATH_SIZE];

	promise(conf != NULL);
	fuzz_problems_silence();
	fuzz_file_put("omraden.csv", (const uint8_t *)areas_text, strlen(areas_text), path);
	snprintf(conf->tables_dir, sizeof(conf->tables_dir), "%s", fuzz_folder());
	promise(areas_load(conf, &areas) == 0);
	free(conf);
	return areas;
}

/* What is taken is about a month and a leaf. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static struct area_tree *areas;
	struct forecast_file *file = NULL;
	char path[PATH_SIZE];

	if (!areas)
		areas = areas_make();
	fuzz_file_put("prognos.csv", bytes, size, path);
	if (forecast_file_read(&file, path, areas) == 0) {
		promise(file->row_count > 0);
		for (size_t i = 0; i < file->row_count; i++) {
			promise(period_is_valid(file->rows[i].period));
			promise(area_find(areas, file->rows[i].area) >= 0);
		}
	}
	forecast_file_destroy(&file);
	return 0;
}
