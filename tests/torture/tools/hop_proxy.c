/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stands between the daemons on every hop and loses, doubles and delays messages; what is delayed
 * is overtaken.
 *
 *     hop_proxy SEED FRONT BACK LOST DOUBLED DELAYED
 *
 * Binds FRONT/NAME.WHAT and connects to BACK/NAME/NAME.WHAT; the rates are in thousandths of all
 * messages.  On SIGTERM it writes how many it has lost, doubled and delayed to stdout.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zmq.h>

enum {
	LINKS_MAX = 48, /* of a hop: who has been silent for longest gives way */
	HELD_MAX = 512,
	DELAY_MS_MAX = 60,
	ENDPOINT_SIZE = 200,
	IDENTITY_SIZE = 16,
	EX_WRONG_USAGE = 64,
};

static const char *const servers[] = {"ingest.control", "aggregate.control", "forecast.control",
				      "alert.control",	"notify.control",    "aggregate.batch"};
static const char *const bells[] = {"ingest.bell", "aggregate.bell", "forecast.bell", "alert.bell"};

enum {
	SERVER_COUNT = sizeof servers / sizeof *servers,
	BELL_COUNT = sizeof bells / sizeof *bells,
	POLL_MAX = SERVER_COUNT * (LINKS_MAX + 1) + BELL_COUNT,
};

/* One peer of a server, and the socket that speaks to the server for him. */
struct link {
	uint8_t identity[IDENTITY_SIZE];
	size_t identity_size;
	void *back;
	uint64_t serial; /* 0: free */
	uint64_t used;
};

struct hop {
	char back_endpoint[ENDPOINT_SIZE];
	void *front;
	struct link links[LINKS_MAX];
};

struct bell {
	void *front;
	void *back;
};

/* A message on its way to a place that may be gone when it is due. */
struct held {
	int64_t due_ms;
	struct hop *hop; /* NULL: free or a bell */
	struct bell *bell;
	struct link *link;
	uint64_t serial;
	bool is_to_server;
	zmq_msg_t message;
};

struct proxy {
	void *context;
	struct hop hops[SERVER_COUNT];
	struct bell bells[BELL_COUNT];
	struct held held[HELD_MAX];
	uint64_t serial;
	uint64_t random;
	unsigned lost, doubled, delayed; /* rates */
	unsigned long lost_count, doubled_count, delayed_count;
};

static volatile sig_atomic_t is_ending;

static void end_ask(int signal_number)
{
	(void)signal_number;
	is_ending = 1;
}

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static unsigned thousandth(struct proxy *proxy)
{
	proxy->random ^= proxy->random << 13;
	proxy->random ^= proxy->random >> 7;
	proxy->random ^= proxy->random << 17;
	return (unsigned)(proxy->random % 1000);
}

static void *socket_new(struct proxy *proxy, int type)
{
	void *socket = zmq_socket(proxy->context, type);
	int none = 0, reconnect_ms = 10;

	zmq_setsockopt(socket, ZMQ_LINGER, &none, sizeof none);
	zmq_setsockopt(socket, ZMQ_RECONNECT_IVL, &reconnect_ms, sizeof reconnect_ms);
	return socket;
}

static struct link *link_find(struct hop *hop, zmq_msg_t *identity)
{
	for (int i = 0; i < LINKS_MAX; i++) {
		struct link *link = &hop->links[i];

		if (link->serial && link->identity_size == zmq_msg_size(identity) &&
		    memcmp(link->identity, zmq_msg_data(identity), link->identity_size) == 0)
			return link;
	}
	return NULL;
}

static struct link *link_oldest(struct hop *hop)
{
	struct link *oldest = &hop->links[0];

	for (int i = 0; i < LINKS_MAX; i++) {
		if (!hop->links[i].serial)
			return &hop->links[i];
		if (hop->links[i].used < oldest->used)
			oldest = &hop->links[i];
	}
	return oldest;
}

static struct link *link_open(struct proxy *proxy, struct hop *hop, zmq_msg_t *identity)
{
	struct link *link = link_oldest(hop);

