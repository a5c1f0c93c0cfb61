/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sources: what each word means, and what is refused with which words.
 */
#include "support/test.h"

#include "lib/base/cleanup.h"
#include "unit/conf/scratch.h"

#define CSV "format = csv\nmode = delta\n"

/* @inside: what stands between the braces, from line 3 on. */
static int source_of(struct scratch *scratch, const char *inside, struct conf **conf)
{
	char path[PATH_SIZE];
	char text[8192];

	snprintf(text, sizeof(text), "instance = x\nsource \"k\" {\n%s}\n", inside);
	scratch_write(scratch, "b.conf", text);
	scratch_path(scratch, "b.conf", path);
	return conf_load(conf, path);
}

static void assert_bad(struct scratch *scratch, const char *inside, const char *expected)
{
	cleanup(conf_destroy) struct conf *conf = NULL;

	assert_int_equal(source_of(scratch, inside, &conf), CONF_BAD);
	assert_printed(scratch, expected);
}

static void assert_keeps(const struct source *source, const char *expected)
{
	char kept[DIMENSION_COUNT + 1] = "";

	for (int d = 0; d < DIMENSION_COUNT; d++)
		kept[d] = source->keeps[d] ? '1' : '0';
	assert_string_equal(kept, expected);
}

static void assert_sie_dimension(const struct source *source, size_t i, const char *word,
				 enum dimension dimension)
{
	assert_true(i < source->sie_dimension_count);
	assert_string_equal(source->sie_dimensions[i].word, word);
	assert_int_equal(source->sie_dimensions[i].dimension, dimension);
}

static void a_sie_source_has_defaults(void **state)
{
	cleanup(conf_destroy) struct conf *conf = NULL;
	const struct source *source;

	assert_int_equal(source_of(*state, "format = \"sie\"\n", &conf), 0);
	source = conf_source(conf, "k");
	assert_int_equal(source->format, FORMAT_SIE4);
	assert_int_equal(source->mode, REPLACE_SNAPSHOT);
	assert_int_equal(source->layer, LAYER_OUTCOME);
	assert_int_equal(source->sign, SIGN_LEDGER);
	assert_int_equal(source->encoding, ENCODING_AUTO);
	assert_string_equal(source->pattern, "*");
	assert_int_equal(source->unit_ore, 100);
	assert_keeps(source, "11100001100");
	assert_int_equal(source->sie_dimension_count, 2);
	assert_sie_dimension(source, 0, "1", DIMENSION_UNIT);
	assert_sie_dimension(source, 1, "6", DIMENSION_PROJECT);
	assert_printed(*state, "");
}

static void every_setting_of_a_text_list_is_taken(void **state)
{
	cleanup(conf_destroy) struct conf *conf = NULL;
	const struct source *source;

	assert_int_equal(source_of(*state,
				   CSV
				   "layer = budget\nencoding = windows-1252\npattern = \"*.txt\"\n"
				   "delimiter = tab\ndecimal = \".\"\nsign = report\nunit = tkr\n"
				   "columns = {\" a=b = konto\", \"År=AR\", \"Datum=datum\",\n"
				   "\"Per=Period\", \"Kr=belopp\", \"Förd=periodisering\", "
				   "\"P=projekt\"}\n",
				   &conf),
			 0);
	source = conf_source(conf, "k");
	assert_int_equal(source->format, FORMAT_CSV);
	assert_int_equal(source->mode, REPLACE_DELTA);
	assert_int_equal(source->layer, LAYER_BUDGET);
	assert_int_equal(source->encoding, ENCODING_WINDOWS_1252);
	assert_string_equal(source->pattern, "*.txt");
	assert_int_equal(source->delimiter, '\t');
	assert_int_equal(source->decimal, '.');
	assert_int_equal(source->sign, SIGN_REPORT);
	assert_int_equal(source->unit_ore, 100000);
	assert_int_equal(source->column_count, 7);
	assert_string_equal(source->columns[0].header, "a=b");
	assert_int_equal(source->columns[0].role, ROLE_DIMENSION);
	assert_int_equal(source->columns[0].dimension, DIMENSION_ACCOUNT);
	assert_int_equal(source->columns[1].role, ROLE_YEAR);
	assert_int_equal(source->columns[2].role, ROLE_DATE);
	assert_int_equal(source->columns[3].role, ROLE_PERIOD);
	assert_int_equal(source->columns[4].role, ROLE_AMOUNT);
	assert_int_equal(source->columns[5].role, ROLE_SPREAD);
	assert_int_equal(source->sie_dimension_count, 0);
	assert_printed(*state, "");
}

