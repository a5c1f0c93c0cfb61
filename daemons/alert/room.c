/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The disk that is nearly full is an alert by itself.  Nobody acknowledges it: room clears
 * it.  Meta: "room" -> what was told last: state u8, time i64, MiB left u64.
 */
#include <errno.h>

#include "alert/daemon.h"
#include "alert/listing.h"
#include "lib/base/cleanup.h"
#include "lib/base/clock.h"
#include "lib/base/error.h"
#include "lib/base/log.h"
#include "lib/stage/space.h"

enum { LOOK_MS = 1000 };

static struct key room_key(void)
{
	struct key key = key_empty();

	key_text(&key, "room");
	return key;
}

/* 0, or STORE_MISSING when nothing was told yet. */
static int room_read(struct store_txn *txn, struct room_event *room_out)
{
	struct key key = room_key();
	struct store_value value;
	struct unpacker unpacker;
	int r = store_get(txn, TABLE_META, &key, &value);

	*room_out = (struct room_event){.state = ALERT_CLEARED};
	if (r != 0)
		return r;
	unpacker = unpacker_over(value.bytes, value.size);
	room_out->state = (enum alert_state)unpack_u8(&unpacker);
	room_out->time_ms = unpack_i64(&unpacker);
	room_out->free_mib = unpack_u64(&unpacker);
	return unpack_is_complete(&unpacker) ? 0 : ERROR_CORRUPT;
}

static int room_write(struct store_txn *txn, const struct room_event *room)
{
	cleanup(packer_finish) struct packer packer = {0};
	struct key key = room_key();

	pack_u8(&packer, (uint8_t)room->state);
	pack_i64(&packer, room->time_ms);
	pack_u64(&packer, room->free_mib);
	return store_put_packed(txn, TABLE_META, &key, &packer);
}

static int room_tell(struct alert_daemon *daemon, const struct room_event *room)
{
	cleanup(store_abort) struct store_txn *txn = NULL;
	struct event event = {.kind = EVENT_ROOM, .room = *room};
	int r = store_begin(daemon->stage.store, STORE_WRITE, &txn);

	if (r == 0)
		r = room_write(txn, room);
	if (r == 0)
		r = journal_append(daemon->stage.journal, txn, &event, NULL);
	if (r == 0)
		r = store_commit(&txn);
	if (r < 0)
		return r;
	daemon->room_state = room->state;
	return journal_ring(daemon->stage.journal);
}

/* A quarter more than the limit clears it, so that it is not told of at every file. */
static enum alert_state room_judge(enum alert_state before, uint64_t free_mib, uint64_t limit_mib)
{
	uint64_t enough_mib = before == ALERT_RAISED ? limit_mib + limit_mib / 4 : limit_mib;

	return free_mib < enough_mib ? ALERT_RAISED : ALERT_CLEARED;
}

static int room_look(void *context)
{
	struct alert_daemon *daemon = context;
	struct room_event room = {.time_ms = clock_wall_ms(),
				  .limit_mib = daemon->conf->free_space_min_mib};
	int r = space_free_mib(daemon->conf, &room.free_mib);

	/* Not to know is no reason to fall silent about everything else. */
	if (r < 0)
		return 0;
	room.state = room_judge(daemon->room_state, room.free_mib, room.limit_mib);
	if (room.state != daemon->room_state)
		return room_tell(daemon, &room);
	if (room.state == ALERT_CLEARED && ballast_hold(daemon->conf) < 0)
		log_warn("the reserve for alerts could not be taken");
	return 0;
}

int alert_room_start(struct alert_daemon *daemon, struct loop *loop)
{
	cleanup(store_abort) struct store_txn *txn = NULL;
	struct room_event room;
	int r = store_begin(daemon->stage.store, STORE_READ, &txn);

	if (r == 0)
		r = room_read(txn, &room);
	if (r < 0)
		return r;
	daemon->room_state = room.state;
	daemon->loop = loop;
	return loop_add_timer(loop, LOOK_MS, room_look, daemon, &daemon->room_timer);
}

void alert_room_stop(struct alert_daemon *daemon)
{
	if (daemon->room_timer)
		loop_remove_timer(daemon->loop, daemon->room_timer);
}

int alert_room_list(struct store_txn *txn, struct table *table)
{
	struct room_event room;
	int r = room_read(txn, &room);

	if (r < 0 || room.state != ALERT_RAISED)
		return r < 0 ? r : 0;
	if (table_row(table) < 0)
		return -ENOBUFS;
	table_text(table, ALERTS_STATE, alert_state_name(room.state));
	table_text(table, ALERTS_RULE, "Disken nästan full");
	table_number(table, ALERTS_TIME, room.time_ms);
	table_text(table, ALERTS_FINDING, "inga filer läses in förrän det finns plats");
	return 0;
}

void alert_room_status(const struct alert_daemon *daemon, struct table *table)
{
	uint64_t free_mib;

	if (space_free_mib(daemon->conf, &free_mib) == 0)
		service_status_number(table, "plats_mib", "Plats kvar på disken (MiB)", free_mib);
	service_status_number(table, "reserv_mib", "Reserv för larm (MiB)",
			      ballast_held_mib(daemon->conf));
}
