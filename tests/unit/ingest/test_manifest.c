/* SPDX-License-Identifier: Apache-2.0 */
/* Control files: what they may say, and what becomes of the file. */
#include "support/test.h"

#include "ingest/manifest.h"
#include "unit/ingest/intake_world.h"

static const struct source ledger = {
	.format = FORMAT_CSV, .layer = LAYER_OUTCOME, .sign = SIGN_LEDGER, .unit_ore = 100};
static const struct source thousands = {
	.format = FORMAT_CSV, .layer = LAYER_OUTCOME, .sign = SIGN_REPORT, .unit_ore = 100000};

static int setup(void **state)
{
	(void)state;
	return world_setup(TEST_PROGRAMS "/budgetvakt-parse");
}

static bool parses(const char *text, struct manifest *manifest)
{
	struct finding finding;
	bool is_good = manifest_parse(text, &ledger, manifest, &finding);

	assert_true(is_good || (finding.code == FINDING_MANIFEST_FORM && finding.found[0]));
	return is_good;
}

static void both_dialects_are_read(void **state)
{
	struct manifest manifest;

	(void)state;
	assert_true(parses("\xEF\xBB\xBFRader = 12\r\n\r\n# av Raindance\r\nsumma=-1 234,56\r\n",
			   &manifest));
	assert_true(manifest.has_rows && manifest.has_sum && !manifest.has_hash);
	assert_int_equal(manifest.row_count, 12);
	assert_int_equal(manifest.sum.ore, -123456);
	assert_true(parses("rader;7\nsumma;8\nsha256;"
			   "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
			   &manifest));
	assert_int_equal(manifest.sum.ore, 800);
	assert_true(manifest.has_hash);
}

static void what_is_not_understood_is_refused(void **state)
{
	struct manifest manifest;

	(void)state;
	assert_false(parses("", &manifest));
	assert_false(parses("rader\n", &manifest));
	assert_false(parses("rader=tolv\n", &manifest));
	assert_false(parses("rader=12\nantal=12\n", &manifest));
	assert_false(parses("summa=1,234\n", &manifest));
	assert_false(parses("sha256=abc\n", &manifest));
}

static void the_sum_is_in_the_files_own_sign_and_unit(void **state)
{
	const struct batch_end end = {.row_count = 2, .sum = {-5000000}};
	struct finding findings[MANIFEST_FINDINGS_MAX];
	struct finding finding;
	struct manifest manifest;

	(void)state;
	assert_true(manifest_parse("summa=50000,00", &ledger, &manifest, &finding));
	assert_int_equal(manifest_check(&manifest, &ledger, &end, findings), 0);
	assert_true(manifest_parse("summa=-50", &thousands, &manifest, &finding));
	assert_int_equal(manifest_check(&manifest, &thousands, &end, findings), 0);
	assert_true(manifest_parse("summa=50000,01\nrader=3", &ledger, &manifest, &finding));
	assert_int_equal(manifest_check(&manifest, &ledger, &end, findings), 2);
	assert_string_equal(findings[0].found,
			    "filen har 2 rader som räknas, kontrollfilen säger 3");
	assert_string_equal(findings[1].found, "raderna summerar till 50000,00 kr, "
					       "kontrollfilen säger 50000,01 kr");
}

static void require(enum manifest_use use)
{
	char path[PATH_SIZE];
	FILE *file;

	assert_int_equal(path_print(path, "%s/budgetvakt.conf", world.scratch.folder), 0);
	file = fopen(path, "w");
	assert_non_null(file);
	fprintf(file,
		"instance = \"prov\"\ntables = \".\"\nstate = \"state\"\nruntime = \"run\"\n"
		"inbox = \"inbox\"\nsource \"skola\" {\npattern = \"*\"\nformat = \"csv\"\n"
		"mode = \"delta\"\nmanifest = \"%s\"\n"
		"columns = {\"Konto=konto\", \"Period=period\", \"Belopp=belopp\"}\n}\n",
		use == MANIFEST_REQUIRED ? "krävs" : "om den finns");
	fclose(file);
	inbox_destroy(&world.inbox);
	conf_destroy(&world.scratch.conf);
	assert_int_equal(conf_load(&world.scratch.conf, path), 0);
	assert_int_equal(inbox_new(&world.inbox, world.scratch.conf), 0);
}

static bool kept(const char *folder)
{
	char part[PATH_SIZE];
	char name[HASH_TEXT_SIZE];

	hash_text(&world.verdict.file.hash, name);
	snprintf(part, sizeof part, "state/%s/skola/%s.sum", folder, name);
	return scratch_has(&world.scratch, part);
}

static void a_file_that_agrees_is_counted_and_its_manifest_kept(void **state)
{
	(void)state;
	require(MANIFEST_REQUIRED);
	scratch_put(&world.scratch, "inbox/skola/a.csv.sum", "rader=2\nsumma=50,00\n");
	scratch_put(&world.scratch, "inbox/skola/a.csv", GOOD_TEXT);
	run(1);
	assert_int_equal(world.verdict.kind, VERDICT_ACCEPTED);
	assert_true(kept("archive"));
	assert_nothing_left();
}

static void a_file_that_deviates_is_refused_before_it_is_counted(void **state)
{
	(void)state;
	require(MANIFEST_IF_THERE);
	scratch_put(&world.scratch, "inbox/skola/a.csv.sum", "rader=3\n");
	scratch_put(&world.scratch, "inbox/skola/a.csv", GOOD_TEXT);
	run(1);
	assert_int_equal(world.verdict.kind, VERDICT_REFUSED);
	assert_int_equal(world.verdict.file.code, FINDING_MANIFEST_DEVIATES);
	assert_int_equal(world.end_count, 0);
	assert_true(kept("quarantine"));
	assert_nothing_left();
}

static void without_one_a_file_is_counted_unless_it_is_required(void **state)
{
	(void)state;
	require(MANIFEST_IF_THERE);
	scratch_put(&world.scratch, "inbox/skola/a.csv", GOOD_TEXT);
	run(1);
	assert_int_equal(world.verdict.kind, VERDICT_ACCEPTED);
	assert_false(kept("archive"));
}

static int manifest_bring(void *context)
{
	bool *is_there = context;

	if (*is_there)
		return intake_tick(world.intake);
	assert_true(scratch_has(&world.scratch, "inbox/skola/a.csv"));
	assert_int_equal(world.decided_count, 0);
	scratch_put(&world.scratch, "inbox/skola/a.csv.sum", "summa;50\n");
	*is_there = true;
	return intake_tick(world.intake);
}

static void a_file_waits_for_the_one_it_must_have(void **state)
{
	bool is_there = false;

	(void)state;
	require(MANIFEST_REQUIRED);
	scratch_put(&world.scratch, "inbox/skola/a.csv", GOOD_TEXT);
	assert_int_equal(loop_add_timer(world.loop, 4 * RETRY_MS, manifest_bring, &is_there, NULL),
			 0);
	run(1);
	assert_true(is_there);
	assert_int_equal(world.verdict.kind, VERDICT_ACCEPTED);
	assert_nothing_left();
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_dialects_are_read),
		cmocka_unit_test(what_is_not_understood_is_refused),
		cmocka_unit_test(the_sum_is_in_the_files_own_sign_and_unit),
		TEST(a_file_that_agrees_is_counted_and_its_manifest_kept),
		TEST(a_file_that_deviates_is_refused_before_it_is_counted),
		TEST(without_one_a_file_is_counted_unless_it_is_required),
		TEST(a_file_waits_for_the_one_it_must_have),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
