/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stands for ingest and its parser: offers the first file of the inbox over the batch
 * socket until there is a verdict, and tells of refused files in a journal of its own.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/cleanup.h"
#include "lib/stage/stage.h"
#include "simulation/town.h"
#include "simulation/world.h"

enum { TABLE_META, TABLE_JOURNAL, TABLE_CASE, TABLE_COUNT };
enum { PATIENCE_MS = 3000, LOOK_MS = 500, ROWS_A_MESSAGE = 60, ARENA_BYTES = 16 * 1024 * 1024 };

static const char *const table_names[TABLE_COUNT] = {"meta", "journal", "case"};

struct ingest {
	struct stage stage;
	struct loop *loop;
	struct socket *socket;
	struct arena *arena;
	struct file *file; /* under way */
	uint64_t session;
	int64_t asked_ms;
	int timer;
};

static int begin_send(struct ingest *ingest)
{
	struct message message = {.kind = MESSAGE_BATCH_BEGIN};

	ingest->session = chance_next();
	ingest->asked_ms = world.now_ms;
	message.batch_begin = (struct batch_begin){
		.session = ingest->session,
		.source = ingest->file->source,
		.file_name = "export",
		.format = "csv",
		.mode = ingest->file->mode,
	};
	return socket_send(ingest->socket, NULL, &message);
}

static int offer(void *context)
{
	struct ingest *ingest = context;

	if (ingest->file && world.now_ms - ingest->asked_ms < PATIENCE_MS)
		return 0;
	if (!ingest->file) {
		ingest->file = inbox_first();
		if (ingest->file)
			printf("offer %" PRIu32 "\n", ingest->file->number);
	}
	return ingest->file ? begin_send(ingest) : 0;
}

/* The codes of a batch so far, and the columns of the message being made. */
struct columns {
	const char *known[2][64];
	uint32_t known_count[2];
	uint32_t ids[2][ROWS_A_MESSAGE];
	uint32_t periods[ROWS_A_MESSAGE];
	int64_t amounts_ore[ROWS_A_MESSAGE];
};

static uint32_t code_number(struct columns *columns, int dimension, const char *code)
{
	for (uint32_t i = 0; i < columns->known_count[dimension]; i++) {
		if (strcmp(columns->known[dimension][i], code) == 0)
			return i + 1;
	}
	columns->known[dimension][columns->known_count[dimension]] = code;
	return ++columns->known_count[dimension];
}

static int rows_send(struct ingest *ingest, struct columns *columns, size_t from, uint32_t count)
{
	static const enum dimension dimensions[2] = {DIMENSION_ACCOUNT, DIMENSION_ACTIVITY};
	const struct posting *postings = ingest->file->postings + from;
	uint32_t known[2] = {columns->known_count[0], columns->known_count[1]};
	struct message message = {.kind = MESSAGE_ROWS, .batch_rows = {.session = ingest->session}};
	struct rows *rows = &message.batch_rows.rows;

	for (uint32_t i = 0; i < count; i++) {
		columns->ids[0][i] = code_number(columns, 0, postings[i].account);
		columns->ids[1][i] = code_number(columns, 1, postings[i].activity);
		columns->periods[i] = postings[i].period;
		columns->amounts_ore[i] = postings[i].ore;
	}
	rows->layer = ingest->file->layer;
	rows->count = count;
	rows->periods = columns->periods;
	rows->amounts_ore = columns->amounts_ore;
	for (int i = 0; i < 2; i++) {
		rows->ids[dimensions[i]] = columns->ids[i];
		rows->new_codes[dimensions[i]] = columns->known[i] + known[i];
		rows->new_codes_count[dimensions[i]] = columns->known_count[i] - known[i];
	}
	return socket_send(ingest->socket, NULL, &message);
}

static int vouchers_send(struct ingest *ingest)
{
	const struct file *file = ingest->file;
	uint32_t periods[ROWS_A_MESSAGE];
	uint64_t identities[ROWS_A_MESSAGE];
	uint32_t lines[ROWS_A_MESSAGE];
	struct message message = {.kind = MESSAGE_VOUCHERS};

	if (file->mode != REPLACE_DELTA || file->layer != LAYER_OUTCOME)
		return 0;
	for (uint32_t i = 0; i < file->count; i++) {
		periods[i] = file->postings[i].period;
		identities[i] = file->postings[i].voucher;
		lines[i] = i + 1;
	}
	message.batch_vouchers = (struct batch_vouchers){
		.session = ingest->session,
		.layer = file->layer,
		.count = (uint32_t)file->count,
		.periods = periods,
		.identities = identities,
		.lines = lines,
	};
	return socket_send(ingest->socket, NULL, &message);
}

static int end_send(struct ingest *ingest)
{
	const struct file *file = ingest->file;
	struct batch_coverage coverage = {
		.layer = file->layer,
		.first = file->first,
		.last = file->last,
		.through = file->layer == LAYER_OUTCOME ? file->through : (struct period){0},
	};
	struct message message = {.kind = MESSAGE_BATCH_END};
	struct batch_end *end = &message.batch_end;

	end->session = ingest->session;
	end->row_count = file->count;
	if (file->mode == REPLACE_DELTA && file->layer == LAYER_OUTCOME)
		end->voucher_count = file->count;
	for (size_t i = 0; i < file->count; i++)
		end->sum.ore += file->postings[i].ore;
	end->sum.ore += file->is_broken;
	end->exported_date = file->exported_date;
	end->coverages = &coverage;
	end->coverage_count = 1;
	end->file = file_hash(file);
	end->may_replace_newer = file->may_replace_newer;
	return socket_send(ingest->socket, NULL, &message);
}

