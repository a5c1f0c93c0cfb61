/* SPDX-License-Identifier: Apache-2.0 */
/* Puts inbox, intake and verdicts together behind the control socket. */
#include "ingest/ingest.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ingest/archive.h"
#include "ingest/case_feed.h"
#include "ingest/cases.h"
#include "ingest/inbox.h"
#include "ingest/intake.h"
#include "ingest/lookup.h"
#include "ingest/packing.h"
#include "ingest/parser.h"
#include "ingest/spool.h"
#include "ingest/verdict.h"
#include "ingest/verify.h"
#include "lib/base/arena.h"
#include "lib/base/cleanup.h"
#include "lib/base/error.h"
#include "lib/base/log.h"

enum {
	RESCAN_MS = 2000,
	ANSWER_BUDGET_BYTES = 64 * 1024,
};

struct ingest {
	struct service *service;
	const struct conf *conf;
	int timer;
	struct case_feed *cases;
	struct inbox *inbox;
	struct intake *intake;
	char parser_program[PATH_SIZE];
	struct lookup *lookup;
	struct packing *packing;
	bool is_packing; /* its next slice is scheduled */
	struct verdict_desk *desk;
	struct arena *arena; /* for answers that were put off */
	uint64_t accepted_count;
	uint64_t known_count;
	uint64_t refused_count;
	char last_name[FILE_NAME_SIZE]; /* the last file decided */
};

/* ---- verdicts --------------------------------------------------------------- */

static int question_answer(struct ingest *ingest, size_t index, const struct verdict *verdict)
{
	const struct question *question = verdict_waiting(ingest->desk, index);
	struct answer answer = {.code = ANSWER_OK, .text = ""};
	int r;

	memcpy(answer.id, question->id, sizeof answer.id);
	arena_reset(ingest->arena);
	r = verdict_answer(verdict, ingest->arena, &answer);
	if (r == 0)
		r = service_answer(ingest->service, &question->peer, &answer);
	verdict_waiting_remove(ingest->desk, index);
	return r;
}

static bool question_is_about(const struct question *question, const struct report *file)
{
	return strcmp(question->source, file->source) == 0 &&
	       memcmp(&question->hash, &file->hash, sizeof file->hash) == 0;
}

static void verdict_log(const struct verdict *verdict)
{
	const struct report *file = &verdict->file;
	char hash[HASH_TEXT_SIZE];

	hash_text(&file->hash, hash);
	if (verdict->kind == VERDICT_REFUSED)
		log_warn("%s/%s (%s) is quarantined: line %u", file->source, file->file_name, hash,
			 file->line);
	else
		log_info("%s/%s (%s) is %s", file->source, file->file_name, hash,
			 verdict->kind == VERDICT_KNOWN ? "known already" : "accepted");
}

static void verdict_count(struct ingest *ingest, const struct verdict *verdict)
{
	switch (verdict->kind) {
	case VERDICT_ACCEPTED:
		ingest->accepted_count++;
		packing_ask(ingest->packing);
		break;
	case VERDICT_KNOWN:
		ingest->known_count++;
		break;
	case VERDICT_REFUSED:
		ingest->refused_count++;
		break;
	}
	memcpy(ingest->last_name, verdict->file.file_name, sizeof ingest->last_name);
}

static int verdict_take(void *context, const struct verdict *verdict)
{
	struct ingest *ingest = context;
	int r = 0;

	verdict_log(verdict);
	verdict_count(ingest, verdict);
	verdict_keep(ingest->desk, verdict);
	if (verdict->kind == VERDICT_REFUSED || case_feed_is_open(ingest->cases))
		r = case_feed_touch(ingest->cases);
	for (size_t i = verdict_waiting_count(ingest->desk); r == 0 && i-- > 0;)
		if (question_is_about(verdict_waiting(ingest->desk, i), &verdict->file))
			r = question_answer(ingest, i, verdict);
	return r;
}

/* A file without a verdict may be the one that is asked about. */
static bool source_is_pending(const struct ingest *ingest, const struct source *source)
{
	return spool_holds(ingest->conf, source) || inbox_holds(ingest->inbox, source);
}

/* What is known of the file, unless it may be on its way through once more. */
static int verdict_settled(const struct ingest *ingest, const char *source_name,
			   const struct hash *hash, struct verdict *verdict_out)
{
	const struct source *source = conf_source(ingest->conf, source_name);

	if (!source || source_is_pending(ingest, source))
		return VERDICT_NONE;
	return verdict_find(ingest->desk, source_name, hash, verdict_out);
}

