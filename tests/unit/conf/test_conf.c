/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The settings of the instance: defaults, paths, and what is refused with which
 * words.
 */
#include "support/test.h"

#include "lib/base/cleanup.h"
#include "unit/conf/scratch.h"

#define OK "instance = \"ekero\"\n"

static int conf_of_bytes(struct scratch *scratch, const char *bytes, size_t length,
			 struct conf **conf)
{
	char path[PATH_SIZE];

	scratch_write_bytes(scratch, "b.conf", bytes, length);
	scratch_path(scratch, "b.conf", path);
	return conf_load(conf, path);
}

static int conf_of(struct scratch *scratch, const char *text, struct conf **conf)
{
	return conf_of_bytes(scratch, text, strlen(text), conf);
}

static void assert_bad(struct scratch *scratch, const char *text, const char *expected)
{
	cleanup(conf_destroy) struct conf *conf = NULL;

	assert_int_equal(conf_of(scratch, text, &conf), CONF_BAD);
	assert_null(conf);
	assert_printed(scratch, expected);
}

static void assert_below(const struct scratch *scratch, const char *below, const char *path)
{
	char expected[PATH_SIZE];

	scratch_path(scratch, below, expected);
	assert_string_equal(path, expected);
}

static void the_instance_alone_gives_all_defaults(void **state)
{
	struct scratch *scratch = *state;
	cleanup(conf_destroy) struct conf *conf = NULL;

	assert_int_equal(conf_of(scratch, "\xEF\xBB\xBF" OK, &conf), 0);
	assert_string_equal(conf->instance, "ekero");
	assert_string_equal(conf->tables_dir, scratch->folder);
	assert_string_equal(conf->state_dir, "/var/lib/budgetvakt/ekero");
	assert_string_equal(conf->runtime_dir, "/run/budgetvakt/ekero");
	assert_string_equal(conf->inbox_dir, "/var/spool/budgetvakt/ekero");
	assert_int_equal(conf->store_size_mib, 4096);
	assert_int_equal(conf->free_space_min_mib, 256);
	assert_int_equal(conf->ballast_mib, 16);
	assert_int_equal(conf->journal_keep_days, 400);
	assert_int_equal(conf->uid_count, 0);
	assert_int_equal(conf->text_reader_count, 0);
	assert_int_equal(conf->source_count, 0);
	assert_below(scratch, "b.conf", conf->path);
	assert_printed(scratch, "");
}

static void every_setting_is_taken(void **state)
{
	struct scratch *scratch = *state;
	cleanup(conf_destroy) struct conf *conf = NULL;

	assert_int_equal(conf_of(scratch,
				 OK "tables = 'tabeller'\nstate = \"/s//t/./u/../v/\"\n"
				    "runtime = \"run\"\ninbox = \"/in\"\nstore_size_mib = 16\n"
				    "free_space_min_mib = 9\nballast_mib = 8\n"
				    "journal_keep_days = 0\n"
				    "allowed_uids = {0, 1001,\n4294967294}\n"
				    "text_readers = {\"anna\", \"@domain users\"}\n"
				    "# kommentar\nsource x { format = sie }\n",
				 &conf),
			 0);
	assert_below(scratch, "tabeller", conf->tables_dir);
	assert_string_equal(conf->state_dir, "/s/t/v");
	assert_below(scratch, "run", conf->runtime_dir);
	assert_string_equal(conf->inbox_dir, "/in");
	assert_int_equal(conf->store_size_mib, 16);
	assert_int_equal(conf->free_space_min_mib, 9);
	assert_int_equal(conf->ballast_mib, 8);
	assert_int_equal(conf->journal_keep_days, 0);
	assert_int_equal(conf->uid_count, 3);
	assert_int_equal(conf->uids[2], 4294967294U);
	assert_int_equal(conf->text_reader_count, 2);
	assert_string_equal(conf->text_readers[0], "anna");
	assert_string_equal(conf->text_readers[1], "@domain users");
	assert_non_null(conf_source(conf, "x"));
	assert_null(conf_source(conf, "y"));
	assert_printed(scratch, "");
}

