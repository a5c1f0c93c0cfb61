/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Real ipc sockets in a scratch folder: our own at both ends, and at the other
 * end a stranger that speaks bare ZeroMQ.
 */
#include "support/test.h"

#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <zmq.h>

#include "lib/wire/loop.h"
#include "lib/wire/socket.h"
#include "support/scratch.h"
#include "unit/wire/samples.h"

enum { WAIT_MS = 5000, TICK_MS = 5, TICKS_MAX = 1000, QUEUE_MORE_THAN_FULL = 1000, SOON_MS = 50 };

struct line {
	struct scratch scratch;
	char endpoint[PATH_SIZE];
	struct loop *loop;
	struct wire *wire;
	struct arena *arena;
	struct socket *server;
	struct socket *client;
	struct socket *guest;	/* of a test; a socket left open would hold up the teardown */
	struct message message; /* the last the server received */
	struct peer peer;
	unsigned received;
	unsigned rejected;
	unsigned expected; /* the loop ends when so many were received or rejected */
	unsigned ticks;
};

static int server_handle(void *context)
{
	struct line *line = context;
	int r;

	arena_reset(line->arena);
	r = socket_receive(line->server, line->arena, &line->message, &line->peer);
	assert_in_range(r, 0, SOCKET_REJECTED);
	line->received += r == 0;
	line->rejected += r == SOCKET_REJECTED;
	return line->received + line->rejected >= line->expected ? -ECANCELED : 0;
}

static int tick(void *context)
{
	struct line *line = context;

	return ++line->ticks > TICKS_MAX ? -ETIMEDOUT : 0;
}

static int line_setup(void **state)
{
	struct line *line = calloc(1, sizeof *line);

	assert_non_null(line);
	scratch_make(&line->scratch);
	scratch_endpoint(&line->scratch, "line", line->endpoint);
	assert_int_equal(loop_new(&line->loop), 0);
	assert_int_equal(wire_new(&line->wire, line->loop, NULL, 0), 0);
	assert_int_equal(arena_new(&line->arena, SAMPLE_ARENA_BYTES), 0);
	assert_int_equal(socket_open(&line->server, line->wire, SOCKET_SERVER, line->endpoint), 0);
	assert_int_equal(loop_add_socket(line->loop, line->server, server_handle, line), 0);
	assert_int_equal(loop_add_timer(line->loop, TICK_MS, tick, line, NULL), 0);
	assert_int_equal(socket_open(&line->client, line->wire, SOCKET_CLIENT, line->endpoint), 0);
	*state = line;
	return 0;
}

static int line_teardown(void **state)
{
	struct line *line = *state;

	socket_close(&line->client);
	socket_close(&line->guest);
	loop_remove_socket(line->loop, line->server);
	socket_close(&line->server);
	wire_destroy(&line->wire);
	loop_destroy(&line->loop);
	arena_destroy(&line->arena);
	scratch_remove(&line->scratch);
	free(line);
	return 0;
}

/* Until the server has received or rejected @count more. */
static void server_run(struct line *line, unsigned count)
{
	line->expected = line->received + line->rejected + count;
	line->ticks = 0;
	assert_int_equal(loop_run(line->loop), -ECANCELED);
}

static void send_sample(struct socket *socket, const struct peer *peer, int index)
{
	struct message message = sample_message(index);

	assert_int_equal(socket_send(socket, peer, &message), 0);
}

static void a_question_is_answered_and_its_asker_known(void **state)
{
	struct line *line = *state;
	struct message answer;

	send_sample(line->client, NULL, MESSAGE_REQUEST - 1);
	server_run(line, 1);
	assert_int_equal(line->message.kind, MESSAGE_REQUEST);
	assert_string_equal(line->message.request.area, "Familjehem");
	assert_int_equal(line->peer.uid, geteuid());
	assert_true(line->peer.id_size > 0);
	send_sample(line->server, &line->peer, MESSAGE_ANSWER - 1);
	assert_int_equal(socket_wait(line->client, WAIT_MS), 0);
	assert_int_equal(socket_receive(line->client, line->arena, &answer, NULL), 0);
	assert_int_equal(answer.kind, MESSAGE_ANSWER);
	assert_string_equal(answer.answer.text, SAMPLE_TEXT);
	assert_int_equal(socket_receive(line->client, line->arena, &answer, NULL), SOCKET_EMPTY);
}

