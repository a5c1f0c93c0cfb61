/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a file to a proposal, and the proof of it.
 */
#include "parse/inspect.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/base/cleanup.h"
#include "lib/base/error.h"
#include "lib/base/file.h"
#include "lib/base/text.h"
#include "parse/sandbox.h"
#include "parse/sheet_book.h"
#include "parse/utf16.h"

enum {
	FILE_SIZE_MAX = 1 << 30,
	CODES_SHOWN_MAX = 65536,
	CPU_SECONDS_MAX = 600,
	CHUNK_SIZE = 65536,
	SAMPLE_FULL = 1
};

#define MEMORY_MAX (UINT64_C(4) << 30)

/* ---- what the reader makes of it --------------------------------------------------- */

static void row_text(struct inspect_account *account, const struct rows *rows, uint32_t i,
		     char *codes[DIMENSION_COUNT][CODES_SHOWN_MAX])
{
	char *text = account->first[account->first_count++];
	size_t size = sizeof(account->first[0]);
	char amount[AMOUNT_TEXT_SIZE];
	size_t length = (size_t)snprintf(text, size, "%s %04u-%02u", layer_name(rows->layer),
					 rows->periods[i] / 100, rows->periods[i] % 100);

	for (int d = 0; d < DIMENSION_COUNT && length < size; d++) {
		uint32_t id = rows->ids[d] ? rows->ids[d][i] : 0;

		if (id > 0 && id <= CODES_SHOWN_MAX && codes[d][id - 1])
			length += (size_t)snprintf(text + length, size - length, " %s=%s",
						   dimension_name((enum dimension)d),
						   codes[d][id - 1]);
	}
	amount_text(rows->amounts_ore[i], amount);
	if (length < size)
		snprintf(text + length, size - length, " %s", amount);
}

/* The codes that come with the first batch are enough for the first rows. */
static void first_rows_take(struct inspect_account *account, const struct rows *rows)
{
	static char *codes[DIMENSION_COUNT][CODES_SHOWN_MAX];

	for (int d = 0; d < DIMENSION_COUNT; d++)
		for (uint32_t k = 0; k < rows->new_codes_count[d] && k < CODES_SHOWN_MAX; k++)
			codes[d][k] = (char *)rows->new_codes[d][k];
	for (uint32_t i = 0; i < rows->count && account->first_count < FIRST_ROWS; i++)
		row_text(account, rows, i, codes);
}

static void rows_take(struct inspect_account *account, const struct rows *rows)
{
	if (account->first_count == 0)
		first_rows_take(account, rows);
	for (uint32_t i = 0; i < rows->count; i++) {
		uint32_t year = rows->periods[i] / 100;
		int64_t *sum = &account->periods[rows->layer][year][rows->periods[i] % 100];

		(void)__builtin_add_overflow(*sum, rows->amounts_ore[i], sum);
		account->period_rows[rows->layer][year]++;
	}
}

static int account_read(struct reader *reader, const uint8_t *bytes, size_t length,
			struct inspect_account *account)
{
	const struct rows *rows;
	int result = reader_feed(reader, bytes, length, false);

	for (int feed = 0; result == 0 || result == READER_ROWS_READY; feed++) {
		while ((rows = reader_rows(reader)))
			rows_take(account, rows);
		if (feed == 1) {
			result = 0;
			break;
		}
		result = reader_feed(reader, NULL, 0, true);
	}
	account->result = result;
	account->findings = reader_findings(reader);
	if (result == 0)
		reader_end(reader, &account->end);
	return result < 0 ? result : 0;
}

/* ---- what kind of file it is ---------------------------------------------------------- */

static bool is_sie(const uint8_t *bytes, size_t length)
{
	size_t i = length >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;

	while (i < length && (bytes[i] == ' ' || (bytes[i] >= '\t' && bytes[i] <= '\r')))
		i++;
	return i + 1 < length && bytes[i] == '#' && (bytes[i + 1] | 0x20) >= 'a';
}

static void defaults_set(struct source *source)
{
	source->unit_ore = 100;
	source->mode = REPLACE_SNAPSHOT;
	source->layer = LAYER_OUTCOME;
	source->sign = SIGN_LEDGER;
	source->keeps[DIMENSION_ACCOUNT] = true;
	source->keeps[DIMENSION_UNIT] = true;
	source->keeps[DIMENSION_ACTIVITY] = true;
}

