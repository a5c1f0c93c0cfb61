/* SPDX-License-Identifier: Apache-2.0 */
/* The controller's tables: the first byte of the input says which. */
#include <string.h>

#include "fuzz/fuzz.h"
#include "lib/base/cleanup.h"
#include "lib/conf/tables.h"
#include "lib/model/weights.h"

enum { AREAS, LINES, RULES, RECIPIENTS, SPREADS, MEASURES, TABLE_COUNT };

static const char *const files[TABLE_COUNT] = {"omraden.csv",	    "resultatrader.csv",
					       "larmregler.csv",    "mottagare.csv",
					       "periodisering.csv", "volymer.csv"};
static const char areas_text[] = "område;överordnat;verksamhet\nNämnden;;\nHem;Nämnden;100-109\n";

static void table_write(size_t table, const uint8_t *bytes, size_t size)
{
	char path[PATH_SIZE];

	fuzz_file_put(files[table], bytes, size, path);
}

/* Keys have a name and something to weigh by. */
static void spreads_load(const struct conf *conf)
{
	cleanup(spread_keys_destroy) struct spread_keys *keys = NULL;
	struct money parts[MONTHS];

	if (spread_keys_load(conf, &keys) != 0)
		return;
	for (size_t i = 0; i < keys->count; i++) {
		promise(spread_is_known(keys, keys->keys[i].name));
		promise(weights_share(keys->keys[i].weights, (struct money){INT64_MAX}, parts));
	}
}

static void measures_try(const struct conf *conf)
{
	cleanup(measures_destroy) struct measures *measures = NULL;

	if (measures_load(conf, &measures) != 0)
		return;
	for (size_t i = 0; i < measures->count; i++)
		promise(measure_find(measures, measures->measures[i].name) == (int)i);
}

static void table_load(const struct conf *conf, size_t table)
{
	struct area_tree *areas = NULL;
	struct line_tree *lines = NULL;
	struct rules *rules = NULL;
	struct recipients *recipients = NULL;

	if (table == SPREADS)
		spreads_load(conf);
	else if (table == MEASURES)
		measures_try(conf);
	else if (table == LINES)
		lines_load(conf, &lines);
	else if (table == RECIPIENTS)
		recipients_load(conf, &recipients);
	else if (areas_load(conf, &areas) == 0 && table == RULES)
		rules_load(conf, areas, &rules);
	rules_destroy(&rules);
	recipients_destroy(&recipients);
	line_tree_destroy(&lines);
	area_tree_destroy(&areas);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static struct conf *conf;
	size_t table;

	if (size == 0)
		return 0;
	if (!conf) {
		fuzz_problems_silence();
		conf = calloc(1, sizeof(*conf));
		promise(conf != NULL);
		snprintf(conf->tables_dir, sizeof(conf->tables_dir), "%s", fuzz_folder());
		snprintf(conf->state_dir, sizeof(conf->state_dir), "/state");
	}
	table = bytes[0] % TABLE_COUNT;
	if (table == RULES)
		table_write(AREAS, (const uint8_t *)areas_text, strlen(areas_text));
	table_write(table, bytes + 1, size - 1);
	table_load(conf, table);
	return 0;
}
