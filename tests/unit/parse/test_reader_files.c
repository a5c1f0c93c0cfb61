/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whole real exports, and files larger than a batch: the same rows come out
 * however the bytes arrive, and they agree with the totals the file states.
 */
#include "reader_support.h"

#define ACCEPTANCE TEST_DATA "/acceptance/"

struct file {
	char *bytes;
	size_t length;
};

static struct file file_of(const char *path)
{
	struct file file = {0};

	assert_int_equal(file_read(path, 1 << 24, &file.bytes, &file.length), 0);
	return file;
}

static void file_destroy(struct file *file)
{
	free(file->bytes);
}

static void chunks_check(const struct source *source, const char *path)
{
	static const size_t chunks[] = {1, 7, 4096};
	cleanup(file_destroy) struct file file = file_of(path);
	cleanup(reading_destroy) struct reading *whole =
		reading_of_bytes(source, file.bytes, file.length, file.length);

	assert_read(whole);
	assert_true(whole->end.row_count > 100);
	for (size_t i = 0; i < sizeof(chunks) / sizeof(chunks[0]); i++) {
		cleanup(reading_destroy) struct reading *parts =
			reading_of_bytes(source, file.bytes, file.length, chunks[i]);

		assert_read(parts);
		assert_int_equal(parts->rows_size, whole->rows_size);
		assert_memory_equal(parts->rows, whole->rows, whole->rows_size);
		assert_int_equal(parts->end.control_count, whole->end.control_count);
		assert_int_equal(parts->end.coverage_count, whole->end.coverage_count);
		assert_int_equal(parts->end.sum.ore, whole->end.sum.ore);
	}
}

static void chunks_of_any_size_give_the_same_rows(void **state)
{
	struct source sie = source_of_sie();
	struct source list = source_of_list();

	(void)state;
	chunks_check(&sie, ACCEPTANCE "nacka-2020/huvudbok/tertial-1.se");
	chunks_check(&list, ACCEPTANCE "ekero-2020-egen-regi/huvudbok/2020-08.csv");
}

/* What the rows of an account sum to, in a period or (0) over all. */
static int64_t rows_sum(const struct reading *reading, const char *account, uint32_t yyyymm)
{
	char key[64];
	int64_t sum = 0;

	snprintf(key, sizeof(key), "konto=%s ", account);
	for (const char *line = reading->rows; *line; line = strchr(line, '\n') + 1) {
		const char *end = strchr(line, '\n');
		const char *found = strstr(line, key);
		uint32_t period;

		if (strncmp(line, "utfall ", 7) != 0 || !found || found > end)
			continue;
		period = (uint32_t)strtoul(line + 7, NULL, 10);
		while (end[-1] != ' ')
			end--;
		if (yyyymm == 0 || yyyymm == period)
			sum += strtoll(end, NULL, 10);
	}
	return sum;
}

static void controls_check(const char *path, size_t row_count, size_t control_count)
{
	struct source source = source_of_sie();
	cleanup(file_destroy) struct file file = file_of(path);
	cleanup(reading_destroy) struct reading *reading =
		reading_of_bytes(&source, file.bytes, file.length, 4096);

	assert_read(reading);
	assert_int_equal(reading->end.row_count, row_count);
	assert_int_equal(reading->end.control_count, control_count);
	for (size_t i = 0; i < control_count; i++) {
		const struct batch_control *control = &reading->end.controls[i];
		bool is_year = control->kind == CONTROL_ACCOUNT_YEAR;

		assert_int_equal(
			rows_sum(reading, control->account, is_year ? 0 : control->period.yyyymm),
			control->amount.ore);
	}
}

static void vouchers_agree_with_the_totals_of_the_file(void **state)
{
	(void)state;
	controls_check(ACCEPTANCE "ekero-2020-myndighet/huvudbok/2020-02.se", 1206, 87);
	controls_check(ACCEPTANCE "nacka-2020/huvudbok/tertial-1.se", 2236, 55);
}

