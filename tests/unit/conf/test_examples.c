/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The files in config/ are right, and the example's commented values are the
 * defaults.
 */
#include "support/test.h"

#include "lib/base/cleanup.h"
#include "lib/conf/tables.h"
#include "unit/conf/scratch.h"

#define EXAMPLES TEST_DATA "/../../config"

static void assert_tables_load(const struct conf *conf)
{
	cleanup(area_tree_destroy) struct area_tree *areas = NULL;
	cleanup(line_tree_destroy) struct line_tree *lines = NULL;
	cleanup(rules_destroy) struct rules *rules = NULL;
	cleanup(recipients_destroy) struct recipients *recipients = NULL;
	cleanup(spread_keys_destroy) struct spread_keys *keys = NULL;
	cleanup(measures_destroy) struct measures *measures = NULL;
	struct hash hash;

	assert_int_equal(areas_load(conf, &areas), 0);
	assert_int_equal(lines_load(conf, &lines), 0);
	assert_int_equal(rules_load(conf, areas, &rules), 0);
	assert_int_equal(recipients_load(conf, &recipients), 0);
	assert_int_equal(spread_keys_load(conf, &keys), 0);
	assert_int_equal(measures_load(conf, &measures), 0);
	assert_int_equal(mapping_hash(conf, &hash), 0);
	assert_int_equal(areas->count, 37);
	assert_int_equal(lines->count, 21);
	assert_int_equal(rules->count, 4);
	assert_int_equal(recipients->count, 1);
	assert_int_equal(keys->count, 3);
	assert_int_equal(measures->count, 4);
}

static void the_example_and_its_tables_load(void **state)
{
	cleanup(conf_destroy) struct conf *conf = NULL;

	assert_int_equal(conf_load(&conf, EXAMPLES "/budgetvakt.conf"), 0);
	assert_tables_load(conf);
	assert_printed(*state, "");
}

static void the_file_for_development_loads(void **state)
{
	cleanup(conf_destroy) struct conf *conf = NULL;

	assert_int_equal(conf_load(&conf, EXAMPLES "/dev.conf"), 0);
	assert_int_equal(conf->source_count, 4);
	assert_tables_load(conf);
	assert_printed(*state, "");
}

/* A setting is commented out with '#' and no blank or with two: "#state" and
 * "#  format"; an explanation has one blank. */
static void example_uncomment(char *text)
{
	for (char *line = text; *line; line += strcspn(line, "\n"), line += *line == '\n') {
		if (line[0] == '#' && (line[1] != ' ' || line[2] == ' '))
			line[0] = ' ';
	}
}

static void assert_same_source(const struct source *source, const struct source *defaults)
{
	assert_string_equal(source->pattern, defaults->pattern);
	assert_int_equal(source->mode, defaults->mode);
	assert_int_equal(source->layer, defaults->layer);
	assert_int_equal(source->sign, defaults->sign);
	assert_int_equal(source->encoding, defaults->encoding);
	assert_int_equal(source->delimiter, defaults->delimiter);
	assert_int_equal(source->decimal, defaults->decimal);
	assert_int_equal(source->unit_ore, defaults->unit_ore);
	assert_memory_equal(source->keeps, defaults->keeps, sizeof(source->keeps));
	assert_int_equal(source->sie_dimension_count, defaults->sie_dimension_count);
	assert_memory_equal(source->sie_dimensions, defaults->sie_dimensions,
			    sizeof(source->sie_dimensions));
}

static void commented_values_are_the_defaults(void **state)
{
	struct scratch *scratch = *state;
	cleanup(conf_destroy) struct conf *all = NULL;
	cleanup(conf_destroy) struct conf *defaults = NULL;
	cleanup(free_bytes) char *text = NULL;
	char path[PATH_SIZE];
	size_t length;

	assert_int_equal(file_read(EXAMPLES "/budgetvakt.conf", 65536, &text, &length), 0);
	example_uncomment(text);
	scratch_path(scratch, "b.conf", path);
	scratch_write(scratch, "b.conf", text);
	assert_int_equal(conf_load(&all, path), 0);
	scratch_write(
		scratch, "b.conf",
		"instance = socialnamnden\nsource s { format = sie }\n"
		"source c { format = csv mode = delta columns = {\"b=belopp\", \"p=period\"} }\n");
	assert_int_equal(conf_load(&defaults, path), 0);
	assert_string_equal(all->tables_dir, defaults->tables_dir);
	assert_string_equal(all->state_dir, defaults->state_dir);
	assert_string_equal(all->runtime_dir, defaults->runtime_dir);
	assert_string_equal(all->inbox_dir, defaults->inbox_dir);
	assert_int_equal(all->store_size_mib, defaults->store_size_mib);
	assert_int_equal(all->free_space_min_mib, defaults->free_space_min_mib);
	assert_int_equal(all->ballast_mib, defaults->ballast_mib);
	assert_int_equal(all->journal_keep_days, defaults->journal_keep_days);
	assert_int_equal(all->uid_count, defaults->uid_count);
	assert_int_equal(all->text_reader_count, defaults->text_reader_count);
	assert_int_equal(all->source_count, 2);
	assert_same_source(&all->sources[0], &defaults->sources[0]);
	assert_same_source(&all->sources[1], &defaults->sources[1]);
	assert_printed(scratch, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		scratch_test(the_example_and_its_tables_load),
		scratch_test(the_file_for_development_loads),
		scratch_test(commented_values_are_the_defaults),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
