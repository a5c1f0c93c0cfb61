/* SPDX-License-Identifier: Apache-2.0 */
#include "ingest/lookup.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "ingest/archive.h"
#include "ingest/parser.h"
#include "ingest/text_right.h"
#include "lib/base/cleanup.h"
#include "lib/base/file.h"
#include "lib/base/log.h"
#include "lib/base/text.h"

enum {
	ROWS_SHOWN_MAX = ROWS_MAX,
	FOUND_SIZE = FINDING_TEXT_SIZE + 128,
	SUBJECT_SIZE = SOURCE_NAME_SIZE + HASH_TEXT_SIZE + 2 * CODE_SIZE + 64,
};

static const char forbidden[] =
	"Du har inte rätt att se verifikationernas texter. Den som sköter Budgetvakt kan ge dig "
	"den: se text_readers i budgetvakt.conf(5).";

struct lookup {
	struct service *service;
	char program[PATH_SIZE];
	struct parser *parser; /* NULL before the first question */
	bool is_busy;
	struct peer peer; /* who asked */
	uint8_t id[REQUEST_ID_SIZE];
	bool has_texts;
	char subject[SUBJECT_SIZE]; /* what was asked about, for the log */
	const char *remark;	    /* why there are no texts, "" */
};

/* ---- answered --------------------------------------------------------------- */

/* Over with, whatever came of it: the parser's process ends. */
static int lookup_answer(struct lookup *lookup, struct answer *answer)
{
	int r;

	memcpy(answer->id, lookup->id, sizeof answer->id);
	r = service_answer(lookup->service, &lookup->peer, answer);
	lookup->is_busy = false;
	parser_stop(lookup->parser);
	return r;
}

static int lookup_fail(struct lookup *lookup, const char *text)
{
	return lookup_answer(lookup, &(struct answer){.code = ANSWER_FAILED, .text = text});
}

/* Read by rules that have changed since the file was accepted. */
static int findings_take(struct lookup *lookup, const struct findings *findings)
{
	const struct finding *first = finding_first_error(findings);
	char text[FOUND_SIZE];

	if (findings->error_count == 0)
		return 0;
	snprintf(text, sizeof text,
		 "Filen går inte längre att läsa med källans inställningar (rad %u: %s).",
		 first ? first->line : 0, first ? first->found : "");
	return lookup_answer(lookup, &(struct answer){.code = ANSWER_REFUSED, .text = text});
}

/* A parser that a file has talked over is to do no harm to somebody's terminal. */
static bool text_is_harmless(const char *text)
{
	for (; text && *text; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7F)
			return false;
	return true;
}

static bool table_is_harmless(const struct table *table)
{
	for (size_t i = 0; i < table->column_count; i++) {
		const struct table_column *column = &table->columns[i];

		if (!text_is_harmless(column->key) || !text_is_harmless(column->title))
			return false;
		for (size_t row = 0; column->kind == COLUMN_TEXT && row < table->row_count; row++)
			if (!text_is_harmless(column->texts[row]))
				return false;
	}
	return table->note_count == 0 && !table->title;
}

/* The last one is about them all. */
static size_t rows_shown(const struct table *table)
{
	return table->row_count > 0 ? table->row_count - 1 : 0;
}

static int said_handle(struct lookup *lookup, const struct message *message)
{
	struct answer answer = {.code = ANSWER_OK, .text = lookup->remark};

	if (message->kind == MESSAGE_FINDINGS)
		return findings_take(lookup, &message->findings.findings);
	if (!table_is_harmless(message->answer.table)) {
		log_warn("the parser answered with what is no table of rows");
		return lookup_fail(lookup, "Filen kunde inte läsas: läsaren svarade fel.");
	}
	answer.table = message->answer.table;
	if (lookup->has_texts)
		log_info("uid %d sees texts of %zu rows of %s", (int)lookup->peer.uid,
			 rows_shown(answer.table), lookup->subject);
	return lookup_answer(lookup, &answer);
}

static int parser_heard(void *context, const struct parser_news *news)
{
	struct lookup *lookup = context;

	if (!lookup->is_busy)
		return 0;
	switch (news->event) {
	case PARSER_SAID:
		return said_handle(lookup, news->message);
	case PARSER_DIED:
	case PARSER_AGAIN:
		return lookup_fail(lookup, "Filen kunde inte läsas: läsaren avbröts.");
	case PARSER_ABSENT:
		return lookup_fail(lookup,
				   "Läsaren startar inte med de inställningar som ingest har: "
				   "starta om budgetvakt-ingest.");
	}
	return 0;
}

/* ---- asked ------------------------------------------------------------------ */

/* A file in memory, for it may be larger than what a socket takes at once. */
static int selection_put(const struct request *request, int *fd_out)
{
	cleanup(close_fd) int fd = memfd_create("selection", MFD_CLOEXEC);
	int r;

	if (fd < 0)
		return -errno;
	r = fd_write(fd, (const uint8_t *)request->selection,
		     request->selection_count * sizeof *request->selection);
	if (r < 0)
		return r;
	*fd_out = fd;
	fd = -1;
	return 0;
}