	if (link->serial)
		zmq_close(link->back);
	link->identity_size = zmq_msg_size(identity);
	if (link->identity_size > IDENTITY_SIZE)
		abort();
	memcpy(link->identity, zmq_msg_data(identity), link->identity_size);
	link->serial = ++proxy->serial;
	link->back = socket_new(proxy, ZMQ_DEALER);
	zmq_connect(link->back, hop->back_endpoint);
	return link;
}

static void frame_send(void *socket, zmq_msg_t *message, int flags)
{
	if (zmq_msg_send(message, socket, ZMQ_DONTWAIT | flags) < 0)
		zmq_msg_close(message);
}

static void deliver(struct held *held)
{
	if (held->bell) {
		frame_send(held->bell->front, &held->message, 0);
	} else if (held->link->serial != held->serial) {
		zmq_msg_close(&held->message);
	} else if (held->is_to_server) {
		frame_send(held->link->back, &held->message, 0);
	} else {
		if (zmq_send(held->hop->front, held->link->identity, held->link->identity_size,
			     ZMQ_DONTWAIT | ZMQ_SNDMORE) < 0)
			zmq_msg_close(&held->message);
		else
			frame_send(held->hop->front, &held->message, 0);
	}
}

static void hold(struct proxy *proxy, const struct held *item)
{
	for (int i = 0; i < HELD_MAX; i++) {
		struct held *held = &proxy->held[i];

		if (held->due_ms)
			continue;
		*held = *item;
		held->due_ms = now_ms() + 1 + thousandth(proxy) % DELAY_MS_MAX;
		zmq_msg_init(&held->message);
		zmq_msg_move(&held->message, (zmq_msg_t *)(uintptr_t)&item->message);
		return;
	}
}

static void held_deliver(struct proxy *proxy)
{
	int64_t now = now_ms();

	for (int i = 0; i < HELD_MAX; i++) {
		if (!proxy->held[i].due_ms || proxy->held[i].due_ms > now)
			continue;
		deliver(&proxy->held[i]);
		proxy->held[i].due_ms = 0;
	}
}

/* Where a message is made to suffer. */
static void pass(struct proxy *proxy, struct held *item)
{
	unsigned chance = thousandth(proxy);

	if (chance < proxy->lost) {
		proxy->lost_count++;
		zmq_msg_close(&item->message);
		return;
	}
	chance -= proxy->lost;
	if (chance < proxy->doubled) {
		struct held copy = *item;

		proxy->doubled_count++;
		zmq_msg_init(&copy.message);
		zmq_msg_copy(&copy.message, &item->message);
		hold(proxy, &copy);
	} else if (chance - proxy->doubled < proxy->delayed) {
		proxy->delayed_count++;
		hold(proxy, item);
		return;
	}
	deliver(item);
}

/* false when there was nothing. */
static bool front_take(struct proxy *proxy, struct hop *hop)
{
	struct held item = {.hop = hop, .is_to_server = true};
	zmq_msg_t identity;

	zmq_msg_init(&identity);
	if (zmq_msg_recv(&identity, hop->front, ZMQ_DONTWAIT) < 0)
		return false;
	item.link = link_find(hop, &identity);
	if (!item.link)
		item.link = link_open(proxy, hop, &identity);
	item.link->used = ++proxy->serial;
	item.serial = item.link->serial;
	zmq_msg_close(&identity);
	zmq_msg_init(&item.message);
	if (zmq_msg_recv(&item.message, hop->front, ZMQ_DONTWAIT) < 0)
		return false;
	pass(proxy, &item);
	return true;
}

static bool back_take(struct proxy *proxy, struct hop *hop, struct link *link)
{
	struct held item = {.hop = hop, .link = link, .serial = link->serial};

	zmq_msg_init(&item.message);
	if (zmq_msg_recv(&item.message, link->back, ZMQ_DONTWAIT) < 0)
		return false;
	pass(proxy, &item);
	return true;
}

static bool bell_take(struct proxy *proxy, struct bell *bell)
{
	struct held item = {.bell = bell};

	zmq_msg_init(&item.message);
	if (zmq_msg_recv(&item.message, bell->back, ZMQ_DONTWAIT) < 0)
		return false;
	pass(proxy, &item);
	return true;
}

