/* SPDX-License-Identifier: Apache-2.0 */
/* The command line as it is read, whatever the order of its words. */
#include "support/test.h"

#include <string.h>

#include "budgetvakt/options.h"

enum { WORDS_MAX = 16 };

struct line {
	int count;
	char *words[WORDS_MAX + 1];
	char text[512];
	struct options options;
	char problem[OPTIONS_PROBLEM_SIZE];
};

/* Splits at '|', so that words may hold blanks. */
static int line_read(struct line *line, const char *text)
{
	char *rest = line->text;

	memset(line, 0, sizeof *line);
	snprintf(line->text, sizeof line->text, "budgetvakt|%s", text);
	for (char *word; (word = strsep(&rest, "|"));)
		line->words[line->count++] = word;
	return options_read(line->count, line->words, &line->options, line->problem);
}

static void options_are_found_before_and_after_the_command(void **state)
{
	static const char *const texts[] = {
		"--config|a.conf|report|verksamheter|--period|2020-08",
		"report|--config|a.conf|verksamheter|--period=2020-08",
		"report|verksamheter|--period|202008|--config=a.conf",
	};
	struct line line = {0};

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		assert_int_equal(line_read(&line, texts[i]), 0);
		assert_string_equal(line.options.config, "a.conf");
		assert_int_equal(line.options.period.yyyymm, 202008);
		assert_int_equal(line.options.operand_count, 2);
		assert_string_equal(line.options.operands[0], "report");
		assert_string_equal(line.options.operands[1], "verksamheter");
	}
}

static void a_value_may_begin_with_a_minus(void **state)
{
	struct line line = {0};

	(void)state;
	assert_int_equal(line_read(&line, "forecast|set|--cost|-24500|--net=-1"), 0);
	assert_string_equal(line.options.cost, "-24500");
	assert_string_equal(line.options.net, "-1");
}

static void words_after_two_dashes_are_no_options(void **state)
{
	struct line line = {0};

	(void)state;
	assert_int_equal(line_read(&line, "import|--source|a|--|--older|b"), 0);
	assert_false(options_has(&line.options, OPTION_OLDER));
	assert_int_equal(line.options.operand_count, 3);
	assert_string_equal(line.options.operands[1], "--older");
}

static void json_is_a_format(void **state)
{
	struct line line = {0};

	(void)state;
	assert_int_equal(line_read(&line, "status"), 0);
	assert_int_equal(line.options.format, VIEW_TEXT);
	assert_int_equal(line_read(&line, "status|--json"), 0);
	assert_int_equal(line.options.format, VIEW_JSON);
	assert_int_equal(line_read(&line, "status|--format|csv"), 0);
	assert_int_equal(line.options.format, VIEW_CSV);
}

static void units_and_colours_are_read(void **state)
{
	struct line line = {0};

	(void)state;
	assert_int_equal(line_read(&line, "report|--unit|mnkr|--color=never"), 0);
	assert_int_equal(line.options.unit_ore, VIEW_UNIT_MNKR);
	assert_int_equal(line.options.color, COLOR_NEVER);
	assert_int_equal(line_read(&line, "report"), 0);
	assert_int_equal(line.options.unit_ore, 0);
	assert_int_equal(line.options.color, COLOR_AUTO);
}

static void wrong_options_are_told_apart(void **state)
{
	static const struct {
		const char *text;
		const char *said;
	} cases[] = {
		{"report|--peroid|2020-08", "menades --period?"},
		{"report|--qwertyuiop", "okänd flagga --qwertyuiop"},
		{"report|-x", "okänd flagga -x"},
		{"report|--period", "--period behöver ett värde"},
		{"report|--period|2020-13", "”2020-13” kan inte läsas"},
		{"report|--unit|öre", "”öre” kan inte läsas"},
		{"report|--json=ja", "--json tar inget värde"},
		{"import|--timeout|0", "”0” kan inte läsas"},
		{"import|--timeout|99999999999", "kan inte läsas"},
		{"subscribe|--from|-1", "”-1” kan inte läsas"},
	};
	struct line line = {0};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_int_equal(line_read(&line, cases[i].text), OPTIONS_BAD);
		if (!strstr(line.problem, cases[i].said))
			fail_msg("%s gave: %s", cases[i].text, line.problem);
	}
}

static void too_many_words_are_refused(void **state)
{
	static char *words[OPERANDS_MAX + 3];
	static struct options options;
	char problem[OPTIONS_PROBLEM_SIZE];

	(void)state;
	for (size_t i = 0; i < OPERANDS_MAX + 2; i++)
		words[i] = (char *)"x";
	assert_int_equal(options_read(OPERANDS_MAX + 1, words, &options, problem), 0);
	assert_int_equal(options.operand_count, OPERANDS_MAX);
	assert_int_equal(options_read(OPERANDS_MAX + 2, words, &options, problem), OPTIONS_BAD);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_are_found_before_and_after_the_command),
		cmocka_unit_test(a_value_may_begin_with_a_minus),
		cmocka_unit_test(words_after_two_dashes_are_no_options),
		cmocka_unit_test(json_is_a_format),
		cmocka_unit_test(units_and_colours_are_read),
		cmocka_unit_test(wrong_options_are_told_apart),
		cmocka_unit_test(too_many_words_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