static void a_dimension_with_a_column_is_kept(void **state)
{
	cleanup(conf_destroy) struct conf *conf = NULL;

	assert_int_equal(
		source_of(*state, CSV "columns={\"P=projekt\",\"B=belopp\",\"Å=år\"}\n", &conf), 0);
	assert_keeps(conf_source(conf, "k"), "11101001100");
}

static void a_list_of_dimensions_replaces_the_usual_ones(void **state)
{
	cleanup(conf_destroy) struct conf *conf = NULL;

	assert_int_equal(
		source_of(*state, "format = sie\ndimensions = {motpart, Verksamhet}\n", &conf), 0);
	assert_keeps(conf_source(conf, "k"), "10100010000");
}

static void listed_sie_dimensions_come_before_the_standards(void **state)
{
	cleanup(conf_destroy) struct conf *conf = NULL;
	const struct source *source;

	assert_int_equal(source_of(*state,
				   "format = sie\nsie_dimensions = {\"20=verksamhet\", "
				   "\"Kst=ansvar\"}\n",
				   &conf),
			 0);
	source = conf_source(conf, "k");
	assert_int_equal(source->sie_dimension_count, 3);
	assert_sie_dimension(source, 0, "20", DIMENSION_ACTIVITY);
	assert_sie_dimension(source, 1, "Kst", DIMENSION_UNIT);
	assert_sie_dimension(source, 2, "6", DIMENSION_PROJECT);
}

static void a_number_listed_as_something_else_is_not_the_standards(void **state)
{
	cleanup(conf_destroy) struct conf *conf = NULL;
	const struct source *source;

	assert_int_equal(
		source_of(*state, "format = sie\nsie_dimensions = {\"6=objekt\"}\n", &conf), 0);
	source = conf_source(conf, "k");
	assert_int_equal(source->sie_dimension_count, 2);
	assert_sie_dimension(source, 0, "6", DIMENSION_OBJECT);
	assert_sie_dimension(source, 1, "1", DIMENSION_UNIT);
}

static void a_name_that_is_no_folder_is_refused(void **state)
{
	struct scratch *scratch = *state;
	struct conf *conf = NULL;
	char path[PATH_SIZE];

	scratch_write(scratch, "b.conf",
		      "instance = x\nsource \"Egen regi\" {\n\nformat = sie\n}\n"
		      "source \"..\" {\nformat = sie\n}\n");
	scratch_path(scratch, "b.conf", path);
	assert_int_equal(conf_load(&conf, path), CONF_BAD);
	assert_printed(scratch,
		       "FOLDER/b.conf:2: källan kan inte heta ”Egen regi”; skriv a-z, 0-9, - och "
		       "_, högst 63 tecken, för namnet är en mapp\n"
		       "FOLDER/b.conf:6: källan kan inte heta ”..”; skriv a-z, 0-9, - och _, högst "
		       "63 tecken, för namnet är en mapp\n");
}