/* Questions about files that were taken away again, and the like. */
static int questions_review(struct ingest *ingest)
{
	for (size_t i = verdict_waiting_count(ingest->desk); i-- > 0;) {
		const struct question *question = verdict_waiting(ingest->desk, i);
		struct verdict verdict;
		int r = verdict_settled(ingest, question->source, &question->hash, &verdict);

		if (r == 0)
			r = question_answer(ingest, i, &verdict);
		if (r < 0)
			return r;
	}
	return 0;
}

/* ---- requests --------------------------------------------------------------- */

static const struct source *request_source(const struct ingest *ingest,
					   const struct request *request, struct answer *answer)
{
	const struct source *source =
		request->source ? conf_source(ingest->conf, request->source) : NULL;

	if (!source)
		answer_with(answer, ANSWER_INVALID, "Källan finns inte i inställningarna.");
	return source;
}

static int verdict_request(void *context, const struct request *request, const struct peer *peer,
			   struct arena *arena, struct answer *answer)
{
	struct ingest *ingest = context;
	const struct source *source = request_source(ingest, request, answer);
	struct question question = {.peer = *peer, .hash = request->hash};
	struct verdict verdict;
	int r;

	if (!source)
		return 0;
	r = verdict_settled(ingest, source->name, &request->hash, &verdict);
	if (r == 0)
		return verdict_answer(&verdict, arena, answer);
	if (r < 0) {
		log_failure(r, "cannot read a quarantine report");
		return answer_with(answer, ANSWER_FAILED, "Karantänen kan inte läsas.");
	}
	memcpy(question.id, request->id, sizeof question.id);
	memcpy(question.source, source->name, sizeof question.source);
	verdict_wait(ingest->desk, &question);
	return SERVICE_LATER;
}

static int allow_request(void *context, const struct request *request, const struct peer *peer,
			 struct arena *arena, struct answer *answer)
{
	struct ingest *ingest = context;
	const struct source *source = request_source(ingest, request, answer);
	char hash[HASH_TEXT_SIZE];
	int r;

	(void)arena;
	if (!source)
		return 0;
	r = archive_allow(ingest->conf, source->name, &request->hash);
	if (r < 0) {
		log_failure(r, "cannot remember a permission");
		return answer_with(answer, ANSWER_FAILED,
				   "Tillåtelsen kunde inte sparas: se loggen för ingest.");
	}
	hash_text(&request->hash, hash);
	log_info("uid %d allows %s/%s to replace a newer export", (int)peer->uid, source->name,
		 hash);
	return 0;
}

static int rows_request(void *context, const struct request *request, const struct peer *peer,
			struct arena *arena, struct answer *answer)
{
	struct ingest *ingest = context;
	const struct source *source = request_source(ingest, request, answer);

	(void)arena;
	return source ? lookup_request(ingest->lookup, source, request, peer, answer) : 0;
}

struct quarantine_list {
	const struct conf *conf;
	struct table *table;
	size_t source, name, hash, received, verdict, code, line, column, text;
};

static int quarantine_row(void *context, const char *source, const struct hash *hash)
{
	struct quarantine_list *list = context;
	char name[HASH_TEXT_SIZE];
	char verdict[48];
	struct report report;
	int r = archive_report(list->conf, source, hash, &report);

	if (r != 0)
		return r < 0 ? r : 0;
	if (table_row(list->table) < 0)
		return -ENOMEM;
	hash_text(hash, name);
	table_text(list->table, list->source, source);
	table_text(list->table, list->name, report.file_name);
	table_text(list->table, list->hash, name);
	if (report.received_ms != 0)
		table_number(list->table, list->received, report.received_ms);
	snprintf(verdict, sizeof verdict, "i karantän, %" PRIu64 " fel", report.error_count);
	table_text(list->table, list->verdict, report.error_count > 0 ? verdict : "i karantän");
	if (report.code != FINDING_NONE)
		table_text(list->table, list->code, finding_code_text(report.code));
	if (report.line != 0)
		table_number(list->table, list->line, report.line);
	if (report.column != 0)
		table_number(list->table, list->column, report.column);
	table_text(list->table, list->text, report.finding);
	return 0;
}

static int quarantine_request(void *context, const struct request *request, const struct peer *peer,
			      struct arena *arena, struct answer *answer)
{
	struct ingest *ingest = context;
	struct quarantine_list list = {.conf = ingest->conf, .table = table_new(arena)};
	int r;

