/* SPDX-License-Identifier: Apache-2.0 */
/* What a file says about itself against its rows, and how a deviation is told. */
#include "support/test.h"

#include "unit/aggregate/town.h"

/* Report sign: 5010 sums to -1 500,25 in the year, 3011 to +200,00, 1930 to the rest. */
static const struct town_row rows[] = {
	{202001, "5010", "510", -100000, NULL, NULL}, {202001, "5010", "500", -25, NULL, NULL},
	{202002, "5010", "510", -50000, NULL, NULL},  {202002, "3011", "510", 20000, NULL, NULL},
	{202002, "1930", NULL, 130025, NULL, NULL},   {202101, "5010", "510", -7, NULL, NULL},
	{202101, "1930", NULL, 7, NULL, NULL},
};

enum { ROW_COUNT = sizeof rows / sizeof rows[0] };

static int control_setup(void **state)
{
	struct staging *staging = NULL;

	assert_int_equal(staging_new(&staging), 0);
	assert_int_equal(town_stage(staging, LAYER_OUTCOME, rows, ROW_COUNT), 0);
	*state = staging;
	return 0;
}

static int control_teardown(void **state)
{
	struct staging *staging = *state;

	staging_destroy(&staging);
	return 0;
}

static const struct batch_end honest = {.row_count = ROW_COUNT, .balances = true};

static int control_one(const struct staging *staging, enum control_kind kind, const char *account,
		       uint32_t period, int64_t ore, struct batch_findings *findings)
{
	struct batch_control control = {.kind = kind,
					.account = account,
					.period = {period},
					.amount = {ore},
					.line = 4711};
	struct batch_end end = honest;

	end.controls = &control;
	end.control_count = 1;
	*findings = (struct batch_findings){.kept_count = 0};
	return control_check(staging, &end, findings);
}

static void a_file_that_agrees_with_itself_passes(void **state)
{
	struct batch_control controls[] = {
		{CONTROL_ACCOUNT_YEAR, "5010", {202012}, {-150025}, 1, 0},
		{CONTROL_ACCOUNT_YEAR, "5010", {202101}, {-7}, 2, 0},
		{CONTROL_ACCOUNT_PERIOD, "5010", {202001}, {-100025}, 3, 0},
		{CONTROL_ACCOUNT_PERIOD, "5010", {202002}, {-50000}, 4, 0},
		{CONTROL_ACCOUNT_PERIOD, "5010", {202003}, {0}, 5, 0},
		{CONTROL_ACCOUNT_YEAR, "3011", {202001}, {20000}, 6, 0},
		{CONTROL_ACCOUNT_YEAR, "9999", {202001}, {0}, 7, 0},
	};
	struct batch_end end = honest;
	struct batch_findings findings = {.kept_count = 0};

	end.controls = controls;
	end.control_count = sizeof controls / sizeof controls[0];
	assert_int_equal(control_check(*state, &end, &findings), 0);
	assert_int_equal(control_check(*state, &honest, &findings), 0);
}

/* Amounts are told as the file has them: debit plus, so costs without a minus. */
static void a_year_total_that_deviates_is_told_in_the_files_own_sign(void **state)
{
	struct batch_findings findings = {.kept_count = 0};

	assert_int_equal(
		control_one(*state, CONTROL_ACCOUNT_YEAR, "5010", 202001, -150024, &findings),
		CONTROL_DEVIATES);
	assert_string_equal(
		findings.kept[0].found,
		"#RES för konto 5010 2020 är 1500,24, men filens rader summerar till 1500,25");
	assert_string_equal(findings.kept[0].expected,
			    "filens rader ska summera till dess egna saldon: gör om exporten");
	assert_int_equal(findings.kept[0].line, 4711);
}

static void an_income_that_deviates_has_a_minus(void **state)
{
	struct batch_findings findings = {.kept_count = 0};

	assert_int_equal(control_one(*state, CONTROL_ACCOUNT_YEAR, "3011", 202001, 5, &findings),
			 CONTROL_DEVIATES);
	assert_string_equal(
		findings.kept[0].found,
		"#RES för konto 3011 2020 är -0,05, men filens rader summerar till -200,00");
}

static void a_period_total_that_deviates_names_the_month(void **state)
{
	struct batch_findings findings = {.kept_count = 0};

	assert_int_equal(control_one(*state, CONTROL_ACCOUNT_PERIOD, "5010", 202002, 0, &findings),
			 CONTROL_DEVIATES);
	assert_string_equal(
		findings.kept[0].found,
		"#PSALDO för konto 5010 2020-02 är 0,00, men filens rader summerar till 500,00");
	assert_int_equal(findings.kept[0].line, 4711);
}