static void relative_paths_begin_at_the_file_and_may_go_up(void **state)
{
	struct scratch *scratch = *state;
	cleanup(conf_destroy) struct conf *conf = NULL;
	const char *name = strrchr(scratch->folder, '/') + 1;
	char text[256];

	snprintf(text, sizeof(text), OK "state = \"../%s/./a\"\ninbox = \"../../../../../..\"\n",
		 name);
	assert_int_equal(conf_of(scratch, text, &conf), 0);
	assert_below(scratch, "a", conf->state_dir);
	assert_string_equal(conf->inbox_dir, "/");
}

static void endpoints_and_state_paths_are_built(void **state)
{
	cleanup(conf_destroy) struct conf *conf = NULL;
	char text[PATH_SIZE];

	assert_int_equal(conf_of(*state, OK, &conf), 0);
	assert_int_equal(conf_endpoint(conf, "aggregate", "bell", text), 0);
	assert_string_equal(text, "ipc:///run/budgetvakt/ekero/aggregate.bell");
	assert_int_equal(conf_state_path(conf, "ledger", text), 0);
	assert_string_equal(text, "/var/lib/budgetvakt/ekero/ledger");
}

static void a_missing_file_is_a_problem(void **state)
{
	struct scratch *scratch = *state;
	struct conf *conf = NULL;
	char path[PATH_SIZE];

	scratch_path(scratch, "b.conf", path);
	assert_int_equal(conf_load(&conf, path), CONF_BAD);
	assert_printed(scratch, "FOLDER/b.conf: filen finns inte; ange rätt fil med --config\n");
	assert_int_equal(conf_load(&conf, scratch->folder), CONF_BAD);
	assert_printed(scratch, "FOLDER: filen kan inte läsas (Invalid argument); kontrollera att "
				"den är en fil och att Budgetvakt får läsa den\n");
}

static void a_file_that_is_no_text_is_refused(void **state)
{
	struct conf *conf = NULL;

	assert_bad(*state, OK "# \xE5\n",
		   "FOLDER/b.conf: filen är inte UTF-8; spara den som UTF-8\n");
	assert_int_equal(conf_of_bytes(*state, "a\0b", 3, &conf), CONF_BAD);
	assert_printed(*state, "FOLDER/b.conf: filen är inte UTF-8; spara den som UTF-8\n");
}

static void unknown_settings_are_refused_with_their_line(void **state)
{
	assert_bad(*state, OK "\n\nstates = \"x\"\n",
		   "FOLDER/b.conf:4: okänd inställning ”states”; ta bort den eller rätta namnet, "
		   "alla finns i exemplet budgetvakt.conf\n");
	assert_bad(*state, OK "source \"a\" {\n  format = sie\n\n  colums = {}\n}\n",
		   "FOLDER/b.conf:5: okänd inställning ”colums”; ta bort den eller rätta namnet, "
		   "alla finns i exemplet budgetvakt.conf\n");
	assert_bad(*state, OK "include(\"x\")\n",
		   "FOLDER/b.conf:2: okänd inställning ”include”; ta bort den eller rätta namnet, "
		   "alla finns i exemplet budgetvakt.conf\n");
}

