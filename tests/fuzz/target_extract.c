/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A list whose vouchers are told of, and its extract: what is written of a row is what is
 * read of it, and vouchers stand on lines that are there.  The input is held to be an
 * extract itself, too.
 */
#include <string.h>

#include "fuzz/fuzz.h"
#include "lib/base/text.h"
#include "parse/extract.h"
#include "parse/reader.h"

static const char configuration[] =
	"instance = \"prov\"\n"
	"source \"prov\" { format = \"csv\" mode = \"delta\" columns = {\"Ver.nr=verifikation\", "
	"\"Period=period\", \"Konto=konto\", \"Verksamhet=verksamhet\", \"Belopp=belopp\"} }\n";

/* What came out of a reading, and of what was written of it. */
struct passing {
	char *text;
	size_t length;
	uint64_t row_count;
	int64_t sum_ore;
};

static void row_count(struct passing *passing, const struct single_row *row)
{
	passing->row_count++;
	passing->sum_ore = (int64_t)((uint64_t)passing->sum_ore + (uint64_t)row->ore);
	promise(text_is_utf8(row->number, strlen(row->number)));
}

static int row_write(void *context, const struct single_row *row)
{
	struct passing *passing = context;

	row_count(passing, row);
	passing->text = realloc(passing->text, passing->length + EXTRACT_LINE_SIZE);
	promise(passing->text != NULL);
	passing->length += extract_line_print(row, passing->text + passing->length);
	return 0;
}

/* One line again is the same line. */
static int row_again(void *context, const struct single_row *row)
{
	struct passing *passing = context;
	char line[EXTRACT_LINE_SIZE];
	size_t length = extract_line_print(row, line);

	row_count(passing, row);
	promise(length <= passing->length && memcmp(line, passing->text, length) == 0);
	passing->text += length;
	passing->length -= length;
	return 0;
}

static int row_pass(void *context, const struct single_row *row)
{
	row_count(context, row);
	return 0;
}

static int extract_read(single_taker *take, void *context, const uint8_t *bytes, size_t size)
{
	struct extracted *extracted = calloc(1, sizeof(*extracted));
	int r = 0;

	promise(extracted != NULL);
	*extracted = (struct extracted){.take = take, .context = context};
	for (size_t at = 0; r == 0 && at < size; at += 1 + size / 3)
		r = extract_feed(extracted, bytes + at,
				 size - at < 1 + size / 3 ? size - at : 1 + size / 3);
	if (r == 0)
		r = extract_feed(extracted, NULL, 0);
	free(extracted);
	return r;
}

static struct reader *reader_of(const struct source *source, const uint8_t *bytes, size_t size,
				struct passing *passing, bool *is_good_out)
{
	struct encoding_evidence evidence = {0};
	struct reader *reader = NULL;
	int r = 0;

	evidence_add(&evidence, bytes, size);
	promise(reader_new(&reader, source, &evidence) == 0);
	if (passing)
		promise(reader_single(reader, row_write, passing) == 0);
	if (size > 0)
		r = reader_feed(reader, bytes, size, false);
	while (r == READER_ROWS_READY && reader_rows(reader))
		continue;
	if (r != READER_BAD)
		r = reader_feed(reader, NULL, 0, true);
	*is_good_out = r != READER_BAD;
	return reader;
}

static void extract_compare(const struct source *source, const uint8_t *bytes, size_t size)
{
	struct passing passing = {.text = malloc(EXTRACT_LINE_SIZE)};
	struct passing again = {.row_count = 0};
	struct batch_end end;
	struct reader *reader;
	bool is_good;

	promise(passing.text != NULL);
	passing.length = extract_head_print(passing.text);
	reader = reader_of(source, bytes, size, &passing, &is_good);
	/* The head is not printed again. */
	again.text = (char *)memchr(passing.text, '\n', passing.length) + 1;
	again.length = passing.length - (size_t)(again.text - passing.text);
	if (is_good) {
		reader_end(reader, &end);
		promise(end.row_count == passing.row_count && end.sum.ore == passing.sum_ore);
		promise(extract_read(row_again, &again, (const uint8_t *)passing.text,
				     passing.length) == 0);
		promise(again.row_count == passing.row_count && again.length == 0);
	}
	free(passing.text);
	reader_destroy(&reader);
}

static void vouchers_check(const struct source *source, const uint8_t *bytes, size_t size)
{
	struct batch_vouchers vouchers;
	bool is_good;
	struct reader *reader = reader_of(source, bytes, size, NULL, &is_good);
	uint32_t line_count = 1;

	for (size_t i = 0; i < size; i++)
		line_count += bytes[i] == '\n' || bytes[i] == '\r';
	while (reader_vouchers(reader, &vouchers)) {
		promise(is_good && vouchers.count > 0 && vouchers.count <= ROWS_MAX);
		for (uint32_t i = 0; i < vouchers.count; i++) {
			promise(vouchers.identities[i] != 0);
			promise(vouchers.lines[i] > 0 && vouchers.lines[i] <= line_count);
			promise(vouchers.periods[i] % 100 >= 1 && vouchers.periods[i] % 100 <= 12);
		}
	}
	reader_destroy(&reader);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static const struct source *source;
	struct passing passing = {.row_count = 0};

	if (!source)
		source = fuzz_source(configuration, "prov");
	extract_read(row_pass, &passing, bytes, size);
	extract_compare(source, bytes, size);
	vouchers_check(source, bytes, size);
	return 0;
}
