/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/stage/fill.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/base/cleanup.h"
#include "lib/base/log.h"

enum {
	LOOK_MS = 1000,
	WARN_AT = 8000,	  /* hundredths of a percent */
	FORGET_AT = 7500, /* said once more when it has been below this */
};

struct fill {
	const struct conf *conf;
	struct loop *loop;
	struct store *store;
	int timer;
	bool is_told;
};

static int look(void *context)
{
	struct fill *fill = context;
	unsigned now = 0;
	int r = store_fill(fill->store, &now);

	if (now >= WARN_AT && !fill->is_told)
		log_warn("the store is %u %% full: raise store_size_mib (now %llu) in %s and "
			 "restart, before it stops",
			 now / 100, (unsigned long long)fill->conf->store_size_mib,
			 fill->conf->path);
	fill->is_told = now >= WARN_AT || (fill->is_told && now >= FORGET_AT);
	return r;
}

int fill_watch(struct fill **fill_out, struct service *service, struct store *store)
{
	cleanup(fill_destroy) struct fill *fill = calloc(1, sizeof *fill);
	int r;

	if (!fill)
		return -ENOMEM;
	fill->conf = service_conf(service);
	fill->loop = service_loop(service);
	fill->store = store;
	r = look(fill);
	if (r == 0)
		r = loop_add_timer(fill->loop, LOOK_MS, look, fill, &fill->timer);
	if (r < 0)
		return r;
	*fill_out = fill;
	fill = NULL;
	return 0;
}

void fill_destroy(struct fill **fill)
{
	if (!*fill)
		return;
	if ((*fill)->timer)
		loop_remove_timer((*fill)->loop, (*fill)->timer);
	free(*fill);
	*fill = NULL;
}

void fill_status(const struct fill *fill, struct table *table)
{
	char text[16];
	unsigned now = 0;

	if (store_fill(fill->store, &now) < 0)
		return;
	snprintf(text, sizeof text, "%u,%02u %%", now / 100, now % 100);
	service_status_text(table, "lager_fyllnad", "Lagrets fyllnad", text);
	if (now >= WARN_AT)
		service_status_text(table, "varning", "Varning",
				    "databasen är snart full: höj store_size_mib och starta om");
}