static int parser_need(struct lookup *lookup)
{
	if (lookup->parser)
		return 0;
	return parser_new(&lookup->parser, &(struct parser_options){
						   .loop = service_loop(lookup->service),
						   .program = lookup->program,
						   .conf_path = service_conf(lookup->service)->path,
						   .handler = parser_heard,
						   .context = lookup,
					   });
}

/* SIE has a place for texts; a list has when the source says where. */
static const char *texts_missing(const struct source *source, enum archive_form form)
{
	if (form == ARCHIVE_EXTRACT)
		return "arkivet har inga, för källan har redact = yes";
	for (size_t i = 0; i < source->column_count; i++)
		if (source->columns[i].role == ROLE_TEXT)
			return "";
	return source->format == FORMAT_SIE4 ? ""
					     : "ingen kolumn i källans columns har rollen text";
}

static int job_start(struct lookup *lookup, const struct source *source,
		     const struct request *request)
{
	cleanup(close_fd) int fd = -1;
	cleanup(close_fd) int selection_fd = -1;
	struct parser_job job = {.source = source,
				 .purpose = PARSER_ROWS,
				 .rows_max = request->max,
				 .wants_texts = lookup->has_texts};
	int r = archive_file_open(service_conf(lookup->service)->state_dir, source->name,
				  &request->hash, &fd, &job.form);

	if (r == 0)
		r = selection_put(request, &selection_fd);
	if (r == 0)
		r = parser_need(lookup);
	if (r != 0)
		return r;
	lookup->remark = lookup->has_texts ? texts_missing(source, job.form) : "";
	job.fd = fd;
	job.selection_fd = selection_fd;
	memcpy(job.answer_id, request->id, sizeof job.answer_id);
	r = parser_start(lookup->parser, &job);
	return r == 0 ? parser_listen(lookup->parser, true) : r;
}

/* What the asker calls the figure; which file it is, is certain. */
static void subject_print(struct lookup *lookup, const struct source *source,
			  const struct request *request)
{
	char hash[HASH_TEXT_SIZE];
	char area[CODE_SIZE];
	char line[CODE_SIZE];

	hash_text(&request->hash, hash);
	text_tame(area, sizeof area, request->area, strlen(request->area));
	text_tame(line, sizeof line, request->line, strlen(request->line));
	snprintf(lookup->subject, sizeof lookup->subject,
		 "%s/%s, for area \"%s\", line \"%s\", period %u", source->name, hash, area, line,
		 request->period.yyyymm);
}

int lookup_request(struct lookup *lookup, const struct source *source,
		   const struct request *request, const struct peer *peer, struct answer *answer)
{
	bool wants_texts = request->kind == REQUEST_ROW_TEXTS;
	char hash[HASH_TEXT_SIZE];
	int r;

	if (request->max > ROWS_SHOWN_MAX)
		return answer_with(answer, ANSWER_INVALID, "För många rader på en gång.");
	if (wants_texts && !text_right_has(service_conf(lookup->service), peer->uid)) {
		log_warn("uid %d may not see texts of %s", (int)peer->uid, source->name);
		return answer_with(answer, ANSWER_FORBIDDEN, forbidden);
	}
	/* The same question again, or another's, who will ask again. */
	if (lookup->is_busy)
		return SERVICE_LATER;
	lookup->has_texts = wants_texts;
	r = job_start(lookup, source, request);
	if (r == ARCHIVE_NONE)
		return answer_with(answer, ANSWER_NOT_FOUND, "Filen finns inte i arkivet.");
	if (r < 0) {
		log_failure(r, "cannot read the archive once more");
		return answer_with(answer, ANSWER_FAILED,
				   "Arkivet kan inte läsas: se loggen för ingest.");
	}
	hash_text(&request->hash, hash);
	log_info("uid %d asks for rows of %s/%s", (int)peer->uid, source->name, hash);
	subject_print(lookup, source, request);
	lookup->is_busy = true;
	lookup->peer = *peer;
	memcpy(lookup->id, request->id, sizeof lookup->id);
	return SERVICE_LATER;
}

int lookup_new(struct lookup **lookup_out, struct service *service, const char *program)
{
	struct lookup *lookup = calloc(1, sizeof *lookup);

	if (!lookup)
		return -ENOMEM;
	lookup->service = service;
	snprintf(lookup->program, sizeof lookup->program, "%s", program);
	text_right_check(service_conf(service));
	*lookup_out = lookup;
	return 0;
}

void lookup_destroy(struct lookup **lookup)
{
	if (!*lookup)
		return;
	parser_destroy(&(*lookup)->parser);
	free(*lookup);
	*lookup = NULL;
}