static void unknown_words_are_refused_with_those_that_exist(void **state)
{
	assert_bad(*state,
		   "format = sie\nmode = alltid\nencoding = latin1\npattern = \"a/b\"\n"
		   "dimensions = {\"kst\"}\n",
		   "FOLDER/b.conf:6: mönstret ”a/b” går inte; skriv ett för filnamn utan mapp, "
		   "högst 63 byte, till exempel *.se\n"
		   "FOLDER/b.conf:4: okänt värde ”alltid” för mode; skriv snapshot eller delta\n"
		   "FOLDER/b.conf:5: okänt värde ”latin1” för encoding; skriv auto, utf-8, "
		   "windows-1252, cp437, cp850, utf-16le eller utf-16be\n"
		   "FOLDER/b.conf:7: okänd dimension ”kst”; skriv konto, ansvar, verksamhet, "
		   "aktivitet, projekt, objekt, motpart, område eller resultatrad\n");
	assert_bad(*state,
		   CSV "layer = prognos\nsign = minus\nunit = Mkr\ndecimal = \"'\"\n"
		       "delimiter = \";;\"\ncolumns = {\"B=belopp\", \"P=period\"}\n",
		   "FOLDER/b.conf:5: okänt värde ”prognos” för layer; skriv utfall, budget, volym "
		   "eller volymbudget\n"
		   "FOLDER/b.conf:6: okänt värde ”minus” för sign; skriv ledger eller report\n"
		   "FOLDER/b.conf:7: okänt värde ”Mkr” för unit; skriv kr, tkr eller mnkr\n"
		   "FOLDER/b.conf:8: okänt värde ”'” för decimal; skriv , eller .\n"
		   "FOLDER/b.conf:9: okänt värde ”;;” för delimiter; skriv ;, ,, | eller tab\n");
	assert_bad(*state, "\nformat = ods\n",
		   "FOLDER/b.conf:4: okänt värde ”ods” för format; skriv sie, csv eller xlsx\n");
	assert_bad(*state, "format = sie\nredact = ja\n",
		   "FOLDER/b.conf:4: okänt värde ”ja” för redact; skriv yes eller no\n");
}

static void what_must_be_said_is_asked_for(void **state)
{
	assert_bad(*state, "mode = delta\n",
		   "FOLDER/b.conf:2: källan ”k” saknar format; skriv format = \"sie\", \"csv\" "
		   "eller \"xlsx\"\n");
	assert_bad(
		*state, "format = csv\n",
		"FOLDER/b.conf:2: källan ”k” saknar mode; skriv \"snapshot\" om varje fil säger "
		"allt om sina månader, \"delta\" om den läggs till dem\n"
		"FOLDER/b.conf:2: källan ”k” har ingen kolumn för belopp; lägg till till exempel "
		"\"Belopp=belopp\" i columns\n"
		"FOLDER/b.conf:2: källan ”k” har ingen kolumn för tiden; lägg till period, år "
		"eller datum i columns, till exempel \"Period=period\"\n");
}

static void settings_of_the_other_format_are_refused(void **state)
{
	assert_bad(*state, "format = sie\nlayer = budget\ncolumns = {\"a=konto\"}\n",
		   "FOLDER/b.conf:4: layer gäller bara källor med format = \"csv\"; ta bort raden\n"
		   "FOLDER/b.conf:5: columns gäller bara källor med format = \"csv\"; ta bort "
		   "raden\n");
	assert_bad(*state,
		   CSV "columns = {\"B=belopp\", \"P=period\"}\nsie_dimensions={\"1=ansvar\"}\n",
		   "FOLDER/b.conf:6: sie_dimensions gäller bara källor med format = \"sie\"; ta "
		   "bort raden\n");
}

static void delimiter_and_decimal_differ(void **state)
{
	assert_bad(*state, CSV "delimiter = \",\"\ncolumns = {\"B=belopp\", \"P=period\"}\n",
		   "FOLDER/b.conf:5: delimiter och decimal är samma tecken i källan ”k”; ändra den "
		   "ena\n");
}

