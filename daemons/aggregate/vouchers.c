/* SPDX-License-Identifier: Apache-2.0 */
#include "aggregate/vouchers.h"

#include <errno.h>
#include <stdlib.h>

#include "aggregate/staging.h"

void vouchers_finish(struct vouchers *vouchers)
{
	free(vouchers->items);
	*vouchers = (struct vouchers){.items = NULL};
}

static int voucher_compare(const void *left, const void *right)
{
	const struct voucher *l = left;
	const struct voucher *r = right;

	if (l->period != r->period)
		return l->period < r->period ? -1 : 1;
	if (l->identity != r->identity)
		return l->identity < r->identity ? -1 : 1;
	return (l->line > r->line) - (l->line < r->line);
}

void vouchers_sort(struct vouchers *vouchers)
{
	struct voucher *items = vouchers->items;
	size_t kept = 0;

	if (vouchers->count == 0)
		return;
	qsort(items, vouchers->count, sizeof *items, voucher_compare);
	for (size_t i = 1; i < vouchers->count; i++) {
		if (items[i].period != items[kept].period ||
		    items[i].identity != items[kept].identity)
			items[++kept] = items[i];
	}
	vouchers->count = kept + 1;
}

/* Memory follows the vouchers and not how often they are told of: those that are there
 * become one whenever the room is used up. */
static int room_make(struct vouchers *vouchers, size_t more)
{
	struct voucher *items;
	size_t capacity;

	if (vouchers->count + more <= vouchers->capacity)
		return 0;
	vouchers_sort(vouchers);
	if (vouchers->count + more > VOUCHERS_MAX)
		return STAGING_FULL;
	if ((vouchers->count + more) * 2 <= vouchers->capacity)
		return 0;
	capacity = (vouchers->count + more) * 2;
	items = reallocarray(vouchers->items, capacity, sizeof *items);
	if (!items)
		return -ENOMEM;
	vouchers->items = items;
	vouchers->capacity = capacity;
	return 0;
}

int vouchers_add(struct vouchers *vouchers, const struct batch_vouchers *more)
{
	int r;

	if (vouchers->layer != 0 && vouchers->layer != more->layer)
		return STAGING_MALFORMED;
	vouchers->layer = more->layer;
	vouchers->severity = more->severity;
	r = room_make(vouchers, more->count);
	if (r != 0)
		return r;
	for (uint32_t i = 0; i < more->count; i++)
		vouchers->items[vouchers->count++] = (struct voucher){
			.identity = more->identities[i],
			.period = more->periods[i],
			.line = more->lines[i],
		};
	return 0;
}

size_t vouchers_run(const struct vouchers *vouchers, size_t first)
{
	size_t next = first + 1;

	while (next < vouchers->count &&
	       vouchers->items[next].period == vouchers->items[first].period)
		next++;
	return next - first;
}
