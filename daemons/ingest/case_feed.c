/* SPDX-License-Identifier: Apache-2.0 */
/* Table `case`: source, hash -> the event by which the case was opened, as in the journal. */
#include "ingest/case_feed.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ingest/archive.h"
#include "ingest/inbox.h"
#include "ingest/spool.h"
#include "lib/base/cleanup.h"
#include "lib/base/clock.h"
#include "lib/base/error.h"
#include "lib/base/log.h"
#include "lib/base/text.h"
#include "lib/stage/stage.h"
#include "lib/wire/codec.h"

enum { EVENT_ARENA_BYTES = 1024 * 1024 };

const char *const case_feed_table_names[CASE_FEED_TABLE_COUNT] = {"meta", "journal", "case"};

struct case_feed {
	const struct conf *conf;
	struct loop *loop;
	struct stage stage;
	struct arena *arena; /* for one event */
	uint64_t open_count;
	bool is_scheduled;
};

/* One look at the folder. */
struct review {
	struct case_feed *feed;
	struct store_txn *txn;
	struct key gone;
	bool has_gone;
};

static struct key case_key(const char *source, const struct hash *hash)
{
	struct key key = key_empty();

	key_text(&key, source);
	key_bytes(&key, hash->bytes, HASH_SIZE);
	return key;
}

/* ---- come -------------------------------------------------------------------- */

static int case_put(struct review *review, const struct key *key, const struct event *event)
{
	cleanup(free_bytes) uint8_t *bytes = NULL;
	size_t size;
	int r = event_pack(event, &bytes, &size);

	return r < 0 ? r : store_put(review->txn, CASE_FEED_CASE, key, bytes, size);
}

static int case_open(struct review *review, const struct key *key, const struct report *report)
{
	struct case_feed *feed = review->feed;
	char path[PATH_SIZE];
	struct event event = {
		.kind = EVENT_CASE,
		.file_case = {.time_ms = clock_wall_ms(),
			      .state = CASE_OPENED,
			      .source = report->source,
			      .file_name = report->file_name,
			      .file = report->hash,
			      .received_ms = report->received_ms,
			      .code = finding_code_text(report->code),
			      .line = report->line,
			      .column = report->column,
			      .text = report->finding,
			      .error_count = report->error_count,
			      .report = path},
	};
	int r = archive_report_path(path, feed->conf, report->source, &report->hash, false);

	if (r == 0)
		r = case_put(review, key, &event);
	return r < 0 ? r : journal_append(feed->stage.journal, review->txn, &event, NULL);
}

static int file_review(void *context, const char *source, const struct hash *hash)
{
	struct review *review = context;
	struct key key = case_key(source, hash);
	struct store_value value;
	struct report report;
	int r = store_get(review->txn, CASE_FEED_CASE, &key, &value);

	if (r != STORE_MISSING)
		return r;
	r = archive_report(review->feed->conf, source, hash, &report);
	if (r != 0)
		return r < 0 ? r : 0;
	return case_open(review, &key, &report);
}

/* ---- gone -------------------------------------------------------------------- */

/* How the case ended is seen by where its file lies now. */
static enum case_state end_of(const struct conf *conf, const struct case_event *file_case)
{
	struct inbox_file file = {.source = conf_source(conf, file_case->source)};
	char path[PATH_SIZE];

	if (archive_is_closed(conf, file_case->source, &file_case->file))
		return CASE_REPLACED;
	text_copy(file.name, sizeof file.name, file_case->file_name);
	if (spool_path(conf, &file, path) == 0 && file_exists(path))
		return CASE_RETRIED;
	return archive_has(conf, file_case->source, &file_case->file) ? CASE_ACCEPTED
								      : CASE_DISCARDED;
}

static int case_tell_end(struct review *review, struct case_event *file_case)
{
	struct case_feed *feed = review->feed;
	struct event event = {.kind = EVENT_CASE};
	char path[PATH_SIZE] = "";
	int r = 0;

	file_case->time_ms = clock_wall_ms();
	file_case->state = end_of(feed->conf, file_case);
	if (file_case->state == CASE_REPLACED)
		r = archive_report_path(path, feed->conf, file_case->source, &file_case->file,
					true);
	event.file_case = *file_case;
	event.file_case.report = path;
	return r < 0 ? r : journal_append(feed->stage.journal, review->txn, &event, NULL);
}