static void every_kind_of_message_gets_through_in_order(void **state)
{
	struct line *line = *state;

	for (int i = 0; i < SAMPLE_MESSAGES; i++)
		send_sample(line->client, NULL, i);
	for (int i = 0; i < SAMPLE_MESSAGES; i++) {
		server_run(line, 1);
		assert_int_equal(line->message.kind, i + 1);
		assert_int_equal(line->peer.uid, geteuid());
	}
	assert_int_equal(line->rejected, 0);
	assert_int_equal(wire_rejected_count(line->wire), 0);
}

/* libzmq aborts when it is to ask a peer that is gone while what he sent waits in a full queue. */
static void who_is_asked_does_not_ask_whether_others_live(void **state)
{
	struct line *line = *state;
	int interval_ms = -1;
	size_t size = sizeof interval_ms;

	assert_int_equal(
		zmq_getsockopt(socket_handle(line->server), ZMQ_HEARTBEAT_IVL, &interval_ms, &size),
		0);
	assert_int_equal(interval_ms, 0);
	assert_int_equal(
		zmq_getsockopt(socket_handle(line->client), ZMQ_HEARTBEAT_IVL, &interval_ms, &size),
		0);
	assert_int_not_equal(interval_ms, 0);
}

static void two_askers_get_each_their_answer(void **state)
{
	struct line *line = *state;
	struct peer first_peer;
	struct message message;

	assert_int_equal(socket_open(&line->guest, line->wire, SOCKET_CLIENT, line->endpoint), 0);
	send_sample(line->client, NULL, MESSAGE_REQUEST - 1);
	server_run(line, 1);
	first_peer = line->peer;
	send_sample(line->guest, NULL, MESSAGE_REQUEST - 1);
	server_run(line, 1);
	send_sample(line->server, &line->peer, MESSAGE_BELL - 1);
	send_sample(line->server, &first_peer, MESSAGE_ANSWER - 1);
	assert_int_equal(socket_wait(line->guest, WAIT_MS), 0);
	assert_int_equal(socket_receive(line->guest, line->arena, &message, NULL), 0);
	assert_int_equal(message.kind, MESSAGE_BELL);
	assert_int_equal(socket_wait(line->client, WAIT_MS), 0);
	assert_int_equal(socket_receive(line->client, line->arena, &message, NULL), 0);
	assert_int_equal(message.kind, MESSAGE_ANSWER);
}

static void a_second_server_finds_the_endpoint_taken(void **state)
{
	struct line *line = *state;

	assert_int_equal(socket_open(&line->guest, line->wire, SOCKET_SERVER, line->endpoint),
			 SOCKET_TAKEN);
	assert_null(line->guest);
	/* And the first one still answers. */
	send_sample(line->client, NULL, MESSAGE_REQUEST - 1);
	server_run(line, 1);
	loop_remove_socket(line->loop, line->server);
	socket_close(&line->server);
	assert_int_equal(socket_open(&line->server, line->wire, SOCKET_SERVER, line->endpoint), 0);
}