static void encoding_tell(struct inspection *inspection, const struct encoding_evidence *evidence)
{
	inspection->encoding = evidence_decide(evidence);
	if (evidence->has_utf8_bom || evidence->has_utf16_bom)
		inspection->encoding_reason = "filen börjar med en byteordningsmarkering";
	else if (evidence->high_count == 0)
		inspection->encoding_reason = "alla tecken är ASCII";
	else if (inspection->encoding == ENCODING_UTF8)
		inspection->encoding_reason = "alla tecken är giltig UTF-8";
	else
		inspection->encoding_reason = "inte UTF-8; å, ä och ö står för flest byte så";
}

static bool is_workbook(const uint8_t *bytes, size_t length)
{
	return length >= 4 &&
	       (memcmp(bytes, "PK\x03\x04", 4) == 0 || memcmp(bytes, "\xD0\xCF\x11\xE0", 4) == 0);
}

static int sheet_row_take(void *context, uint32_t row, const struct sheet_cell *cells, size_t count)
{
	struct sample *sample = context;
	size_t column = 0;
	int result = sample->count < SAMPLE_ROWS_MAX ? sample_row_add(sample, row) : SAMPLE_FULL;

	for (size_t i = 0; result == 0 && i < count; i++) {
		char text[CODE_SIZE];

		for (; result == 0 && column < cells[i].column; column++)
			result = sample_cell_add(sample, "");
		/* As the reader makes of it; which of them are amounts comes later. */
		if (!cells[i].is_number ||
		    !sheet_number_text(cells[i].text, cells[i].length, 8, ',', text))
			snprintf(text, sizeof(text), "%.*s", (int)cells[i].length, cells[i].text);
		if (result == 0)
			result = sample_cell_add(sample, text);
		column++;
	}
	return result;
}

/* What is wrong with the workbook, the reader says. */
static int sheet_propose(struct inspection *inspection, const uint8_t *bytes, size_t length)
{
	struct proposal *proposal = inspection->proposal;
	const char *name = inspection->options->sheet ? inspection->options->sheet : "";
	uint32_t row;
	int result;

	proposal->source.format = FORMAT_XLSX;
	if (!text_copy(proposal->source.sheet, sizeof(proposal->source.sheet), name))
		return -EINVAL;
	result = sheet_book_read(bytes, length, name, sheet_row_take, inspection->sample, &row);
	propose_columns(inspection->sample, proposal);
	propose_dialect(inspection->sample, proposal);
	return result < 0 ? result : 0;
}

static int text_propose(struct inspection *inspection, const uint8_t *bytes, size_t length)
{
	struct proposal *proposal = inspection->proposal;

	defaults_set(&proposal->source);
	propose_name(inspection->options->path, proposal);
	if (is_workbook(bytes, length))
		return sheet_propose(inspection, bytes, length);
	if (is_sie(bytes, length)) {
		proposal->source.format = FORMAT_SIE4;
		inspect_sie_read(bytes, length, inspection->encoding, &inspection->sie);
		return 0;
	}
	proposal->source.format = FORMAT_CSV;
	return propose_list(bytes, length, inspection->encoding, inspection->sample, proposal);
}

/* The text of UTF-16 is looked at as UTF-8; the reader gets the bytes as they are. */
static int proposal_make(struct inspection *inspection, const struct encoding_evidence *evidence,
			 const uint8_t *bytes, size_t length)
{
	struct utf16 state = {.is_big = length > 0 && bytes[0] == 0xFE};
	cleanup(free_bytes) uint8_t *utf8 = NULL;
	size_t count;
	int result;

	if (!evidence->has_utf16_bom)
		return text_propose(inspection, bytes, length);
	utf8 = malloc(UTF16_ROOM(length));
	if (!utf8)
		return -ENOMEM;
	count = utf16_decode(&state, bytes, length, true, utf8);
	inspection->encoding = ENCODING_UTF8;
	result = text_propose(inspection, utf8, count);
	inspection->encoding = state.is_big ? ENCODING_UTF16BE : ENCODING_UTF16LE;
	return result;
}

/* ---- the whole -------------------------------------------------------------------------- */