	(void)request;
	(void)peer;
	if (!list.table)
		return -ENOMEM;
	list.source = table_column(list.table, "kalla", "Källa", COLUMN_TEXT);
	list.name = table_column(list.table, "fil", "Fil", COLUMN_TEXT);
	list.hash = table_column(list.table, "sha256", "SHA-256", COLUMN_TEXT);
	list.received = table_column(list.table, "nar", "När", COLUMN_TIME);
	list.verdict = table_column(list.table, "besked", "Besked", COLUMN_TEXT);
	list.code = table_column(list.table, "kod", "Kod", COLUMN_TEXT);
	list.line = table_column(list.table, "rad", "Rad", COLUMN_COUNT);
	list.column = table_column(list.table, "kolumn", "Kolumn", COLUMN_COUNT);
	list.text = table_column(list.table, "text", "Text", COLUMN_TEXT);
	r = archive_each(ingest->conf, NULL, quarantine_row, &list);
	if (r == -ENOMEM)
		return answer_with(answer, ANSWER_FAILED, "Karantänen är för stor att visa.");
	if (r < 0) {
		log_failure(r, "cannot list the quarantine");
		return answer_with(answer, ANSWER_FAILED, "Karantänen kan inte läsas.");
	}
	answer->table = list.table;
	return 0;
}

static int case_show_request(void *context, const struct request *request, const struct peer *peer,
			     struct arena *arena, struct answer *answer)
{
	const struct ingest *ingest = context;

	(void)peer;
	return case_show(ingest->conf, request, arena, answer);
}

static int case_order_request(void *context, const struct request *request, const struct peer *peer,
			      struct arena *arena, struct answer *answer)
{
	struct ingest *ingest = context;
	int r = case_order(ingest->conf, request, (int)peer->uid, answer);

	(void)arena;
	/* Before the file can be decided again. */
	if (r == 0)
		r = case_feed_touch(ingest->cases);
	return r < 0 ? r : intake_wake(ingest->intake);
}

static int journal_request(void *context, const struct request *request, const struct peer *peer,
			   struct arena *arena, struct answer *answer)
{
	struct ingest *ingest = context;

	(void)peer;
	return case_feed_answer(ingest->cases, request, arena, answer);
}

static int status(void *context, struct table *table)
{
	struct ingest *ingest = context;
	const char *name = intake_file_name(ingest->intake);
	const char *obstacle = intake_obstacle(ingest->intake);
	size_t refused = 0;
	size_t orphans = 0;

	archive_refused_count(ingest->conf, &refused);
	spool_orphan_count(ingest->conf, &orphans);
	service_status_number(table, "kallor", "Källor", ingest->conf->source_count);
	service_status_number(table, "i_ko", "Filer i kö", inbox_waiting_count(ingest->inbox));
	service_status_text(table, "pagaende_fil", "Fil som läses", name ? name : "");
	service_status_text(table, "senaste_fil", "Senast avgjorda fil", ingest->last_name);
	service_status_number(table, "inlasta", "Inlästa sedan start", ingest->accepted_count);
	service_status_number(table, "redan_inlasta", "Redan inlästa sedan start",
			      ingest->known_count);
	service_status_number(table, "underkanda", "Underkända sedan start", ingest->refused_count);
	service_status_number(table, "i_karantan", "Filer i karantän", refused);
	service_status_number(table, "okanda_filer", "Filer som inte passar någon källa",
			      inbox_unknown_count(ingest->inbox));
	service_status_number(table, "halls_oppna", "Filer som någon skriver i",
			      inbox_writing_count(ingest->inbox));
	service_status_number(table, "utan_kalla", "Påbörjade filer vars källa är borttagen",
			      orphans);
	if (obstacle)
		service_status_text(table, "fel", "Inläsningen väntar på", obstacle);
	case_feed_status(ingest->cases, table);
	return 0;
}

/* ---- life ------------------------------------------------------------------- */

static int doorbell_handle(void *context)
{
	struct ingest *ingest = context;

	inbox_rang(ingest->inbox);
	return intake_wake(ingest->intake);
}

static int packing_slice(void *context)
{
	struct ingest *ingest = context;
	int r;

	ingest->is_packing = false;
	/* Files that wait come first; the timer comes back. */
	if (intake_file_name(ingest->intake))
		return 0;
	r = packing_step(ingest->packing);
	if (r < 0)
		log_failure(r, "cannot compress the archive");
	if (r != 0)
		return 0;
	ingest->is_packing = true;
	return loop_later(service_loop(ingest->service), packing_slice, ingest);
}

