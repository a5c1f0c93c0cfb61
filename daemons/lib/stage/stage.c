/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/stage/stage.h"

#include <errno.h>

#include "lib/base/log.h"
#include "lib/stage/pruning.h"

static int store_start(struct stage *stage, struct service *service,
		       const struct stage_options *options)
{
	const struct conf *conf = service_conf(service);
	char directory[PATH_SIZE];
	int r = conf_state_path(conf, options->name, directory);

	if (r == 0)
		r = store_open(&stage->store, directory, options->tables, options->table_count,
			       conf->store_size_mib);
	if (r == STORE_HELD) {
		log_error("another process owns the store %s", directory);
		return -EBUSY;
	}
	if (r == 0)
		r = fill_watch(&stage->fill, service, stage->store);
	return r < 0 ? log_failure(r, "cannot open the store %s", directory) : 0;
}

static int journal_start(struct stage *stage, struct service *service,
			 const struct stage_options *options)
{
	char endpoint[PATH_SIZE];
	int r = conf_endpoint(service_conf(service), options->name, "bell", endpoint);

	if (r == 0)
		r = journal_open(&stage->journal, stage->store, options->journal_table,
				 options->meta_table, service_wire(service), service_loop(service),
				 endpoint);
	if (r == -EBUSY) {
		log_error("another process has the socket %s", endpoint);
		return r;
	}
	return r < 0 ? log_failure(r, "cannot open the journal and its bell") : 0;
}

int stage_open(struct stage *stage, struct service *service, const struct stage_options *options)
{
	int r;

	stage->name = options->name;
	r = store_start(stage, service, options);
	if (r == 0 && options->has_journal)
		r = journal_start(stage, service, options);
	return r;
}

int stage_follow(struct stage *stage, struct service *service, const char *producer,
		 unsigned cursor_table, follower_apply *apply, follower_committed *committed,
		 void *context)
{
	const struct conf *conf = service_conf(service);
	char bell[PATH_SIZE];
	char control[PATH_SIZE];
	struct follower_options options = {
		.name = producer,
		.follower = stage->name,
		.bell_endpoint = bell,
		.control_endpoint = control,
		.store = stage->store,
		.cursor_table = cursor_table,
		.wire = service_wire(service),
		.loop = service_loop(service),
		.apply = apply,
		.committed = committed,
		.context = context,
	};
	int r = conf_endpoint(conf, producer, "bell", bell);

	if (r == 0)
		r = conf_endpoint(conf, producer, "control", control);
	if (r == 0)
		r = follower_new(&stage->followers[stage->follower_count], &options);
	if (r < 0)
		return log_failure(r, "cannot follow %s", producer);
	stage->producers[stage->follower_count++] = producer;
	return 0;
}

void stage_close(struct stage *stage)
{
	for (size_t i = 0; i < stage->follower_count; i++)
		follower_destroy(&stage->followers[i]);
	journal_close(&stage->journal);
	fill_destroy(&stage->fill);
	store_close(&stage->store);
}

/* In the table's memory; NULL, which is a missing key, when that is full. */
static const char *key_of(const struct stage *stage, size_t index, struct table *table,
			  const char *word)
{
	return index == 0 ? word
			  : arena_print(table->arena, "%s_%s", stage->producers[index], word);
}

static void producer_status(const struct stage *stage, size_t index, struct table *table)
{
	uint64_t cursor = follower_cursor(stage->followers[index]);
	uint64_t producer = follower_producer_seq(stage->followers[index]);

	service_status_text(table, key_of(stage, index, table, "foljer"), "Följer",
			    stage->producers[index]);
	service_status_number(table, key_of(stage, index, table, "last_till"),
			      "Läst till i dess journal", cursor);
	service_status_number(table, key_of(stage, index, table, "kallans_journal"),
			      "Dess journal till", producer);
	service_status_number(table, key_of(stage, index, table, "efter"), "Händelser efter",
			      producer > cursor ? producer - cursor : 0);
}

void stage_status(const struct stage *stage, struct table *table)
{
	fill_status(stage->fill, table);
	if (stage->journal) {
		service_status_number(table, "journal", "Egen journal till",
				      journal_last_seq(stage->journal));
		pruning_status(stage->journal, table);
	}
	for (size_t i = 0; i < stage->follower_count; i++)
		producer_status(stage, i, table);
}
