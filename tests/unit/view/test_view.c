/* SPDX-License-Identifier: Apache-2.0 */
/* Words of the command line, and failures that must not pass for success. */
#include "support/test.h"

#include <errno.h>

#include "unit/view/view_support.h"

static void formats_go_by_their_words(void **state)
{
	enum view_format format;

	(void)state;
	assert_true(view_format_parse("text", &format));
	assert_int_equal(format, VIEW_TEXT);
	assert_true(view_format_parse("csv", &format));
	assert_int_equal(format, VIEW_CSV);
	assert_true(view_format_parse("json", &format));
	assert_int_equal(format, VIEW_JSON);
	assert_false(view_format_parse("xml", &format));
	assert_false(view_format_parse("", &format));
}

static void units_go_by_their_words(void **state)
{
	int64_t unit_ore;

	(void)state;
	assert_true(view_unit_parse("kr", &unit_ore));
	assert_int_equal(unit_ore, 100);
	assert_true(view_unit_parse("tkr", &unit_ore));
	assert_int_equal(unit_ore, 100000);
	assert_true(view_unit_parse("mnkr", &unit_ore));
	assert_int_equal(unit_ore, 100000000);
	assert_false(view_unit_parse("öre", &unit_ore));
}

static void a_full_disk_is_an_error(void **state)
{
	struct view_options options = {.format = VIEW_TEXT, .unit_ore = VIEW_UNIT_TKR};
	struct table *table = table_new(*state);

	table_column(table, "namn", "Namn", COLUMN_TEXT);
	for (int format = VIEW_TEXT; format <= VIEW_JSON; format++) {
		cleanup(close_stream) FILE *stream = fopen("/dev/full", "w");

		assert_non_null(stream);
		options.format = (enum view_format)format;
		assert_int_equal(view_write(stream, table, &options), -EIO);
	}
}

static void a_table_that_failed_is_not_shown(void **state)
{
	struct view_options options = {.format = VIEW_CSV, .unit_ore = VIEW_UNIT_TKR};
	struct table *table = table_new(*state);

	table_column(table, "namn", "Namn", COLUMN_TEXT);
	table_text(table, 0, "no row yet");
	assert_int_equal(view_write(stdout, table, &options), -ENOMEM);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ARENA_TEST(formats_go_by_their_words),
		ARENA_TEST(units_go_by_their_words),
		ARENA_TEST(a_full_disk_is_an_error),
		ARENA_TEST(a_table_that_failed_is_not_shown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