static void broken_grammar_is_refused_with_its_line(void **state)
{
	assert_bad(*state, "\ninstance \"a\"\n",
		   "FOLDER/b.conf:2: likhetstecken saknas efter ”instance”; skriv namnet, = och "
		   "värdet\n");
	assert_bad(*state, OK "}\n", "FOLDER/b.conf:2: } utan motsvarande {; ta bort den\n");
	assert_bad(*state, OK "state = {\"a\"}\n",
		   "FOLDER/b.conf:2: oväntat ”{”; se efter om citattecken, komma, = eller } saknas "
		   "strax före\n");
	assert_bad(*state, OK "state = \"a\n",
		   "FOLDER/b.conf:4: filen slutar inne i ett värde; avsluta det\n");
	assert_bad(*state, OK "source {\n}\n",
		   "FOLDER/b.conf:2: avsnittet source saknar namn; skriv det inom citattecken före "
		   "{\n");
	assert_bad(*state, OK "source \"a\"\nformat = sie\n",
		   "FOLDER/b.conf:3: { saknas efter namnet på avsnittet source\n");
	assert_bad(*state, OK "state += \"a\"\n",
		   "FOLDER/b.conf:2: ”state” är ingen lista; skriv = i stället för +=\n");
	assert_bad(*state, OK "source a {\nformat = sie\n}\nsource a {\n}\n",
		   "FOLDER/b.conf:5: källan ”a” finns redan; ge den ena ett annat namn\n");
	assert_bad(*state, OK "state = \"a\nb\"\n",
		   "FOLDER/b.conf:3: värdet av state innehåller en radbrytning eller ett "
		   "styrtecken; ta bort det\n");
}

static void a_file_cut_short_is_refused(void **state)
{
	static const char end[] = "FOLDER/b.conf:2: filen slutar för tidigt; avsluta värdet, "
				  "listan eller avsnittet\n";

	assert_bad(*state, OK "source a { format = sie\n", end);
	assert_bad(*state, OK "source a { format = sie", end);
	assert_bad(*state, OK "allowed_uids = {1", end);
	assert_bad(*state, OK "allowed_uids = {1,", end);
	assert_bad(*state, OK "state =", end);
	assert_bad(*state, OK "/* resten\n",
		   "FOLDER/b.conf: filen slutar inne i en kommentar; avsluta den med */\n");
}

static void a_setting_given_twice_is_refused(void **state)
{
	assert_bad(*state, OK "state = \"a\"\nstate = \"b\"\n",
		   "FOLDER/b.conf:3: state anges två gånger; ta bort den ena raden\n");
	assert_bad(*state, OK "allowed_uids = {1, 2}\nallowed_uids = {3}\n",
		   "FOLDER/b.conf:3: allowed_uids anges två gånger; ta bort den ena raden\n");
}

static void text_readers_are_names(void **state)
{
	char many[512] = OK "text_readers = {";

	for (int i = 0; i <= TEXT_READERS_MAX; i++)
		snprintf(many + strlen(many), sizeof(many) - strlen(many), "n%d,", i);
	snprintf(many + strlen(many), sizeof(many) - strlen(many), "n}\n");
	assert_bad(*state, many,
		   "FOLDER/b.conf:2: text_readers har fler än 16 namn; ta bort några eller skriv "
		   "en grupp\n"
		   "FOLDER/b.conf:2: text_readers har fler än 16 namn; ta bort några eller skriv "
		   "en grupp\n");
	assert_bad(*state, OK "text_readers = {anna,\n\"\",\n\"@\"}\n",
		   "FOLDER/b.conf:3: ”” i text_readers går inte; skriv en användares namn, eller @ "
		   "och en grupps, högst 63 tecken\n"
		   "FOLDER/b.conf:4: ”@” i text_readers går inte; skriv en användares namn, eller "
		   "@ och en grupps, högst 63 tecken\n");
}

static void the_instance_must_be_a_plain_name(void **state)
{
	assert_bad(*state, "",
		   "FOLDER/b.conf: instance saknas; skriv vad installationen heter, till exempel "
		   "instance = \"socialnamnden\"\n");
	assert_bad(*state, "instance = \"Ekerö\"\n",
		   "FOLDER/b.conf:1: namnet ”Ekerö” kan inte användas; skriv a-z, 0-9, - och _, "
		   "högst 63 tecken\n");
	assert_bad(*state, "instance = \"../x\"\n",
		   "FOLDER/b.conf:1: namnet ”../x” kan inte användas; skriv a-z, 0-9, - och _, "
		   "högst 63 tecken\n");
}

