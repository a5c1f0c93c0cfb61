/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mottagare.csv, and the identity of the mapping files.
 */
#include "support/test.h"

#include "lib/base/cleanup.h"
#include "lib/conf/tables.h"
#include "unit/conf/scratch.h"

static int recipients_of(struct scratch *scratch, const char *text, struct recipients **recipients)
{
	scratch_write(scratch, "mottagare.csv", text);
	return recipients_load(scratch->conf, recipients);
}

static void addresses_are_relative_to_the_state_folder(void **state)
{
	cleanup(recipients_destroy) struct recipients *recipients = NULL;

	assert_int_equal(recipients_of(*state,
				       "mottagare;slag;adress\nController;fil;larm.jsonl\n"
				       "Arkiv;Fil;/srv/larm.jsonl\n",
				       &recipients),
			 0);
	assert_int_equal(recipients->count, 2);
	assert_string_equal(recipients->recipients[0].name, "Controller");
	assert_int_equal(recipients->recipients[0].kind, RECIPIENT_FILE);
	assert_string_equal(recipients->recipients[0].address, "/state/larm.jsonl");
	assert_string_equal(recipients->recipients[1].address, "/srv/larm.jsonl");
	assert_printed(*state, "");
}

static void a_folder_is_no_address(void **state)
{
	cleanup(recipients_destroy) struct recipients *recipients = NULL;

	assert_int_equal(recipients_of(*state, "mottagare;slag;adress\nController;fil;/srv/larm/\n",
				       &recipients),
			 CONF_BAD);
	assert_printed(*state, "mottagare.csv:2:3: ”/srv/larm/” är en mapp; skriv en fil, till "
			       "exempel larm.jsonl\n");
}

static void no_file_and_no_rows_are_no_recipients(void **state)
{
	struct scratch *scratch = *state;
	cleanup(recipients_destroy) struct recipients *none = NULL;
	cleanup(recipients_destroy) struct recipients *empty = NULL;

	assert_int_equal(recipients_load(scratch->conf, &none), 0);
	assert_int_equal(none->count, 0);
	assert_int_equal(recipients_of(scratch, "mottagare;slag;adress\n", &empty), 0);
	assert_int_equal(empty->count, 0);
	assert_printed(scratch, "");
}

static void every_bad_cell_is_named(void **state)
{
	cleanup(recipients_destroy) struct recipients *recipients = NULL;

	assert_int_equal(recipients_of(*state,
				       "mottagare;slag;adress\nA;fil;a\na;fil;b\n;fil;c\nB;sms;d\n"
				       "C;fil;\n",
				       &recipients),
			 CONF_BAD);
	assert_null(recipients);
	assert_printed(
		*state,
		"mottagare.csv:3:1: mottagaren ”a” finns redan på rad 2; ge den ena ett annat "
		"namn\n"
		"mottagare.csv:4:1: kolumnen mottagare är tom; fyll i den eller ta bort raden\n"
		"mottagare.csv:5:2: okänt slag ”sms”; skriv fil, så läggs larmen till sist i "
		"filen\n"
		"mottagare.csv:6:3: kolumnen adress är tom; fyll i den eller ta bort raden\n");
}

static void too_many_recipients_are_refused(void **state)
{
	cleanup(recipients_destroy) struct recipients *recipients = NULL;
	char text[4096] = "mottagare;slag;adress\n";
	char *end = text + strlen(text);

	for (int i = 1; i <= RECIPIENTS_MAX + 1; i++)
		end += snprintf(end, sizeof(text) - (size_t)(end - text), "M%d;fil;f%d\n", i, i);
	assert_int_equal(recipients_of(*state, text, &recipients), CONF_BAD);
	assert_printed(*state, "mottagare.csv:66: filen har fler än 64 mottagare; ta bort några\n");
}

static void the_mapping_is_named_by_both_files(void **state)
{
	struct scratch *scratch = *state;
	struct hash first;
	struct hash moved;
	struct hash back;

	scratch_write(scratch, "omraden.csv", "ab");
	scratch_write(scratch, "resultatrader.csv", "c");
	assert_int_equal(mapping_hash(scratch->conf, &first), 0);
	scratch_write(scratch, "omraden.csv", "a");
	scratch_write(scratch, "resultatrader.csv", "bc");
	assert_int_equal(mapping_hash(scratch->conf, &moved), 0);
	assert_memory_not_equal(first.bytes, moved.bytes, HASH_SIZE);
	scratch_write(scratch, "omraden.csv", "ab");
	scratch_write(scratch, "resultatrader.csv", "c");
	assert_int_equal(mapping_hash(scratch->conf, &back), 0);
	assert_memory_equal(first.bytes, back.bytes, HASH_SIZE);
}

static void a_mapping_without_a_file_has_no_name(void **state)
{
	struct scratch *scratch = *state;
	struct hash hash;

	scratch_write(scratch, "omraden.csv", "a");
	assert_int_equal(mapping_hash(scratch->conf, &hash), CONF_BAD);
	assert_printed(scratch, "resultatrader.csv: filen finns inte i mappen FOLDER; lägg den där "
				"eller ändra tables i /etc/budgetvakt.conf\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		scratch_test(addresses_are_relative_to_the_state_folder),
		scratch_test(a_folder_is_no_address),
		scratch_test(no_file_and_no_rows_are_no_recipients),
		scratch_test(every_bad_cell_is_named),
		scratch_test(too_many_recipients_are_refused),
		scratch_test(the_mapping_is_named_by_both_files),
		scratch_test(a_mapping_without_a_file_has_no_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
