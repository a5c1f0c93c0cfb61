/* SPDX-License-Identifier: Apache-2.0 */
#include "budgetvakt/rebuild.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sysexits.h>
#include <unistd.h>

#include "budgetvakt/books.h"
#include "budgetvakt/delivery.h"
#include "budgetvakt/output.h"
#include "budgetvakt/past.h"
#include "budgetvakt/tree.h"
#include "budgetvakt/troupe.h"
#include "budgetvakt/verdict_text.h"
#include "lib/archive/archive_file.h"
#include "lib/base/cleanup.h"
#include "lib/base/clock.h"
#include "lib/wire/codec.h"

enum { VERDICT_PATIENCE_MS = 1000 * 3600 };

struct rebuild {
	struct context *context;
	char from[PATH_SIZE]; /* STATE as it is */
	char to[PATH_SIZE];
	struct books live;
	struct past past;
	struct troupe troupe;
	size_t refused_count; /* decisions that could not be carried out again */
	size_t decision_count;
	int64_t begun_ms;
};

static void rebuild_finish(struct rebuild *rebuild)
{
	books_finish(&rebuild->live);
	past_finish(&rebuild->past);
	troupe_stop(&rebuild->troupe);
}

/* ---- a batch ----------------------------------------------------------------- */

static int manifest_open(const struct rebuild *rebuild, const struct step *step)
{
	char path[PATH_SIZE];

	if (path_print(path, "%s/archive/%s/%s.sum", rebuild->from, step->source, step->hash) < 0)
		return -1;
	return open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
}

static int bytes_write(void *context, const uint8_t *bytes, size_t length)
{
	const int *fd = context;

	return fd_write(*fd, bytes, length);
}

/* The file as it came, without a name and at its beginning, unless only its extract is kept. */
static int file_unpack(const struct rebuild *rebuild, const struct step *step, int *fd_out,
		       enum archive_form *form_out)
{
	cleanup(close_fd) int kept = -1;
	cleanup(close_fd) int plain = -1;
	struct hash hash;
	int r = hash_parse(step->hash, &hash);

	if (r == 0)
		r = archive_file_open(rebuild->from, step->source, &hash, &kept, form_out);
	if (r != 0 || *form_out == ARCHIVE_EXTRACT)
		return r;
	plain = memfd_create("file", MFD_CLOEXEC);
	if (plain < 0)
		return -errno;
	r = archive_file_each(kept, *form_out, bytes_write, &plain);
	if (r == 0 && lseek(plain, 0, SEEK_SET) < 0)
		r = -errno;
	if (r < 0)
		return r;
	*fd_out = plain;
	plain = -1;
	return 0;
}

static int batch_open(const struct rebuild *rebuild, const struct step *step, int *fd_out)
{
	enum archive_form form = ARCHIVE_PLAIN;
	int r = file_unpack(rebuild, step, fd_out, &form);

	if (r == 0 && form == ARCHIVE_EXTRACT)
		return complain(EX_DATAERR,
				"import %" PRIu64
				": källan %s har redact = yes, och ur ett utdrag kan "
				"filen inte läsas in på nytt",
				step->number, step->source);
	if (r == ARCHIVE_NONE)
		return complain(EX_NOINPUT, "import %" PRIu64 ": filen saknas i arkivet",
				step->number);
	return r < 0 ? complain(EX_IOERR, "import %" PRIu64 ": arkivets fil kan inte läsas: %s",
				step->number, output_reason(r))
		     : EX_OK;
}

/* It replaced then what it replaces now. */
static int newer_allow(struct rebuild *rebuild, const struct step *step)
{
	struct request request = {.kind = REQUEST_ALLOW_OLDER, .source = step->source};
	struct answer answer;

	if (hash_parse(step->hash, &request.hash) != 0)
		return complain(EX_DATAERR, "import %" PRIu64 " har ingen fil", step->number);
	return context_ask(rebuild->context, "ingest", &request, &answer);
}

