/* SPDX-License-Identifier: Apache-2.0 */
/* Verdicts: which one is told, and to whom. */
#include "support/test.h"

#include "ingest/archive.h"
#include "ingest/verdict.h"
#include "unit/ingest/scratch.h"

static struct scratch scratch;
static struct verdict_desk *desk;
static struct arena *arena;
static struct hash hash_a;

static int setup(void **state)
{
	(void)state;
	scratch_make(&scratch);
	assert_int_equal(archive_prepare(scratch.conf), 0);
	assert_int_equal(verdict_desk_new(&desk, scratch.conf), 0);
	assert_int_equal(arena_new(&arena, 64 * 1024), 0);
	assert_int_equal(hash_bytes("a", 1, &hash_a), 0);
	scratch_put(&scratch, "state/a", "a");
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	verdict_desk_destroy(&desk);
	arena_destroy(&arena);
	scratch_remove(&scratch);
	return 0;
}

static struct verdict verdict_on_a(enum verdict_kind kind)
{
	struct verdict verdict = {
		.kind = kind,
		.file = {.file_name = "a.csv", .source = "skola", .hash = hash_a},
	};

	return verdict;
}

static enum verdict_kind found(void)
{
	struct verdict verdict;
	int r = verdict_find(desk, "skola", &hash_a, &verdict);

	assert_true(r == 0 || r == VERDICT_NONE);
	return r == 0 ? verdict.kind : 0;
}

static void an_unknown_file_has_no_verdict(void **state)
{
	(void)state;
	assert_int_equal(found(), 0);
}

static void old_verdicts_are_read_from_the_folders(void **state)
{
	struct verdict verdict = verdict_on_a(VERDICT_REFUSED);

	(void)state;
	report_finding_set(&verdict.file, "fel", "rätta");
	assert_int_equal(archive_refuse(scratch.conf, &verdict.file, NULL,
					scratch_path(&scratch, "state/a")),
			 0);
	assert_int_equal(found(), VERDICT_REFUSED);
	scratch_put(&scratch, "state/a", "a");
	assert_int_equal(
		archive_accept(scratch.conf, "skola", &hash_a, scratch_path(&scratch, "state/a")),
		0);
	assert_int_equal(found(), VERDICT_KNOWN);
}

static void the_newest_verdict_counts(void **state)
{
	struct verdict verdict = verdict_on_a(VERDICT_REFUSED);

	(void)state;
	verdict_keep(desk, &verdict);
	assert_int_equal(found(), VERDICT_REFUSED);
	verdict.kind = VERDICT_ACCEPTED;
	verdict_keep(desk, &verdict);
	assert_int_equal(found(), VERDICT_ACCEPTED);
	for (int i = 0; i < VERDICTS_KEPT; i++) {
		assert_int_equal(found(), VERDICT_ACCEPTED);
		assert_int_equal(hash_bytes(&i, sizeof i, &verdict.file.hash), 0);
		verdict_keep(desk, &verdict);
	}
	assert_int_equal(found(), 0);
}

static void an_answer_is_one_row(void **state)
{
	struct verdict verdict = verdict_on_a(VERDICT_REFUSED);
	struct answer answer = {.text = ""};

	(void)state;
	verdict.file.line = 3;
	report_finding_set(&verdict.file, "fel", "rätta");
	assert_int_equal(verdict_answer(&verdict, arena, &answer), 0);
	assert_string_equal(answer.text, "3: fel; rätta");
	assert_int_equal(answer.table->row_count, 1);
	assert_string_equal(table_find(answer.table, "utslag")->texts[0], "karantän");
	assert_string_equal(table_find(answer.table, "text")->texts[0], "rad 3: fel; rätta");
	assert_true(table_find(answer.table, "rader")->numbers[0] == TABLE_MISSING);
	verdict.kind = VERDICT_ACCEPTED;
	verdict.has_rows = true;
	verdict.row_count = 12;
	verdict.first = (struct period){202001};
	assert_int_equal(verdict_answer(&verdict, arena, &answer), 0);
	assert_string_equal(table_find(answer.table, "utslag")->texts[0], "inläst");
	assert_int_equal(table_find(answer.table, "rader")->numbers[0], 12);
	assert_int_equal(table_find(answer.table, "fran")->numbers[0], 202001);
	assert_true(table_find(answer.table, "till")->numbers[0] == TABLE_MISSING);
}

static struct question question_number(uint8_t number)
{
	struct question question = {.peer = {.id = {number}, .id_size = 1}, .hash = hash_a};

	question.id[0] = number;
	snprintf(question.source, sizeof question.source, "skola");
	return question;
}

static void the_oldest_question_gives_way(void **state)
{
	(void)state;
	for (unsigned i = 0; i < QUESTIONS_MAX; i++) {
		struct question question = question_number((uint8_t)i);

		verdict_wait(desk, &question);
	}
	assert_int_equal(verdict_waiting_count(desk), QUESTIONS_MAX);
	struct question question = question_number(0);

	question.peer.id_size = 2;
	verdict_wait(desk, &question);
	assert_int_equal(verdict_waiting_count(desk), QUESTIONS_MAX);
	assert_int_equal(verdict_waiting(desk, 0)->id[0], 1);
	assert_int_equal(verdict_waiting(desk, QUESTIONS_MAX - 1)->peer.id_size, 2);
}

static void who_asks_again_is_answered_once(void **state)
{
	struct question question = question_number(1);

	(void)state;
	verdict_wait(desk, &question);
	question.id[0] = 2;
	verdict_wait(desk, &question);
	assert_int_equal(verdict_waiting_count(desk), 1);
	assert_int_equal(verdict_waiting(desk, 0)->id[0], 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_unknown_file_has_no_verdict), TEST(old_verdicts_are_read_from_the_folders),
		TEST(the_newest_verdict_counts),      TEST(an_answer_is_one_row),
		TEST(the_oldest_question_gives_way),  TEST(who_asks_again_is_answered_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