static void a_total_of_a_konto_without_rows_deviates_unless_zero(void **state)
{
	struct batch_findings findings = {.kept_count = 0};

	assert_int_equal(control_one(*state, CONTROL_ACCOUNT_YEAR, "7000", 202001, -1, &findings),
			 CONTROL_DEVIATES);
	assert_non_null(strstr(findings.kept[0].found, "konto 7000 2020 är 0,01"));
	assert_non_null(strstr(findings.kept[0].found, "summerar till 0,00"));
}

static void the_extremes_of_an_amount_are_told_whole(void **state)
{
	struct batch_findings findings = {.kept_count = 0};

	assert_int_equal(
		control_one(*state, CONTROL_ACCOUNT_YEAR, "5010", 202001, INT64_MIN, &findings),
		CONTROL_DEVIATES);
	assert_non_null(strstr(findings.kept[0].found, "är 92233720368547758,08,"));
	assert_int_equal(
		control_one(*state, CONTROL_ACCOUNT_YEAR, "5010", 202001, INT64_MAX, &findings),
		CONTROL_DEVIATES);
	assert_non_null(strstr(findings.kept[0].found, "är -92233720368547758,07,"));
}

static void every_deviation_is_told(void **state)
{
	struct batch_control controls[] = {
		{CONTROL_ACCOUNT_YEAR, "5010", {202001}, {-150025}, 10, 0},
		{CONTROL_ACCOUNT_YEAR, "3011", {202001}, {1}, 11, 0},
		{CONTROL_ACCOUNT_YEAR, "5010", {202101}, {1}, 12, FINDING_ERROR},
	};
	struct batch_end end = honest;
	struct batch_findings findings = {.kept_count = 0};

	end.controls = controls;
	end.control_count = 3;
	assert_int_equal(control_check(*state, &end, &findings), CONTROL_DEVIATES);
	assert_int_equal(findings.kept_count, 2);
	assert_int_equal(findings.kept[0].line, 11);
	assert_int_equal(findings.kept[0].code, FINDING_LEDGER_RESULT);
	assert_int_equal(findings.kept[1].line, 12);
	for (int i = 0; i < 3; i++)
		controls[i].severity = FINDING_WARNING;
	findings = (struct batch_findings){.kept_count = 0};
	assert_int_equal(control_check(*state, &end, &findings), 0);
	assert_int_equal(findings.warning_count, 2);
	controls[1].severity = FINDING_IGNORED;
	findings = (struct batch_findings){.kept_count = 0};
	assert_int_equal(control_check(*state, &end, &findings), 0);
	assert_int_equal(findings.warning_count, 1);
}

static void vouchers_that_do_not_balance_are_refused(void **state)
{
	static const struct town_row lopsided[] = {{202001, "5010", "510", -1234, NULL, NULL}};
	struct batch_end end = honest;
	struct batch_findings findings = {.kept_count = 0};

	assert_int_equal(town_stage(*state, LAYER_OUTCOME, lopsided, 1), 0);
	end.row_count++;
	end.sum.ore = -1234;
	assert_int_equal(control_check(*state, &end, &findings), CONTROL_DEVIATES);
	assert_string_equal(findings.kept[0].found, "verifikationerna summerar till 12,34");
	assert_string_equal(findings.kept[0].expected, "debet lika med kredit: gör om exporten");
	assert_int_equal(findings.kept[0].line, 0);
	end.balances = false;
	findings = (struct batch_findings){.kept_count = 0};
	assert_int_equal(control_check(*state, &end, &findings), 0);
}

static void budget_rows_neither_balance_nor_count_in_totals(void **state)
{
	static const struct town_row budget[] = {{202001, "5010", "510", -999, NULL, NULL}};
	struct batch_control control = {CONTROL_ACCOUNT_YEAR, "5010", {202001}, {-150025}, 1, 0};
	struct batch_end end = honest;
	struct batch_findings findings = {.kept_count = 0};

	assert_int_equal(town_stage(*state, LAYER_BUDGET, budget, 1), 0);
	end.row_count++;
	end.sum.ore = -999;
	end.controls = &control;
	end.control_count = 1;
	assert_int_equal(control_check(*state, &end, &findings), 0);
}