static int verdict_await(struct rebuild *rebuild, const struct step *step,
			 const struct delivery *delivery)
{
	struct request request = {
		.kind = REQUEST_VERDICT, .source = step->source, .hash = delivery->hash};
	struct verdict_text verdict;
	struct answer answer;
	int r = context_try(rebuild->context, "ingest", &request, &answer, VERDICT_PATIENCE_MS);

	if (r != 0)
		return r < 0 ? context_failure("att fråga efter besked", r)
			     : context_silence("ingest");
	if (!verdict_text_read(answer.table, answer.text, &verdict))
		return complain(EX_PROTOCOL, "budgetvakt-ingest gav inget begripligt besked");
	if (!verdict.is_accepted)
		return complain(EX_DATAERR, "import %" PRIu64 " godtas inte längre: %s",
				step->number, verdict.reason ? verdict.reason : verdict.verdict);
	return EX_OK;
}

static int batch_relive(struct rebuild *rebuild, const struct step *step)
{
	const struct source *source = conf_source(rebuild->context->conf, step->source);
	struct progress progress = progress_begin(step->file_name);
	cleanup(close_fd) int manifest_fd = manifest_open(rebuild, step);
	cleanup(close_fd) int fd = -1;
	struct delivery delivery;
	char hash[HASH_TEXT_SIZE];
	int status;
	int r;

	if (!source)
		return complain(EX_CONFIG, "källan %s finns inte längre i inställningarna",
				step->source);
	status = batch_open(rebuild, step, &fd);
	if (status == EX_OK)
		status = newer_allow(rebuild, step);
	if (status != EX_OK)
		return status;
	r = delivery_make(rebuild->context->conf, source, step->file_name, fd, manifest_fd,
			  &progress, &delivery);
	progress_end(&progress);
	if (r != 0)
		return complain(EX_IOERR, "import %" PRIu64 " kan inte läggas in på nytt",
				step->number);
	hash_text(&delivery.hash, hash);
	if (strcmp(hash, step->hash) != 0)
		return complain(EX_DATAERR,
				"import %" PRIu64 ": arkivets fil är inte den som lästes in",
				step->number);
	return verdict_await(rebuild, step, &delivery);
}

/* ---- a decision -------------------------------------------------------------- */

static struct request decision_request(const struct decision_event *decision)
{
	static const enum request_kind kinds[] = {
		[DECISION_PERIOD_CLOSED] = REQUEST_PERIOD_CLOSE,
		[DECISION_PERIOD_OPENED] = REQUEST_PERIOD_OPEN,
		[DECISION_FORECAST_SET] = REQUEST_FORECAST_SET,
	};

	struct request request = {
		.kind = kinds[decision->kind],
		.period = decision->period,
		.area = decision->area,
		.text = decision->comment,
		.has_split = decision->has_split,
	};

	if (decision->has_split) {
		request.income = decision->income;
		request.cost = decision->cost;
	} else {
		request.net = decision->net;
	}
	return request;
}

/* The order that became @event, and who gave it. */
static struct request order_of(const struct event *event, const char **who_out)
{
	if (event->kind == EVENT_ALERT) {
		*who_out = event->alert.who;
		return (struct request){.kind = REQUEST_ALERT_ACK,
					.number = event->alert.id,
					.text = event->alert.comment};
	}
	if (event->kind == EVENT_PLAN) {
		bool is_decided = event->plan.state == PLAN_DECIDED;

		*who_out = event->plan.who;
		return (struct request){.kind = is_decided ? REQUEST_PLAN_DECIDE
							   : REQUEST_PLAN_CLOSE,
					.number = event->plan.id,
					.reference = is_decided ? event->plan.reference : NULL,
					.text = event->plan.comment};
	}
	*who_out = event->decision.who;
	return decision_request(&event->decision);
}

