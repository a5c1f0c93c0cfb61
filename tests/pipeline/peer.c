/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A peer that does not know our manners, for tests: sends the bytes given in
 * hexadecimal to an endpoint as one frame and prints the answer the same way.
 *
 *     peer ENDPOINT HEX [MILLISECONDS [COUNT]]
 *
 * Exit code 0 with an answer on stdout, 1 when none came in time.  With COUNT it asks so
 * many times, says "asked", and reads no answer for as long as its standard input is open.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

enum { EX_NO_ANSWER = 1, EX_WRONG_USAGE = 64, ANSWER_SIZE = 1 << 20 };

static size_t hex_read(const char *hex, uint8_t *bytes)
{
	size_t count = strlen(hex) / 2;

	for (size_t i = 0; i < count; i++) {
		char digits[3] = {hex[2 * i], hex[2 * i + 1], '\0'};

		bytes[i] = (uint8_t)strtoul(digits, NULL, 16);
	}
	return count;
}

static int answer_print(void *socket)
{
	static uint8_t answer[ANSWER_SIZE];
	int size = zmq_recv(socket, answer, sizeof(answer), 0);

	for (int i = 0; i < size && i < ANSWER_SIZE; i++)
		printf("%02x", answer[i]);
	if (size >= 0)
		printf("\n");
	return size < 0 ? EX_NO_ANSWER : 0;
}

/* Takes in as little as it can: one message in its own queue. */
static int ask_deaf(void *socket, const char *endpoint, const uint8_t *bytes, size_t size,
		    long count)
{
	int one = 1;

	zmq_setsockopt(socket, ZMQ_RCVHWM, &one, sizeof(one));
	if (zmq_connect(socket, endpoint) != 0)
		return EX_NO_ANSWER;
	for (long i = 0; i < count; i++)
		if (zmq_send(socket, bytes, size, 0) < 0)
			return EX_NO_ANSWER;
	puts("asked");
	fflush(stdout);
	while (getchar() != EOF)
		continue;
	return 0;
}

static int talk(void *socket, const char *endpoint, const char *hex, long deaf_count)
{
	uint8_t *bytes = malloc(strlen(hex) / 2 + 1);
	int status = EX_NO_ANSWER;

	if (!bytes)
		return status;
	size_t size = hex_read(hex, bytes);
	if (deaf_count > 0)
		status = ask_deaf(socket, endpoint, bytes, size, deaf_count);
	else if (zmq_connect(socket, endpoint) == 0 && zmq_send(socket, bytes, size, 0) >= 0)
		status = answer_print(socket);
	free(bytes);
	return status;
}

int main(int argc, char **argv)
{
	if (argc < 3) {
		fprintf(stderr, "usage: peer ENDPOINT HEX [MILLISECONDS]\n");
		return EX_WRONG_USAGE;
	}
	int linger_ms = 1000;
	int timeout_ms = argc > 3 ? (int)strtol(argv[3], NULL, 10) : 5000;
	void *context = zmq_ctx_new();
	void *socket = zmq_socket(context, ZMQ_DEALER);

	zmq_setsockopt(socket, ZMQ_LINGER, &linger_ms, sizeof(linger_ms));
	zmq_setsockopt(socket, ZMQ_RCVTIMEO, &timeout_ms, sizeof(timeout_ms));
	zmq_setsockopt(socket, ZMQ_SNDTIMEO, &timeout_ms, sizeof(timeout_ms));
	int status = talk(socket, argv[1], argv[2], argc > 4 ? strtol(argv[4], NULL, 10) : 0);
	zmq_close(socket);
	zmq_ctx_term(context);
	return status;
}