/* In another process, which has a context of its own. */
static int stranger_bind(const struct line *line, enum socket_kind kind)
{
	int status = 0;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		struct wire *wire = NULL;
		struct socket *socket = NULL;

		if (wire_new(&wire, NULL, NULL, 0) != 0)
			_exit(99);
		_exit(socket_open(&socket, wire, kind, line->endpoint));
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void a_server_in_another_process_finds_it_taken_too(void **state)
{
	struct line *line = *state;

	assert_int_equal(stranger_bind(line, SOCKET_SERVER), SOCKET_TAKEN);
	assert_int_equal(stranger_bind(line, SOCKET_BELL), SOCKET_TAKEN);
}

/* A stranger on bare ZeroMQ. */
struct stranger {
	void *context;
	void *socket;
};

static struct stranger stranger_connect(const struct line *line)
{
	struct stranger stranger = {.context = zmq_ctx_new()};
	int none = 0;

	stranger.socket = zmq_socket(stranger.context, ZMQ_DEALER);
	assert_non_null(stranger.socket);
	assert_int_equal(zmq_setsockopt(stranger.socket, ZMQ_LINGER, &none, sizeof none), 0);
	assert_int_equal(zmq_connect(stranger.socket, line->endpoint), 0);
	return stranger;
}

static void stranger_leave(struct stranger *stranger)
{
	zmq_close(stranger->socket);
	zmq_ctx_term(stranger->context);
}

static void stranger_say(struct stranger *stranger, const void *bytes, size_t size, int flags)
{
	assert_int_equal(zmq_send(stranger->socket, bytes, size, flags), size);
}

static void junk_is_rejected_and_counted(void **state)
{
	struct line *line = *state;
	struct stranger stranger = stranger_connect(line);

	stranger_say(&stranger, "GET / HTTP/1.1\r\n\r\n", 18, 0);
	stranger_say(&stranger, "", 0, 0);
	stranger_say(&stranger, "\xff\xff\xff\xff", 4, 0);
	server_run(line, 3);
	assert_int_equal(line->rejected, 3);
	assert_int_equal(wire_rejected_count(line->wire), 3);
	/* The loop goes on, for everybody. */
	send_sample(line->client, NULL, MESSAGE_REQUEST - 1);
	server_run(line, 1);
	assert_int_equal(line->received, 1);
	stranger_leave(&stranger);
}

static void messages_of_several_frames_are_dropped_whole(void **state)
{
	struct line *line = *state;
	struct stranger stranger = stranger_connect(line);
	struct message message = sample_request();
	uint8_t *bytes = NULL;
	size_t size = 0;

	assert_int_equal(message_pack(&message, &bytes, &size), 0);
	stranger_say(&stranger, bytes, size, ZMQ_SNDMORE);
	stranger_say(&stranger, bytes, size, 0);
	stranger_say(&stranger, "", 0, ZMQ_SNDMORE);
	stranger_say(&stranger, bytes, size, ZMQ_SNDMORE);
	stranger_say(&stranger, bytes, size, 0);
	stranger_say(&stranger, bytes, size, 0);
	server_run(line, 3);
	assert_int_equal(line->rejected, 2);
	assert_int_equal(line->received, 1);
	assert_int_equal(wire_rejected_count(line->wire), 2);
	free(bytes);
	stranger_leave(&stranger);
}

static void a_stranger_with_good_bytes_is_heard(void **state)
{
	struct line *line = *state;
	struct stranger stranger = stranger_connect(line);
	struct message message = sample_request();
	uint8_t *bytes = NULL;
	size_t size = 0;

	assert_int_equal(message_pack(&message, &bytes, &size), 0);
	stranger_say(&stranger, bytes, size, 0);
	server_run(line, 1);
	assert_int_equal(line->received, 1);
	assert_int_equal(line->peer.uid, geteuid());
	free(bytes);
	stranger_leave(&stranger);
}

/* No ZeroMQ at all: bytes on the unix socket. */
static void a_peer_that_does_not_speak_zeromq_harms_nobody(void **state)
{
	struct line *line = *state;
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	assert_true(fd >= 0);
	snprintf(address.sun_path, sizeof address.sun_path, "%.90s/line", line->scratch.folder);
	assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
	assert_int_equal(write(fd, "GET / HTTP/1.1\r\nHost: example.org\r\n\r\n", 37), 37);
	send_sample(line->client, NULL, MESSAGE_REQUEST - 1);
	server_run(line, 1);
	assert_int_equal(line->received, 1);
	close(fd);
}

static void an_answer_to_one_who_has_left_finds_him_gone(void **state)
{
	struct line *line = *state;
	struct message answer = sample_answer();
	struct peer peer;
	int r = 0;

	send_sample(line->client, NULL, MESSAGE_REQUEST - 1);
	server_run(line, 1);
	peer = line->peer;
	socket_close(&line->client);
	/* The io thread may take a moment to notice. */
	for (int i = 0; i < TICKS_MAX && r == 0; i++) {
		r = socket_send(line->server, &peer, &answer);
		assert_int_equal(socket_wait(line->server, TICK_MS), SOCKET_EMPTY);
	}
	assert_int_equal(r, SOCKET_GONE);
	/* Somebody who was never here is gone as well. */
	peer = (struct peer){.id = {1, 2, 3}, .id_size = 3};
	assert_int_equal(socket_send(line->server, &peer, &answer), SOCKET_GONE);
}

static void a_queue_that_nobody_empties_is_full_at_last(void **state)
{
	struct line *line = *state;
	struct message message = sample_message(MESSAGE_BELL - 1);
	char nowhere[PATH_SIZE];
	int sent = 0;

	scratch_endpoint(&line->scratch, "nowhere", nowhere);
	assert_int_equal(socket_open(&line->guest, line->wire, SOCKET_CLIENT, nowhere), 0);
	while (sent < QUEUE_MORE_THAN_FULL && socket_send(line->guest, NULL, &message) == 0)
		sent++;
	assert_in_range(sent, 1, QUEUE_MORE_THAN_FULL - 1);
	assert_int_equal(socket_send(line->guest, NULL, &message), SOCKET_GONE);
}

static void waiting_ends_without_a_message(void **state)
{
	struct line *line = *state;
	struct message message;

	assert_int_equal(socket_wait(line->client, SOON_MS), SOCKET_EMPTY);
	assert_int_equal(socket_wait_either(line->client, line->server, 0), SOCKET_EMPTY);
	assert_int_equal(socket_receive(line->client, line->arena, &message, NULL), SOCKET_EMPTY);
}

static void either_of_two_sockets_ends_the_waiting(void **state)
{
	struct line *line = *state;

	assert_int_equal(socket_open(&line->guest, line->wire, SOCKET_CLIENT, line->endpoint), 0);
	send_sample(line->client, NULL, MESSAGE_REQUEST - 1);
	server_run(line, 1);
	send_sample(line->server, &line->peer, MESSAGE_ANSWER - 1);
	assert_int_equal(socket_wait_either(line->guest, line->client, WAIT_MS), 0);
	assert_int_equal(socket_wait_either(line->client, line->guest, WAIT_MS), 0);
}

static int bell_ring(void *context)
{
	struct line *line = context;

	send_sample(line->server, NULL, MESSAGE_BELL - 1);
	return 0;
}

static int bell_hear(void *context)
{
	struct line *line = context;
	int r = socket_receive(line->client, line->arena, &line->message, NULL);

	line->received += r == 0;
	return r == 0 ? -ECANCELED : 0;
}

static void a_bell_is_heard_by_its_listeners(void **state)
{
	struct line *line = *state;

	loop_remove_socket(line->loop, line->server);
	socket_close(&line->client);
	socket_close(&line->server);
	assert_int_equal(socket_open(&line->server, line->wire, SOCKET_BELL, line->endpoint), 0);
	assert_int_equal(socket_open(&line->client, line->wire, SOCKET_LISTENER, line->endpoint),
			 0);
	assert_int_equal(loop_add_socket(line->loop, line->client, bell_hear, line), 0);
	assert_int_equal(loop_add_timer(line->loop, TICK_MS, bell_ring, line, NULL), 0);
	assert_int_equal(loop_run(line->loop), -ECANCELED);
	assert_int_equal(line->message.kind, MESSAGE_BELL);
	assert_int_equal(line->message.bell.last_seq, 99);
	loop_remove_socket(line->loop, line->client);
}

static void too_many_uids_are_refused(void **state)
{
	static const uid_t uids[64];
	struct wire *wire = NULL;

	(void)state;
	assert_int_equal(wire_new(&wire, NULL, uids, 64), -EINVAL);
	assert_null(wire);
}

/* Bound without a loop there is nobody to ask about peers, and so nobody gets in. */
static void a_server_without_a_loop_lets_nobody_in(void **state)
{
	struct line *line = *state;
	struct wire *wire = NULL;
	struct socket *server = NULL;
	struct socket *client = NULL;
	char endpoint[PATH_SIZE];

	scratch_endpoint(&line->scratch, "unguarded", endpoint);
	assert_int_equal(wire_new(&wire, NULL, NULL, 0), 0);
	assert_int_equal(socket_open(&server, wire, SOCKET_SERVER, endpoint), 0);
	assert_int_equal(socket_open(&client, wire, SOCKET_CLIENT, endpoint), 0);
	send_sample(client, NULL, MESSAGE_REQUEST - 1);
	assert_int_equal(socket_wait(server, 10 * SOON_MS), SOCKET_EMPTY);
	socket_close(&client);
	socket_close(&server);
	wire_destroy(&wire);
}

#define socket_test(test) cmocka_unit_test_setup_teardown(test, line_setup, line_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		socket_test(a_question_is_answered_and_its_asker_known),
		socket_test(every_kind_of_message_gets_through_in_order),
		socket_test(who_is_asked_does_not_ask_whether_others_live),
		socket_test(two_askers_get_each_their_answer),
		socket_test(a_second_server_finds_the_endpoint_taken),
		socket_test(a_server_in_another_process_finds_it_taken_too),
		socket_test(junk_is_rejected_and_counted),
		socket_test(messages_of_several_frames_are_dropped_whole),
		socket_test(a_stranger_with_good_bytes_is_heard),
		socket_test(a_peer_that_does_not_speak_zeromq_harms_nobody),
		socket_test(an_answer_to_one_who_has_left_finds_him_gone),
		socket_test(a_queue_that_nobody_empties_is_full_at_last),
		socket_test(waiting_ends_without_a_message),
		socket_test(either_of_two_sockets_ends_the_waiting),
		socket_test(a_bell_is_heard_by_its_listeners),
		cmocka_unit_test(too_many_uids_are_refused),
		socket_test(a_server_without_a_loop_lets_nobody_in),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