static int decision_relive(struct rebuild *rebuild, const struct step *step)
{
	cleanup(arena_destroy) struct arena *arena = NULL;
	const char *who = "";
	struct request request;
	struct answer answer;
	struct event event;
	int status = troupe_settle(&rebuild->troupe);
	int r = arena_new(&arena, 1024 * 1024);

	if (status != EX_OK || r < 0)
		return status != EX_OK ? status : context_failure("att förbereda", r);
	if (event_unpack(step->record, step->record_size, arena, &event) != 0)
		return complain(EX_DATAERR, "beslut %" PRIu64 " hos %s kan inte tydas",
				step->number, step->daemon);
	request = order_of(&event, &who);
	rebuild->decision_count++;
	status = troupe_moment(&rebuild->troupe, step->time_ms,
			       strncmp(who, "uid ", 4) == 0 ? (uint32_t)strtoul(who + 4, NULL, 10)
							    : 0);
	if (status != EX_OK)
		return status;
	r = context_try(rebuild->context, step->daemon, &request, &answer, ASK_PATIENCE_MS);
	if (r != 0)
		return r < 0 ? context_failure("att upprepa ett beslut", r)
			     : context_silence(step->daemon);
	if (context_answer_status(step->daemon, &answer) != EX_OK)
		rebuild->refused_count++;
	return troupe_settle(&rebuild->troupe);
}

/* ---- all of it --------------------------------------------------------------- */

static int step_relive(struct rebuild *rebuild, const struct step *step)
{
	int status;

	if (step->daemon)
		return decision_relive(rebuild, step);
	status = troupe_moment(&rebuild->troupe, step->time_ms, 0);
	return status == EX_OK ? batch_relive(rebuild, step) : status;
}

static int failed(const struct rebuild *rebuild, int error)
{
	return complain(EX_CANTCREAT, "%s kan inte skapas: %s", rebuild->to, output_reason(error));
}

/* The folder, with an inbox for every source, and what lies in quarantine. */
static int folder_prepare(struct rebuild *rebuild)
{
	const struct conf *conf = rebuild->context->conf;
	bool is_empty = false;
	char path[PATH_SIZE];
	int r = tree_is_empty(rebuild->to, &is_empty);

	if (r == 0 && !is_empty)
		return complain(EX_CANTCREAT, "%s är inte tom; ange en ny mapp", rebuild->to);
	for (size_t i = 0; i < conf->source_count && r == 0; i++) {
		r = path_print(path, "%s/%s", conf->inbox_dir, conf->sources[i].name);
		if (r == 0)
			r = directory_make(path);
	}
	if (r == 0)
		r = directory_make(conf->runtime_dir);
	if (r == 0)
		r = tree_copy(rebuild->from, rebuild->to, "quarantine");
	return r < 0 ? failed(rebuild, r) : EX_OK;
}

static int past_relive(struct rebuild *rebuild)
{
	int status = folder_prepare(rebuild);

	rebuild->troupe.context = rebuild->context;
	if (status == EX_OK)
		status = troupe_moment(&rebuild->troupe,
				       rebuild->past.count > 0 ? rebuild->past.steps[0].time_ms : 1,
				       0);
	if (status == EX_OK)
		status = troupe_start(&rebuild->troupe, rebuild->context, rebuild->to);
	for (size_t i = 0; i < rebuild->past.count && status == EX_OK; i++)
		status = step_relive(rebuild, &rebuild->past.steps[i]);
	if (status == EX_OK)
		status = troupe_settle(&rebuild->troupe);
	if (status == EX_OK)
		status = troupe_stop(&rebuild->troupe);
	if (status != EX_OK)
		fprintf(stderr, "Vad delarna skrev står i %s/.rebuild/log.\n", rebuild->to);
	return status;
}

static int scaffold_remove(const struct rebuild *rebuild)
{
	char path[PATH_SIZE];
	int r = path_print(path, "%s/.rebuild", rebuild->to);

	if (r == 0)
		r = tree_remove(path);
	if (r == 0)
		r = tree_remove(rebuild->context->conf->runtime_dir);
	return r < 0 ? failed(rebuild, r) : EX_OK;
}

static int state_find(void *context, const char *program, char *fields[FACTS_FIELDS_MAX],
		      size_t count)
{
	const char **wanted = context;

	(void)count;
	if (strcmp(wanted[0], program) == 0)
		snprintf((char *)(uintptr_t)wanted[1], HASH_TEXT_SIZE, "%s", fields[0]);
	return 0;
}