static void rows_lost_on_the_way_are_noticed(void **state)
{
	struct batch_end fewer = honest;
	struct batch_end other = honest;
	struct batch_findings findings = {.kept_count = 0};

	fewer.row_count = ROW_COUNT + 1;
	assert_int_equal(control_check(*state, &fewer, &findings), CONTROL_DEVIATES);
	assert_string_equal(findings.kept[0].found,
			    "7 rader kom fram av 8, eller med annan summa eller andra "
			    "verifikationer");
	other.sum.ore = 1;
	findings = (struct batch_findings){.kept_count = 0};
	assert_int_equal(control_check(*state, &other, &findings), CONTROL_DEVIATES);
	assert_int_equal(findings.kept[0].code, FINDING_LEDGER_ARRIVAL);
}

/* Without them a file that overlaps another would not be told from one that does not. */
static void vouchers_lost_on_the_way_are_noticed(void **state)
{
	struct batch_end end = honest;
	struct batch_findings findings = {.kept_count = 0};

	end.voucher_count = 1;
	assert_int_equal(control_check(*state, &end, &findings), CONTROL_DEVIATES);
	assert_int_equal(findings.kept[0].code, FINDING_LEDGER_ARRIVAL);
}

/* The deviation of a refused file reaches the sender of the batch. */
static void a_deviation_refuses_the_batch(void **state)
{
	void *town_state = NULL;
	struct batch_coverage coverages[] = {
		{.layer = LAYER_OUTCOME, .first = {202001}, .last = {202012}, .through = {202012}},
		{.layer = LAYER_OUTCOME, .first = {202101}, .last = {202101}, .through = {202101}},
	};
	struct batch_begin begin = {
		.source = "m", .file_name = "f", .format = "sie4", .mode = REPLACE_SNAPSHOT};
	struct batch_control control = {CONTROL_ACCOUNT_YEAR, "5010", {202001}, {0}, 99, 0};
	struct batch_end end = honest;
	struct batch batch;
	struct batch_findings findings = {.kept_count = 0};
	struct town *town;

	town_setup(&town_state);
	town = town_state;
	end.coverages = coverages;
	end.coverage_count = 2;
	end.controls = &control;
	end.control_count = 1;
	assert_int_equal(commit_batch(&town->ledger, town->journal, &begin, *state, &end,
				      TOWN_TIME_MS, &batch, &findings),
			 COMMIT_REFUSED);
	assert_int_equal(findings.kept[0].line, 99);
	assert_int_equal(town_ore(town, "Familjehem", "Personal", LAYER_OUTCOME, 1), 0);
	assert_int_equal(journal_last_seq(town->journal), 0);
	town_teardown(&town_state);
}

static void a_total_of_an_absent_konto_is_zero(void **state)
{
	static const struct town_row without[] = {{202001, NULL, "510", -100, NULL, NULL}};
	struct batch_control control = {.kind = CONTROL_ACCOUNT_YEAR,
					.account = "3011",
					.period = {202001},
					.amount = {0},
					.line = 9};
	struct batch_end end = {
		.row_count = 1, .sum = {-100}, .controls = &control, .control_count = 1};
	struct staging *staging = NULL;
	struct batch_findings findings = {.kept_count = 0};
	(void)state;
	assert_int_equal(staging_new(&staging), 0);
	assert_int_equal(town_stage(staging, LAYER_OUTCOME, without, 1), 0);
	assert_int_equal(control_check(staging, &end, &findings), 0);
	control.amount.ore = -100;
	assert_int_equal(control_check(staging, &end, &findings), CONTROL_DEVIATES);
	staging_destroy(&staging);
}

#define control_test(test) cmocka_unit_test_setup_teardown(test, control_setup, control_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_total_of_an_absent_konto_is_zero),
		control_test(a_file_that_agrees_with_itself_passes),
		control_test(a_year_total_that_deviates_is_told_in_the_files_own_sign),
		control_test(an_income_that_deviates_has_a_minus),
		control_test(a_period_total_that_deviates_names_the_month),
		control_test(a_total_of_a_konto_without_rows_deviates_unless_zero),
		control_test(the_extremes_of_an_amount_are_told_whole),
		control_test(every_deviation_is_told),
		control_test(vouchers_that_do_not_balance_are_refused),
		control_test(budget_rows_neither_balance_nor_count_in_totals),
		control_test(rows_lost_on_the_way_are_noticed),
		control_test(vouchers_lost_on_the_way_are_noticed),
		control_test(a_deviation_refuses_the_batch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
