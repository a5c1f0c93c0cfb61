/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/stage/stage.h"

#include <errno.h>

#include "lib/base/log.h"

static int store_start(struct stage *stage, const struct conf *conf,
		       const struct stage_options *options)
{
	char directory[PATH_SIZE];
	int r = conf_state_path(conf, options->name, directory);

	if (r == 0)
		r = store_open(&stage->store, directory, options->tables, options->table_count,
			       conf->store_size_mib);
	if (r == STORE_HELD) {
		log_error("another process owns the store %s", directory);
		return -EBUSY;
	}
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
	return r < 0 ? log_failure(r, "cannot open the journal and its bell") : 0;
}

int stage_open(struct stage *stage, struct service *service, const struct stage_options *options)
{
	int r;

	stage->name = options->name;
	r = store_start(stage, service_conf(service), options);
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

	stage->producer = producer;
	if (r == 0)
		r = conf_endpoint(conf, producer, "control", control);
	if (r == 0)
		r = follower_new(&stage->follower, &options);
	return r < 0 ? log_failure(r, "cannot follow %s", producer) : 0;
}

void stage_close(struct stage *stage)
{
	follower_destroy(&stage->follower);
	journal_close(&stage->journal);
	store_close(&stage->store);
}

void stage_status(const struct stage *stage, struct table *table)
{
	uint64_t cursor = follower_cursor(stage->follower);
	uint64_t producer = follower_producer_seq(stage->follower);

	if (stage->journal)
		service_status_number(table, "journal", "Egen journal till",
				      journal_last_seq(stage->journal));
	service_status_text(table, "foljer", "Följer", stage->producer);
	service_status_number(table, "last_till", "Läst till i dess journal", cursor);
	service_status_number(table, "kallans_journal", "Dess journal till", producer);
	service_status_number(table, "efter", "Händelser efter",
			      producer > cursor ? producer - cursor : 0);
}