static void bad_columns_are_named_with_their_line(void **state)
{
	assert_bad(*state,
		   CSV "columns = {\"B=belopp\",\n\"P=period\",\n\"Konto\",\n\"=konto\",\n"
		       "\"Text=klartext\",\n\"b =konto\",\n\"Per=period\",\n\"Kst=ansvar\",\n"
		       "\"Ans=ansvar\"}\n",
		   "FOLDER/b.conf:7: ”Konto” i columns går inte; skriv \"Rubrik=roll\", till "
		   "exempel \"Belopp=belopp\"\n"
		   "FOLDER/b.conf:8: ”=konto” i columns går inte; skriv \"Rubrik=roll\", till "
		   "exempel \"Belopp=belopp\"\n"
		   "FOLDER/b.conf:9: okänd roll ”klartext” i columns; skriv konto, ansvar, "
		   "verksamhet, "
		   "aktivitet, projekt, objekt, motpart, område, resultatrad, period, år, datum, "
		   "belopp, debet, kredit, antal, mått, periodisering, beslutsdatum, referens, "
		   "verifikation, serie, text eller en månad\n"
		   "FOLDER/b.conf:10: kolumnen ”b” anges två gånger; ta bort den ena\n"
		   "FOLDER/b.conf:11: ”Per=period” har samma roll som ”P”; bara en kolumn kan ha "
		   "den\n"
		   "FOLDER/b.conf:13: ”Ans=ansvar” har samma roll som ”Kst”; bara en kolumn kan ha "
		   "den\n");
}

static void a_column_of_a_dropped_dimension_is_refused(void **state)
{
	assert_bad(*state,
		   CSV "columns = {\"B=belopp\", \"P=period\", \"Proj=projekt\"}\n"
		       "dimensions = {\"ansvar\"}\n",
		   "FOLDER/b.conf:6: kolumnen ”Proj” i källan ”k” ger projekt, som inte finns i "
		   "dimensions; lägg till det där eller ta bort kolumnen\n");
}

static void bad_sie_dimensions_are_named_with_their_line(void **state)
{
	assert_bad(
		*state,
		"format = sie\nsie_dimensions = {\"1\",\n\"2=kst\",\n\"3=konto\",\n\"4=objekt\",\n"
		"\"4=motpart\"}\n",
		"FOLDER/b.conf:4: ”1” i sie_dimensions går inte; skriv filens nummer eller namn "
		"och en dimension, till exempel \"20=verksamhet\"\n"
		"FOLDER/b.conf:5: ”2=kst” i sie_dimensions går inte; skriv filens nummer eller "
		"namn och en dimension, till exempel \"20=verksamhet\"\n"
		"FOLDER/b.conf:6: ”3=konto” i sie_dimensions går inte; skriv filens nummer eller "
		"namn och en dimension, till exempel \"20=verksamhet\"\n"
		"FOLDER/b.conf:8: ”4” anges två gånger i sie_dimensions; ta bort den ena\n");
}

static void too_many_sie_dimensions_are_refused(void **state)
{
	char text[1024] = "format = sie\nsie_dimensions = {";
	char *end = text + strlen(text);

	for (int i = 1; i <= 17; i++)
		end += snprintf(end, sizeof(text) - (size_t)(end - text), "%s\"%d=objekt\"",
				i > 1 ? "," : "", i + 100);
	stpcpy(end, "}\n");
	assert_bad(*state, text,
		   "FOLDER/b.conf:4: sie_dimensions har fler än 16 rader; ta bort några\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		scratch_test(a_sie_source_has_defaults),
		scratch_test(every_setting_of_a_text_list_is_taken),
		scratch_test(a_dimension_with_a_column_is_kept),
		scratch_test(a_list_of_dimensions_replaces_the_usual_ones),
		scratch_test(listed_sie_dimensions_come_before_the_standards),
		scratch_test(a_number_listed_as_something_else_is_not_the_standards),
		scratch_test(a_name_that_is_no_folder_is_refused),
		scratch_test(unknown_words_are_refused_with_those_that_exist),
		scratch_test(what_must_be_said_is_asked_for),
		scratch_test(settings_of_the_other_format_are_refused),
		scratch_test(delimiter_and_decimal_differ),
		scratch_test(bad_columns_are_named_with_their_line),
		scratch_test(a_column_of_a_dropped_dimension_is_refused),
		scratch_test(bad_sie_dimensions_are_named_with_their_line),
		scratch_test(too_many_sie_dimensions_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