static int inspection_run(struct inspection *inspection, const uint8_t *bytes, size_t length,
			  FILE *stream)
{
	cleanup(reader_destroy) struct reader *reader = NULL;
	struct encoding_evidence evidence = {0};
	int result;

	evidence_add(&evidence, bytes, length);
	encoding_tell(inspection, &evidence);
	inspection->byte_count = length;
	result = proposal_make(inspection, &evidence, bytes, length);
	if (result == 0)
		result = reader_new(&reader, &inspection->proposal->source, &evidence);
	if (result == 0)
		result = account_read(reader, bytes, length, inspection->account);
	if (result < 0)
		return EX_OSERR;
	if (inspection->options->is_json)
		inspect_print_json(inspection, stream);
	else
		inspect_print_text(inspection, stream);
	return inspection->account->result == 0 ? EX_OK : EX_DATAERR;
}

static int file_failure(const char *path, int error)
{
	fprintf(stderr, "%s: %s\n", path,
		error == ERROR_LIMIT ? "filen är större än 1 GiB" : strerror(-error));
	return error == ERROR_LIMIT ? EX_DATAERR : EX_NOINPUT;
}

/* Before the first byte is looked at; @fd is kept, as SANDBOX_FD. */
static int lock_in(int fd)
{
	const struct sandbox_limits limits = {
		.kept_fd = fd, .memory_bytes = MEMORY_MAX, .cpu_seconds = CPU_SECONDS_MAX};

	return sandbox_enter(&limits);
}

int inspect_bytes(const struct inspect_options *options, const uint8_t *bytes, size_t length,
		  FILE *stream)
{
	cleanup(sample_destroy) struct sample *sample = calloc(1, sizeof(*sample));
	cleanup(free_bytes) struct proposal *proposal = calloc(1, sizeof(*proposal));
	cleanup(free_bytes) struct inspect_account *account = calloc(1, sizeof(*account));
	struct inspection inspection = {
		.options = options, .sample = sample, .proposal = proposal, .account = account};

	if (!sample || !proposal || !account)
		return EX_OSERR;
	return inspection_run(&inspection, bytes, length, stream);
}

/* What the file says goes to memory first: locked in, there are no streams to open. */
static int inspection_tell(const struct inspect_options *options, const char *bytes, size_t length)
{
	cleanup(free_bytes) char *text = NULL;
	cleanup(close_stream) FILE *stream = NULL;
	size_t size = 0;
	int status;

	stream = open_memstream(&text, &size);
	if (!stream)
		return EX_OSERR;
	status = inspect_bytes(options, (const uint8_t *)bytes, length, stream);
	if (fflush(stream) != 0)
		return EX_OSERR;
	return fd_write(SANDBOX_FD, text, size) == 0 ? status : EX_IOERR;
}

/* In a process of its own, which may write to nothing but the pipe. */
static int child_run(const struct inspect_options *options, const char *bytes, size_t length,
		     int fd)
{
	return lock_in(fd) == 0 ? inspection_tell(options, bytes, length) : EX_OSERR;
}

/* To standard output, until the other end is closed. */
static int output_pass(int fd)
{
	char chunk[CHUNK_SIZE];
	ssize_t length;

	while ((length = read(fd, chunk, sizeof(chunk))) != 0) {
		if (length < 0 && errno != EINTR)
			return -errno;
		if (length > 0 && fd_write(STDOUT_FILENO, chunk, (size_t)length) != 0)
			return -EIO;
	}
	return 0;
}

static int child_wait(pid_t child)
{
	int status = 0;

	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return EX_OSERR;
	return WIFEXITED(status) ? WEXITSTATUS(status) : EX_DATAERR;
}

int inspect_file(const struct inspect_options *options)
{
	cleanup(free_bytes) char *bytes = NULL;
	size_t length = 0;
	int ends[2];
	int error = file_read(options->path, FILE_SIZE_MAX, &bytes, &length);
	pid_t child;
	int status;

	if (error)
		return file_failure(options->path, error);
	if (pipe(ends) < 0)
		return EX_OSERR;
	child = fork();
	if (child == 0)
		/* No clean-up: locked in, a process can do no more than end. */
		_exit(child_run(options, bytes, length, ends[1]));
	close(ends[1]);
	error = child > 0 ? output_pass(ends[0]) : -EAGAIN;
	close(ends[0]);
	status = child > 0 ? child_wait(child) : EX_OSERR;
	return error == 0 ? status : EX_IOERR;
}