static void sockets_must_fit_in_the_runtime_folder(void **state)
{
	cleanup(conf_destroy) struct conf *conf = NULL;
	char endpoint[PATH_SIZE];
	char text[256];
	char folder[91];

	memset(folder, 'r', sizeof(folder));
	folder[0] = '/';
	folder[89] = '\0';
	snprintf(text, sizeof(text), OK "runtime = \"%s\"\n", folder);
	assert_int_equal(conf_of(*state, text, &conf), 0);
	assert_int_equal(conf_endpoint(conf, "aggregate", "control", endpoint), 0);
	assert_int_equal(strlen(endpoint), strlen("ipc://") + 107);
	folder[89] = 'r';
	folder[90] = '\0';
	snprintf(text, sizeof(text), OK "runtime = \"%s\"\n", folder);
	assert_bad(
		*state, text,
		"FOLDER/b.conf:2: sökvägen för runtime är 90 byte, men socklarna i den ryms bara "
		"under en på högst 89; välj en kortare, till exempel /run/budgetvakt/ekero\n");
}

static void impossible_values_are_all_printed(void **state)
{
	assert_bad(
		*state,
		OK "state = \"\"\nstore_size_mib = 15\nallowed_uids = {1, -1, 4294967295, rot, "
		   "1}\n",
		"FOLDER/b.conf:2: state är tom; skriv en sökväg eller ta bort raden\n"
		"FOLDER/b.conf:3: store_size_mib ”15” går inte; skriv ett heltal mellan 16 och "
		"1048576\n"
		"FOLDER/b.conf:4: ”-1” i allowed_uids är inget användarnummer; skriv det som id "
		"-u NAMN visar\n"
		"FOLDER/b.conf:4: ”4294967295” i allowed_uids är inget användarnummer; skriv det "
		"som id -u NAMN visar\n"
		"FOLDER/b.conf:4: ”rot” i allowed_uids är inget användarnummer; skriv det som id "
		"-u NAMN visar\n"
		"FOLDER/b.conf:4: 1 står två gånger i allowed_uids; ta bort det ena\n");
}

static void too_many_users_are_refused(void **state)
{
	assert_bad(*state, OK "allowed_uids = {1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,\n17}\n",
		   "FOLDER/b.conf:3: allowed_uids har fler än 16 användare; ta bort några\n");
}

static void too_many_sources_are_refused(void **state)
{
	char text[8192] = OK;
	char *end = text + strlen(text);

	for (int i = 1; i <= SOURCES_MAX + 1; i++)
		end += snprintf(end, sizeof(text) - (size_t)(end - text),
				"source \"k%d\" {\n format = sie\n}\n", i);
	assert_bad(*state, text, "FOLDER/b.conf:194: filen har fler än 64 källor; ta bort några\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		scratch_test(the_instance_alone_gives_all_defaults),
		scratch_test(every_setting_is_taken),
		scratch_test(relative_paths_begin_at_the_file_and_may_go_up),
		scratch_test(endpoints_and_state_paths_are_built),
		scratch_test(a_missing_file_is_a_problem),
		scratch_test(a_file_that_is_no_text_is_refused),
		scratch_test(unknown_settings_are_refused_with_their_line),
		scratch_test(broken_grammar_is_refused_with_its_line),
		scratch_test(a_file_cut_short_is_refused),
		scratch_test(a_setting_given_twice_is_refused),
		scratch_test(text_readers_are_names),
		scratch_test(the_instance_must_be_a_plain_name),
		scratch_test(sockets_must_fit_in_the_runtime_folder),
		scratch_test(impossible_values_are_all_printed),
		scratch_test(too_many_users_are_refused),
		scratch_test(too_many_sources_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
