/* SPDX-License-Identifier: Apache-2.0 */
#include "parse/check.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/archive/file_chunks.h"
#include "lib/base/cleanup.h"
#include "lib/base/file.h"
#include "parse/reader.h"

/* The texts are ours: nothing but quotes and backslashes needs an escape in JSON. */
static void text_print(FILE *stream, const char *text)
{
	putc('"', stream);
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			putc('\\', stream);
		putc(*text, stream);
	}
	putc('"', stream);
}

static void finding_print(FILE *stream, const struct finding *finding)
{
	fprintf(stream,
		"{\"kod\":\"%s\",\"grad\":\"%s\",\"rad\":%" PRIu32 ",\"kolumn\":%" PRIu32
		",\"funnet\":",
		finding_code_text(finding->code), finding_severity_text(finding->severity),
		finding->line, finding->column);
	text_print(stream, finding->found);
	fputs(",\"vantat\":", stream);
	text_print(stream, finding->expected);
	fputs("}\n", stream);
}

static int chunk_weigh(void *context, const uint8_t *bytes, size_t length)
{
	evidence_add(context, bytes, length);
	return 0;
}

static int chunk_read(void *context, const uint8_t *bytes, size_t length)
{
	struct reader *reader = context;
	int result = reader_feed(reader, bytes, length, length == 0);

	while (result == READER_ROWS_READY && reader_rows(reader))
		continue;
	return result == READER_ROWS_READY ? 0 : result;
}

static void end_print(FILE *stream, struct reader *reader, int result)
{
	struct findings findings = reader_findings(reader);
	struct batch_end end = {0};
	char counts[COUNTS_TEXT_SIZE];

	if (result == 0)
		reader_end(reader, &end);
	reader_counts_text(reader, counts);
	fprintf(stream,
		"{\"rader\":%" PRIu64 ",\"summa_ore\":%" PRId64 ",\"fel\":%" PRIu64
		",\"varningar\":%" PRIu64 "%s%s}\n",
		end.row_count, end.sum.ore, findings.error_count, findings.warning_count,
		counts[0] ? ",\"sie\":" : "", counts);
}

/* @evidence: of the whole file, or NULL. */
static int file_read_through(const struct source *source, const struct spread_keys *keys, int fd,
			     const struct encoding_evidence *evidence, struct reader **reader_out)
{
	int result = reader_new(reader_out, source, evidence);

	if (result != 0)
		return result;
	reader_spread_keys_set(*reader_out, keys);
	return file_chunks_each(fd, chunk_read, *reader_out);
}

int check_file(const struct source *source, const struct spread_keys *keys, const char *path,
	       FILE *stream)
{
	cleanup(close_fd) int fd = open(path, O_RDONLY | O_CLOEXEC);
	cleanup(reader_destroy) struct reader *reader = NULL;
	struct encoding_evidence evidence = {0};
	int result;

	if (fd < 0)
		return EX_NOINPUT;
	result = file_read_through(source, keys, fd, NULL, &reader);
	if (result == READER_AGAIN) {
		reader_destroy(&reader);
		result = file_chunks_each(fd, chunk_weigh, &evidence);
		if (result == 0)
			result = file_read_through(source, keys, fd, &evidence, &reader);
	}
	if (result < 0)
		return EX_OSERR;
	for (size_t i = 0; i < reader_findings(reader).count; i++)
		finding_print(stream, &reader_findings(reader).items[i]);
	end_print(stream, reader, result);
	return result == 0 ? EX_OK : EX_DATAERR;
}