static int case_end(struct review *review)
{
	struct arena *arena = review->feed->arena;
	struct store_value value;
	struct event event;
	int r = store_get(review->txn, CASE_FEED_CASE, &review->gone, &value);

	arena_reset(arena);
	if (r == 0 && event_unpack(value.bytes, value.size, arena, &event) != 0)
		r = ERROR_CORRUPT;
	if (r == 0)
		r = case_tell_end(review, &event.file_case);
	return r < 0 ? r : store_delete(review->txn, CASE_FEED_CASE, &review->gone);
}

/* Cases of a source that is not configured any more stay as they are: nobody looks there. */
static int case_review(void *context, const uint8_t *key, size_t key_size, struct store_value value)
{
	struct review *review = context;
	const struct conf *conf = review->feed->conf;
	const char *source = (const char *)key;
	struct hash hash;

	(void)value;
	if (key_size <= HASH_SIZE + 1 || key[key_size - HASH_SIZE - 1] != '\0')
		return ERROR_CORRUPT;
	memcpy(hash.bytes, key + key_size - HASH_SIZE, HASH_SIZE);
	if (!conf_source(conf, source) || archive_is_refused(conf, source, &hash))
		return 0;
	review->gone = case_key(source, &hash);
	review->has_gone = true;
	return STORE_STOP;
}

/* One at a time: a visitor must not write. */
static int cases_end(struct review *review)
{
	struct key all = key_empty();
	int r;

	do {
		review->has_gone = false;
		r = store_each(review->txn, CASE_FEED_CASE, &all, NULL, case_review, review);
		if (r == 0 && review->has_gone)
			r = case_end(review);
	} while (r == 0 && review->has_gone);
	return r > 0 ? ERROR_CORRUPT : r;
}

/* ---- the feed ---------------------------------------------------------------- */

static int feed_review(struct case_feed *feed)
{
	cleanup(store_abort) struct store_txn *txn = NULL;
	struct review review = {.feed = feed};
	int r = store_begin(feed->stage.store, STORE_WRITE, &txn);

	review.txn = txn;
	if (r == 0)
		r = cases_end(&review);
	if (r == 0)
		r = archive_each(feed->conf, NULL, file_review, &review);
	if (r == 0)
		r = store_count(txn, CASE_FEED_CASE, &feed->open_count);
	if (r == 0)
		r = store_commit(&txn);
	if (r == 0)
		r = journal_ring(feed->stage.journal);
	return r < 0 ? log_failure(r, "cannot tell of the quarantine") : 0;
}

static int review_handle(void *context)
{
	struct case_feed *feed = context;

	feed->is_scheduled = false;
	return feed_review(feed);
}

int case_feed_touch(struct case_feed *feed)
{
	if (feed->is_scheduled)
		return 0;
	feed->is_scheduled = true;
	return loop_later(feed->loop, review_handle, feed);
}

bool case_feed_is_open(const struct case_feed *feed)
{
	return feed->open_count > 0 || feed->is_scheduled;
}

static const struct stage_options stage_options = {
	.name = "ingest",
	.tables = case_feed_table_names,
	.table_count = CASE_FEED_TABLE_COUNT,
	.has_journal = true,
	.journal_table = CASE_FEED_JOURNAL,
	.meta_table = CASE_FEED_META,
};

int case_feed_new(struct case_feed **feed_out, struct service *service)
{
	cleanup(case_feed_destroy) struct case_feed *feed = calloc(1, sizeof *feed);
	int r;

	if (!feed)
		return -ENOMEM;
	feed->conf = service_conf(service);
	feed->loop = service_loop(service);
	r = arena_new(&feed->arena, EVENT_ARENA_BYTES);
	if (r == 0)
		r = stage_open(&feed->stage, service, &stage_options);
	if (r == 0)
		r = archive_prepare(feed->conf);
	if (r == 0)
		r = feed_review(feed);
	if (r < 0)
		return r;
	*feed_out = feed;
	feed = NULL;
	return 0;
}

void case_feed_destroy(struct case_feed **feed)
{
	if (!*feed)
		return;
	stage_close(&(*feed)->stage);
	arena_destroy(&(*feed)->arena);
	free(*feed);
	*feed = NULL;
}

int case_feed_answer(struct case_feed *feed, const struct request *request, struct arena *arena,
		     struct answer *answer)
{
	return journal_answer(feed->stage.journal, request, arena, answer);
}

void case_feed_status(const struct case_feed *feed, struct table *table)
{
	stage_status(&feed->stage, table);
}
