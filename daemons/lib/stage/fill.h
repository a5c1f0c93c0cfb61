/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How full a store is.  Its size is fixed when it is opened, so that somebody has to hear
 * of it long before it is reached.
 */
#pragma once

#include "lib/service/service.h"
#include "lib/store/store.h"

struct fill;

/* Looks at @store from then on, and warns in the log from 80 % on. */
int fill_watch(struct fill **fill_out, struct service *service, struct store *store);
/* Accepts NULL; before the store is closed. */
void fill_destroy(struct fill **fill);

/* Rows of the status table: how full, and what to do when that is too much. */
void fill_status(const struct fill *fill, struct table *table);