static int batch_send(struct ingest *ingest)
{
	struct columns columns = {.known_count = {0}};
	size_t count = ingest->file->count;
	int r = 0;

	for (size_t from = 0; from < count && r >= 0; from += ROWS_A_MESSAGE) {
		size_t rest = count - from;

		r = rows_send(ingest, &columns, from,
			      rest < ROWS_A_MESSAGE ? (uint32_t)rest : ROWS_A_MESSAGE);
	}
	if (r >= 0)
		r = vouchers_send(ingest);
	return r < 0 ? r : end_send(ingest);
}

/* Tells of a refused file once, however often it is refused. */
static int case_open(struct ingest *ingest, const char *code)
{
	cleanup(store_abort) struct store_txn *txn = NULL;
	struct hash hash = file_hash(ingest->file);
	struct key key = key_empty();
	struct store_value value;
	struct event event = {.kind = EVENT_CASE,
			      .file_case = {.time_ms = world.now_ms,
					    .state = CASE_OPENED,
					    .source = ingest->file->source,
					    .file_name = "export",
					    .file = hash,
					    .code = code,
					    .text = "",
					    .error_count = 1,
					    .report = ""}};
	int r = store_begin(ingest->stage.store, STORE_WRITE, &txn);

	key_bytes(&key, hash.bytes, HASH_SIZE);
	if (r == 0)
		r = store_get(txn, TABLE_CASE, &key, &value);
	if (r != STORE_MISSING)
		return r;
	r = store_put(txn, TABLE_CASE, &key, "", 0);
	if (r == 0)
		r = journal_append(ingest->stage.journal, txn, &event, NULL);
	if (r == 0)
		r = store_commit(&txn);
	return r < 0 ? r : journal_ring(ingest->stage.journal);
}

/* Rows that were lost, doubled or out of order on the way are no fault of the file. */
static bool code_is_of_transport(const struct ingest *ingest, const char *code)
{
	return strcmp(code, "K410") == 0 || (strcmp(code, "K401") == 0 && !ingest->file->is_broken);
}

static int refused(struct ingest *ingest, const struct batch_answer *answer)
{
	const char *code =
		answer->finding_count > 0 ? finding_code_text(answer->findings[0].code) : "-";
	int r;

	if (code_is_of_transport(ingest, code)) {
		printf("transport %s\n", code);
		return begin_send(ingest);
	}
	r = case_open(ingest, code);
	if (r < 0)
		return r;
	inbox_decide(ingest->file, BATCH_REFUSED, code);
	ingest->file = NULL;
	return offer(ingest);
}

static int answered(struct ingest *ingest, const struct batch_answer *answer)
{
	switch (answer->verdict) {
	case BATCH_READY:
		return batch_send(ingest);
	case BATCH_COMMITTED:
	case BATCH_ALREADY_HAVE:
		inbox_decide(ingest->file, answer->verdict, "-");
		ingest->file = NULL;
		return offer(ingest);
	case BATCH_REFUSED:
		return refused(ingest, answer);
	case BATCH_UNKNOWN:
		return begin_send(ingest);
	case BATCH_NO_ROOM: /* stores are never nearly full here */
	case BATCH_CREDIT:
		break;
	}
	return 0;
}

static int answer_handle(void *context)
{
	struct ingest *ingest = context;
	struct message message;
	int r;

	arena_reset(ingest->arena);
	r = socket_receive(ingest->socket, ingest->arena, &message, NULL);
	if (r != 0 || message.kind != MESSAGE_BATCH_ANSWER || !ingest->file ||
	    message.batch_answer.session != ingest->session)
		return r < 0 ? r : 0;
	r = answered(ingest, &message.batch_answer);
	return r < 0 ? r : 0;
}

static void stop(void **daemon)
{
	struct ingest *ingest = *daemon;

	if (!ingest)
		return;
	socket_close(&ingest->socket);
	stage_close(&ingest->stage);
	arena_destroy(&ingest->arena);
	free(ingest);
	*daemon = NULL;
}

static int start(struct service *service, void **daemon_out)
{
	static const struct stage_options options = {.name = "ingest",
						     .tables = table_names,
						     .table_count = TABLE_COUNT,
						     .has_journal = true,
						     .journal_table = TABLE_JOURNAL,
						     .meta_table = TABLE_META};
	cleanup(stop) void *daemon = calloc(1, sizeof(struct ingest));
	struct ingest *ingest = daemon;
	struct loop *loop = service_loop(service);
	char endpoint[PATH_SIZE];
	int r = conf_endpoint(service_conf(service), "aggregate", "batch", endpoint);

	if (r == 0)
		r = stage_open(&ingest->stage, service, &options);
	if (r == 0)
		r = arena_new(&ingest->arena, ARENA_BYTES);
	if (r == 0)
		r = socket_open(&ingest->socket, service_wire(service), SOCKET_CLIENT, endpoint);
	if (r == 0)
		r = loop_add_socket(loop, ingest->socket, answer_handle, ingest);
	if (r == 0)
		r = loop_add_timer(loop, LOOK_MS, offer, ingest, &ingest->timer);
	if (r < 0)
		return r;
	*daemon_out = daemon;
	daemon = NULL;
	return 0;
}

static int on_journal(void *daemon, const struct request *request, const struct peer *peer,
		      struct arena *arena, struct answer *answer)
{
	struct ingest *ingest = daemon;

	(void)peer;
	return journal_answer(ingest->stage.journal, request, arena, answer);
}

static const struct service_route routes[] = {{REQUEST_JOURNAL, on_journal}};

const struct service_program ingest_program = {
	.name = "ingest", .start = start, .stop = stop, .routes = routes, .route_count = 1};
