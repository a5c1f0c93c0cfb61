/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The people at their keyboards: they order, ask again under the same id when nobody
 * answers, and go on to the next when somebody does.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "simulation/town.h"
#include "simulation/world.h"

enum { ORDERS_MAX = 16, PATIENCE_MS = 1500, TEXT_SIZE = 24, DAEMONS = 3 };

struct order {
	struct request request;
	char text[TEXT_SIZE];
	int daemon;
	int64_t send_ms;
	bool is_answered;
};

static const char *const daemon_names[DAEMONS] = {"aggregate", "forecast", "alert"};
static const char *const leaf_names[] = {"Barnomsorg", "Skola", "Hemtjänst", "Boende", "Ledning"};

static struct {
	struct wire *wire;
	struct socket *sockets[DAEMONS];
	struct arena *arena;
	struct order orders[ORDERS_MAX];
	size_t count;
	uint64_t last_number;
} operators;

void operators_arrive(void)
{
	char endpoint[PATH_SIZE];

	memset(&operators, 0, sizeof operators);
	if (wire_new(&operators.wire, NULL, NULL, 0) < 0 ||
	    arena_new(&operators.arena, 16 * 1024 * 1024) < 0)
		abort();
	for (int i = 0; i < DAEMONS; i++) {
		if (conf_endpoint(world.conf, daemon_names[i], "control", endpoint) < 0 ||
		    socket_open(&operators.sockets[i], operators.wire, SOCKET_CLIENT, endpoint) < 0)
			abort();
	}
}

void operators_leave(void)
{
	for (int i = 0; i < DAEMONS; i++)
		socket_close(&operators.sockets[i]);
	arena_destroy(&operators.arena);
	wire_destroy(&operators.wire);
}

static struct request *order_new(enum request_kind kind, int daemon)
{
	struct order *order = &operators.orders[operators.count++];
	struct request *request = &order->request;

	*order = (struct order){.daemon = daemon,
				.send_ms = world.now_ms + chance_below(4000),
				.request = {.kind = kind, .raw_kind = (uint32_t)kind}};
	operators.last_number++;
	snprintf(order->text, sizeof order->text, "order %" PRIu64, operators.last_number);
	memcpy(request->id, &operators.last_number, sizeof operators.last_number);
	request->id[REQUEST_ID_SIZE - 1] = 1;
	request->area = request->line = request->source = request->reference = "";
	request->text = order->text;
	return request;
}

static void period_order_draw(int year, int month)
{
	bool is_close = chance_per_mille(600);
	struct request *request =
		order_new(is_close ? REQUEST_PERIOD_CLOSE : REQUEST_PERIOD_OPEN, 0);

	request->period = period_of(year, 1 + (int)chance_below((uint32_t)month));
	inbox_pause(true);
}

static void forecast_order_draw(int year, int month)
{
	struct request *request = order_new(REQUEST_FORECAST_SET, 1);

	request->area = leaf_names[chance_below(5)];
	request->period = period_of(year, month - (int)(month > 1 && chance_per_mille(300)));
	request->has_split = chance_per_mille(500);
	request->income.ore = request->has_split ? (int64_t)chance_below(500000000) : 0;
	request->cost.ore = request->has_split ? -(int64_t)chance_below(1500000000) : 0;
	request->net.ore = request->has_split ? 0 : -(int64_t)chance_below(1500000000);
}

static void alert_order_draw(void)
{
	static const enum request_kind kinds[] = {REQUEST_ALERT_ACK, REQUEST_PLAN_DECIDE,
						  REQUEST_PLAN_CLOSE};
	struct request *request = order_new(kinds[chance_below(3)], 2);

	request->number = 1 + chance_below(12);
	if (request->kind == REQUEST_PLAN_DECIDE)
		request->reference = "Protokoll § 1";
}

void operators_month(int year, int month)
{
	operators.count = 0;
	if (chance_per_mille(350))
		period_order_draw(year, month);
	while (operators.count < 4 && chance_per_mille(400))
		forecast_order_draw(year, month);
	while (operators.count < ORDERS_MAX && chance_per_mille(700))
		alert_order_draw();
	for (size_t i = 0; i < operators.count; i++) {
		const struct request *request = &operators.orders[i].request;

		printf("%s %d %" PRIu64 "\n", request->text, (int)request->kind, request->number);
	}
}

static void answer_take(const struct answer *answer)
{
	for (size_t i = 0; i < operators.count; i++) {
		struct order *order = &operators.orders[i];

		if (memcmp(order->request.id, answer->id, REQUEST_ID_SIZE) != 0 ||
		    order->is_answered)
			continue;
		order->is_answered = true;
		printf("answer %s: %d %s\n", order->text + strlen("order "), (int)answer->code,
		       answer->text);
		if (order->daemon == 0)
			inbox_pause(false);
	}
}

static void answers_read(struct socket *socket)
{
	struct message message;

	for (;;) {
		int r;

		arena_reset(operators.arena);
		r = socket_receive(socket, operators.arena, &message, NULL);
		if (r == SOCKET_EMPTY || r < 0)
			return;
		if (r == 0 && message.kind == MESSAGE_ANSWER)
			answer_take(&message.answer);
	}
}

void operators_run(void)
{
	for (int i = 0; i < DAEMONS; i++)
		answers_read(operators.sockets[i]);
	for (size_t i = 0; i < operators.count; i++) {
		struct order *order = &operators.orders[i];
		struct message message = {.kind = MESSAGE_REQUEST, .request = order->request};

		if (order->is_answered || order->send_ms > world.now_ms)
			continue;
		order->send_ms = world.now_ms + PATIENCE_MS;
		socket_send(operators.sockets[order->daemon], NULL, &message);
	}
}

int64_t operators_next_ms(void)
{
	int64_t next_ms = INT64_MAX;

	for (size_t i = 0; i < operators.count; i++) {
		const struct order *order = &operators.orders[i];

		if (!order->is_answered && order->send_ms < next_ms)
			next_ms = order->send_ms;
	}
	return next_ms;
}

bool operators_are_idle(void)
{
	return operators_next_ms() == INT64_MAX;
}