static void a_budget_in_the_ledger_is_a_layer_of_its_own(void **state)
{
	struct source source = source_of_sie();
	cleanup(file_destroy) struct file file =
		file_of(ACCEPTANCE "nacka-2020/huvudbok/tertial-1.se");
	cleanup(reading_destroy) struct reading *reading =
		reading_of_bytes(&source, file.bytes, file.length, 4096);

	(void)state;
	assert_read(reading);
	assert_int_equal(reading->batch_count, 2);
	assert_coverage(reading, "utfall 202001-202004, budget 202001-202012");
	assert_through(reading, "202004, 202012");
	assert_non_null(strstr(reading->rows, "\nbudget 202001 konto="));
}

static void a_voucher_dated_ahead_closes_no_month(void **state)
{
	static const char ahead[] = "#VER L 9999 20201231 \"Periodisering\" 20200828\n{\n"
				    "#TRANS 4011 {} 100.00\n#TRANS 4011 {} -100.00\n}\n";
	struct source source = source_of_sie();
	cleanup(file_destroy) struct file file =
		file_of(ACCEPTANCE "ekero-2020-myndighet/huvudbok/2020-08.se");
	cleanup(free_bytes) char *longer = malloc(file.length + sizeof(ahead));
	cleanup(reading_destroy) struct reading *reading = NULL;

	(void)state;
	assert_non_null(longer);
	memcpy(longer, file.bytes, file.length);
	memcpy(longer + file.length, ahead, sizeof(ahead));
	reading = reading_of_bytes(&source, longer, file.length + sizeof(ahead) - 1, 4096);
	assert_read(reading);
	assert_coverage(reading, "utfall 202001-202012");
	assert_through(reading, "202008");
}

/* Each row with a code of its own of 150 letters. */
static struct file long_codes(size_t count)
{
	struct file file = {0};
	FILE *stream = open_memstream(&file.bytes, &file.length);

	fprintf(stream, "Konto;Ansvar;Verksamhet;Period;Belopp\n");
	for (size_t i = 0; i < count; i++)
		fprintf(stream, "3011;%0150zu;;202001;1\n", i);
	fclose(stream);
	return file;
}

static void a_batch_with_many_long_codes_is_sent_early(void **state)
{
	enum { COUNT = 60000, MESSAGE_CODES_SIZE = 4 << 20 };
	struct source source = source_of_list();
	cleanup(file_destroy) struct file file = long_codes(COUNT);
	cleanup(reading_destroy) struct reading *reading =
		reading_of_bytes(&source, file.bytes, file.length, 1 << 20);

	(void)state;
	assert_read(reading);
	assert_int_equal(reading->end.row_count, COUNT);
	assert_int_equal(reading->batch_count, 3);
	assert_in_range(reading->codes_size_max, MESSAGE_CODES_SIZE, MESSAGE_CODES_SIZE + 1024);
}

/* Codes of records that become no rows have no batch to travel with. */
static void codes_without_rows_are_not_sent(void **state)
{
	struct source source = source_of_sie();
	struct file file = {0};
	FILE *stream = open_memstream(&file.bytes, &file.length);
	cleanup(reading_destroy) struct reading *reading = NULL;

	(void)state;
	fprintf(stream, "#SIETYP 4\n#RAR 0 20200101 20201231\n");
	for (int i = 0; i < 60000; i++)
		fprintf(stream, "#PSALDO 0 202001 3011 {1 \"%0150d\"} 1.00\n", i);
	fprintf(stream, "#VER A 1 20200115\n{\n#TRANS 3011 {1 4153} 0\n}\n");
	fclose(stream);
	reading = reading_of_bytes(&source, file.bytes, file.length, 1 << 20);
	assert_read(reading);
	assert_int_equal(reading->code_count[DIMENSION_UNIT], 1);
	file_destroy(&file);
}

static struct file many_controls(int count)
{
	struct file file = {0};
	FILE *stream = open_memstream(&file.bytes, &file.length);

	fprintf(stream, "#SIETYP 4\n#RAR 0 20200101 20201231\n"
			"#VER A 1 20200115\n{\n#TRANS 3011 {} 0\n}\n");
	for (int i = 0; i < count; i++)
		fprintf(stream, "#PSALDO 0 2020%02d %d {} 0\n", i % 12 + 1, 300000 + i / 12);
	fclose(stream);
	return file;
}