static int rescan_handle(void *context)
{
	struct ingest *ingest = context;
	int r = intake_tick(ingest->intake);

	if (r == 0 && !ingest->is_packing)
		r = packing_slice(ingest);
	return r < 0 ? r : questions_review(ingest);
}

static int intake_start(struct ingest *ingest)
{
	char endpoint[PATH_SIZE];
	struct intake_options options = {
		.conf = ingest->conf,
		.inbox = ingest->inbox,
		.loop = service_loop(ingest->service),
		.wire = service_wire(ingest->service),
		.batch_endpoint = endpoint,
		.parser_program = ingest->parser_program,
		.decided = verdict_take,
		.context = ingest,
	};
	int r = conf_endpoint(ingest->conf, "aggregate", "batch", endpoint);

	return r < 0 ? r : intake_new(&ingest->intake, &options);
}

static int events_start(struct ingest *ingest)
{
	struct loop *loop = service_loop(ingest->service);
	int r = 0;

	if (inbox_fd(ingest->inbox) >= 0)
		r = loop_add_fd(loop, inbox_fd(ingest->inbox), doorbell_handle, ingest);
	return r < 0 ? r : loop_add_timer(loop, RESCAN_MS, rescan_handle, ingest, &ingest->timer);
}

static void ingest_destroy(struct ingest **ingest)
{
	if (!*ingest)
		return;
	loop_remove_timer(service_loop((*ingest)->service), (*ingest)->timer);
	if ((*ingest)->inbox && inbox_fd((*ingest)->inbox) >= 0)
		loop_remove_fd(service_loop((*ingest)->service), inbox_fd((*ingest)->inbox));
	intake_destroy(&(*ingest)->intake);
	lookup_destroy(&(*ingest)->lookup);
	inbox_destroy(&(*ingest)->inbox);
	packing_destroy(&(*ingest)->packing);
	verdict_desk_destroy(&(*ingest)->desk);
	arena_destroy(&(*ingest)->arena);
	case_feed_destroy(&(*ingest)->cases);
	free(*ingest);
	*ingest = NULL;
}

static int start(struct service *service, void **daemon_out)
{
	cleanup(ingest_destroy) struct ingest *ingest = calloc(1, sizeof *ingest);
	int r;

	if (!ingest)
		return -ENOMEM;
	ingest->service = service;
	ingest->conf = service_conf(service);
	ingest->timer = -1;
	r = case_feed_new(&ingest->cases, service);
	if (r < 0)
		return r;
	r = arena_new(&ingest->arena, ANSWER_BUDGET_BYTES);
	if (r == 0)
		r = verdict_desk_new(&ingest->desk, ingest->conf);
	if (r == 0)
		r = packing_new(&ingest->packing, ingest->conf);
	if (r == 0)
		r = inbox_new(&ingest->inbox, ingest->conf);
	if (r == 0)
		r = parser_program_find(ingest->parser_program);
	if (r == 0)
		r = lookup_new(&ingest->lookup, service, ingest->parser_program);
	if (r == 0)
		r = intake_start(ingest);
	if (r == 0)
		r = events_start(ingest);
	if (r < 0)
		return log_failure(r, "cannot start");
	*daemon_out = ingest;
	ingest = NULL;
	return 0;
}

static void stop(void **daemon)
{
	struct ingest *ingest = *daemon;

	ingest_destroy(&ingest);
	*daemon = NULL;
}

static const struct service_route routes[] = {
	{REQUEST_JOURNAL, journal_request},
	{REQUEST_VERDICT, verdict_request},
	{REQUEST_ALLOW_OLDER, allow_request},
	{REQUEST_QUARANTINE, quarantine_request},
	{REQUEST_QUARANTINE_SHOW, case_show_request},
	{REQUEST_QUARANTINE_RETRY, case_order_request},
	{REQUEST_QUARANTINE_DISCARD, case_order_request},
	{REQUEST_ROWS, rows_request},
	{REQUEST_ROW_TEXTS, rows_request},
};

const struct service_program ingest_program = {
	.name = "ingest",
	.summary = "reads ledger exports from the inbox and sends their rows to aggregate",
	.start = start,
	.stop = stop,
	.books = ingest_verify,
	.routes = routes,
	.route_count = sizeof routes / sizeof routes[0],
	.status = status,
};