static void hop_turn(struct proxy *proxy, struct hop *hop)
{
	while (front_take(proxy, hop))
		;
	for (int i = 0; i < LINKS_MAX; i++)
		while (hop->links[i].serial && back_take(proxy, hop, &hop->links[i]))
			;
}

static void turn(struct proxy *proxy)
{
	static zmq_pollitem_t items[POLL_MAX];
	int count = 0;

	for (int h = 0; h < SERVER_COUNT; h++) {
		items[count++] =
			(zmq_pollitem_t){.socket = proxy->hops[h].front, .events = ZMQ_POLLIN};
		for (int i = 0; i < LINKS_MAX; i++)
			if (proxy->hops[h].links[i].serial)
				items[count++] =
					(zmq_pollitem_t){.socket = proxy->hops[h].links[i].back,
							 .events = ZMQ_POLLIN};
	}
	for (int b = 0; b < BELL_COUNT; b++)
		items[count++] =
			(zmq_pollitem_t){.socket = proxy->bells[b].back, .events = ZMQ_POLLIN};
	zmq_poll(items, count, 5);
	for (int h = 0; h < SERVER_COUNT; h++)
		hop_turn(proxy, &proxy->hops[h]);
	for (int b = 0; b < BELL_COUNT; b++)
		while (bell_take(proxy, &proxy->bells[b]))
			;
	held_deliver(proxy);
}

static int front_bind(void *socket, const char *folder, const char *what)
{
	char endpoint[ENDPOINT_SIZE];

	snprintf(endpoint, sizeof endpoint, "ipc://%s/%s", folder, what);
	return zmq_bind(socket, endpoint);
}

static void back_print(char endpoint[static ENDPOINT_SIZE], const char *folder, const char *what)
{
	int name_length = (int)strcspn(what, ".");

	snprintf(endpoint, ENDPOINT_SIZE, "ipc://%s/%.*s/%s", folder, name_length, what, what);
}

static int hops_open(struct proxy *proxy, const char *front, const char *back)
{
	char endpoint[ENDPOINT_SIZE];

	for (int h = 0; h < SERVER_COUNT; h++) {
		struct hop *hop = &proxy->hops[h];

		hop->front = socket_new(proxy, ZMQ_ROUTER);
		back_print(hop->back_endpoint, back, servers[h]);
		if (front_bind(hop->front, front, servers[h]) < 0)
			return -errno;
	}
	for (int b = 0; b < BELL_COUNT; b++) {
		proxy->bells[b].front = socket_new(proxy, ZMQ_PUB);
		proxy->bells[b].back = socket_new(proxy, ZMQ_SUB);
		zmq_setsockopt(proxy->bells[b].back, ZMQ_SUBSCRIBE, "", 0);
		back_print(endpoint, back, bells[b]);
		if (front_bind(proxy->bells[b].front, front, bells[b]) < 0 ||
		    zmq_connect(proxy->bells[b].back, endpoint) < 0)
			return -errno;
	}
	return 0;
}

int main(int argc, char **argv)
{
	static struct proxy proxy;

	if (argc != 7) {
		fprintf(stderr, "usage: hop_proxy SEED FRONT BACK LOST DOUBLED DELAYED\n");
		return EX_WRONG_USAGE;
	}
	signal(SIGTERM, end_ask);
	proxy.random = strtoull(argv[1], NULL, 10) * 2654435769U + 1;
	proxy.lost = (unsigned)strtoul(argv[4], NULL, 10);
	proxy.doubled = (unsigned)strtoul(argv[5], NULL, 10);
	proxy.delayed = (unsigned)strtoul(argv[6], NULL, 10);
	proxy.context = zmq_ctx_new();
	if (hops_open(&proxy, argv[2], argv[3]) < 0) {
		perror("hop_proxy");
		return EXIT_FAILURE;
	}
	printf("redo\n");
	fflush(stdout);
	while (!is_ending)
		turn(&proxy);
	printf("%lu %lu %lu\n", proxy.lost_count, proxy.doubled_count, proxy.delayed_count);
	return EXIT_SUCCESS;
}