static void controls_have_a_highest_number(void **state)
{
	enum { MAX = 100000 };
	struct source source = source_of_sie();
	cleanup(file_destroy) struct file most = many_controls(MAX);
	cleanup(file_destroy) struct file more = many_controls(MAX + 1);
	cleanup(reading_destroy) struct reading *read =
		reading_of_bytes(&source, most.bytes, most.length, 1 << 20);
	cleanup(reading_destroy) struct reading *refused =
		reading_of_bytes(&source, more.bytes, more.length, 1 << 20);

	(void)state;
	assert_read(read);
	assert_int_equal(read->end.control_count, MAX);
	assert_refused(refused, 6 + MAX + 1, 0, "fler än 100000 kontrollsummor");
}

static struct file many_years(int count)
{
	struct file file = {0};
	FILE *stream = open_memstream(&file.bytes, &file.length);

	fprintf(stream, "Konto;Ansvar;Verksamhet;Period;Belopp\n");
	for (int i = 0; i < count; i++)
		fprintf(stream, "3011;1;;%d01;1\n", 1950 + i);
	fclose(stream);
	return file;
}

static void years_have_a_highest_number(void **state)
{
	enum { MAX = 64 };
	struct source source = source_of_list();
	cleanup(file_destroy) struct file most = many_years(MAX);
	cleanup(file_destroy) struct file more = many_years(MAX + 1);
	cleanup(reading_destroy) struct reading *read =
		reading_of_bytes(&source, most.bytes, most.length, 4096);
	cleanup(reading_destroy) struct reading *refused =
		reading_of_bytes(&source, more.bytes, more.length, 4096);

	(void)state;
	assert_read(read);
	assert_int_equal(read->end.coverage_count, MAX);
	assert_refused(refused, 0, 0, "65 år");
}

enum { MANY_ROWS = 2 * ROWS_MAX + 1000, MANY_CODES = 3000 };

static struct file many_rows(void)
{
	struct file file = {0};
	FILE *stream = open_memstream(&file.bytes, &file.length);

	fprintf(stream, "Konto;Ansvar;Verksamhet;Period;Belopp\n");
	for (int i = 0; i < MANY_ROWS; i++)
		fprintf(stream, "%d;a%d;;2020%02d;%d,%02d\n", 3000 + i % 7,
			i / (MANY_ROWS / MANY_CODES + 1), i % 12 + 1, i, i % 100);
	fclose(stream);
	return file;
}

static void rows_come_in_full_batches(void **state)
{
	struct source source = source_of_list();
	cleanup(file_destroy) struct file file = many_rows();
	cleanup(reading_destroy) struct reading *whole =
		reading_of_bytes(&source, file.bytes, file.length, file.length);
	cleanup(reading_destroy) struct reading *parts =
		reading_of_bytes(&source, file.bytes, file.length, 5000);

	(void)state;
	assert_read(whole);
	assert_read(parts);
	assert_true(whole->batch_count > 2);
	assert_int_equal(parts->batch_count, whole->batch_count);
	assert_int_equal(whole->end.row_count, MANY_ROWS);
	assert_int_equal(whole->rows_size, parts->rows_size);
	assert_memory_equal(whole->rows, parts->rows, whole->rows_size);
	assert_int_equal(whole->code_count[DIMENSION_ACCOUNT], 7);
	assert_true(whole->code_count[DIMENSION_UNIT] > 2000);
	assert_int_equal(whole->code_count[DIMENSION_ACTIVITY], 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(chunks_of_any_size_give_the_same_rows),
		cmocka_unit_test(vouchers_agree_with_the_totals_of_the_file),
		cmocka_unit_test(a_budget_in_the_ledger_is_a_layer_of_its_own),
		cmocka_unit_test(a_voucher_dated_ahead_closes_no_month),
		cmocka_unit_test(a_batch_with_many_long_codes_is_sent_early),
		cmocka_unit_test(codes_without_rows_are_not_sent),
		cmocka_unit_test(controls_have_a_highest_number),
		cmocka_unit_test(years_have_a_highest_number),
		cmocka_unit_test(rows_come_in_full_batches),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