/* A line a store: the same, or not. */
static void stores_compare(const struct books *live, const struct books *rebuilt)
{
	static const char *const programs[] = {"aggregate", "forecast", "alert"};

	for (size_t i = 0; i < sizeof programs / sizeof *programs; i++) {
		char before[HASH_TEXT_SIZE] = "";
		char after[HASH_TEXT_SIZE] = "";

		facts_each(live->text, "state", state_find, (const char *[]){programs[i], before});
		facts_each(rebuilt->text, "state", state_find,
			   (const char *[]){programs[i], after});
		printf("%s: %s\n", programs[i],
		       before[0] && strcmp(before, after) == 0 ? "samma tillstånd"
							       : "ett annat tillstånd");
	}
}

static int state_compare(struct rebuild *rebuild)
{
	cleanup(books_finish) struct books rebuilt = {.text = NULL};
	int64_t took_ms = clock_monotonic_ms() - rebuild->begun_ms;
	int status = books_gather(rebuild->context, rebuild->to, &rebuilt);

	if (status != EX_OK)
		return status;
	books_faults_print(&rebuilt, stderr);
	printf("Uppbyggt på nytt i %s: %zu importer och %zu beslut på %" PRId64 ",%02" PRId64
	       " s.\n",
	       rebuild->to, rebuild->past.count - rebuild->decision_count, rebuild->decision_count,
	       took_ms / 1000, took_ms % 1000 / 10);
	stores_compare(&rebuild->live, &rebuilt);
	printf("Tillstånd: %s\nSom det är: %s\n", rebuilt.state, rebuild->live.state);
	if (rebuilt.fault_count > 0 || rebuild->refused_count > 0)
		return complain(EX_DATAERR, "det som byggdes upp är inte helt, se ovan");
	if (rebuilt.state[0] && strcmp(rebuilt.state, rebuild->live.state) == 0)
		return EX_OK;
	return complain(
		EX_DATAERR,
		"tillståndet är ett annat: lagren är skadade (se ”budgetvakt verify”), eller "
		"så har tabeller och inställningar ändrats sedan filerna lästes in");
}

static int end_find(void *context, const char *program, char *fields[FACTS_FIELDS_MAX],
		    size_t count)
{
	(void)program;
	(void)count;
	*(bool *)context |= strcmp(fields[0], "aggregate") == 0;
	return 0;
}

/* Stores that are damaged may still say what happened. */
static int past_gather(struct rebuild *rebuild)
{
	bool is_told = false;
	int status = books_gather(rebuild->context, rebuild->from, &rebuild->live);
	int r;

	if (status != EX_OK)
		return status;
	books_faults_print(&rebuild->live, stderr);
	r = facts_each(rebuild->live.text, "end", end_find, &is_told);
	if (r == 0 && !is_told)
		return complain(EX_DATAERR, "huvudboken kan inte läsas, och bara den vet i vilken "
					    "ordning filerna kom");
	if (r == 0)
		r = past_read(&rebuild->live, &rebuild->past);
	return r < 0 ? context_failure("att läsa vad som har hänt", r) : EX_OK;
}

int rebuild_make(struct context *context, const char *folder)
{
	cleanup(rebuild_finish) struct rebuild rebuild = {.context = context,
							  .begun_ms = clock_monotonic_ms()};
	cleanup(free_bytes) char *absolute = NULL;
	int status;
	int r = path_print(rebuild.from, "%s", context->conf->state_dir);

	if (r == 0)
		r = directory_make(folder);
	absolute = r == 0 ? realpath(folder, NULL) : NULL;
	if (r == 0)
		r = absolute ? path_print(rebuild.to, "%s", absolute) : -errno;
	if (r < 0)
		return complain(EX_CANTCREAT, "%s kan inte skapas: %s", folder, output_reason(r));
	status = past_gather(&rebuild);
	if (status != EX_OK)
		return status;
	r = conf_rebuild(context->conf, rebuild.to);
	status = r < 0 ? failed(&rebuild, r) : past_relive(&rebuild);
	if (status == EX_OK)
		status = scaffold_remove(&rebuild);
	return status == EX_OK ? state_compare(&rebuild) : status;
}
