/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/stage/pruning.h"

#include <errno.h>
#include <stdlib.h>

#include "lib/base/cleanup.h"
#include "lib/base/clock.h"
#include "lib/base/log.h"

/* A look costs nothing when there is nothing to do. */
enum { LOOK_MS = 1000, DAY_MS = 24 * 60 * 60 * 1000 };

struct pruning {
	struct journal *journal;
	struct loop *loop;
	struct journal_pruning how;
	int64_t keep_ms;
	int timer;
};

static int look(void *context)
{
	struct pruning *pruning = context;
	uint64_t before = journal_pruned_seq(pruning->journal);
	int r;

	pruning->how.before_ms = clock_wall_ms() - pruning->keep_ms;
	r = journal_prune(pruning->journal, &pruning->how);
	if (r < 0)
		return log_failure(r, "cannot prune the journal");
	if (journal_pruned_seq(pruning->journal) > before)
		log_info("the journal is pruned until record %llu",
			 (unsigned long long)journal_pruned_seq(pruning->journal));
	return 0;
}

int pruning_start(struct pruning **pruning_out, struct service *service, struct journal *journal,
		  int (*tell_all)(void *context, struct store_txn *txn), void *context)
{
	cleanup(pruning_destroy) struct pruning *pruning = calloc(1, sizeof *pruning);
	int r;

	if (!pruning)
		return -ENOMEM;
	pruning->journal = journal;
	pruning->loop = service_loop(service);
	pruning->how = (struct journal_pruning){.tell_all = tell_all, .context = context};
	pruning->keep_ms = (int64_t)service_conf(service)->journal_keep_days * DAY_MS;
	r = loop_add_timer(pruning->loop, LOOK_MS, look, pruning, &pruning->timer);
	if (r < 0)
		return r;
	*pruning_out = pruning;
	pruning = NULL;
	return 0;
}

void pruning_destroy(struct pruning **pruning)
{
	if (!*pruning)
		return;
	if ((*pruning)->timer)
		loop_remove_timer((*pruning)->loop, (*pruning)->timer);
	free(*pruning);
	*pruning = NULL;
}

void pruning_status(const struct journal *journal, struct table *table)
{
	const char *doubted = journal_doubted(journal);

	if (journal_pruned_seq(journal) > 0)
		service_status_number(table, "gallrad_till", "Journalen gallrad till post",
				      journal_pruned_seq(journal));
	if (doubted)
		service_status_text(table, "annan_historia",
				    "Har läst en annan journal och stannar", doubted);
}
