/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Drops files and hears by event, not by looking, when they are committed:
 *
 *     control CONFIG       then on stdin, one a line:
 *       drop SOURCE SHA256 FROM TO   renames, then prints "committed NS" when aggregate's
 *                                    bell rings of a new record, and "verdict NS WORDS"
 *                                    when ingest answers; NS from just before the rename
 *       cube YYYYMM                  the outcome of January to the month, öre, report
 *                                    sign: "AREA<tab>LINE<tab>ÖRE" each, then "end"
 */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sysexits.h>
#include <time.h>

#include "lib/conf/conf.h"
#include "lib/service/client.h"

enum { ARENA_BYTES = 256 * 1024 * 1024, PATIENCE_MS = 600 * 1000, WORD_SIZE = 512 };

struct control {
	struct conf *conf;
	struct wire *wire;
	struct arena *arena;
	struct socket *bell;
	struct socket *ingest;
	uint64_t last_seq;
	int64_t start_ns;
	uint8_t id[REQUEST_ID_SIZE];
};

static void check(bool is_good, const char *what)
{
	if (is_good)
		return;
	fprintf(stderr, "control: %s\n", what);
	exit(EX_UNAVAILABLE);
}

static int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* Whether the bell tells of a record we have not heard of. */
static bool bell_hear(struct control *control)
{
	struct message message;
	bool is_new = false;

	for (;;) {
		arena_reset(control->arena);
		if (socket_receive(control->bell, control->arena, &message, NULL) != 0)
			return is_new;
		if (message.kind != MESSAGE_BELL || message.bell.last_seq <= control->last_seq)
			continue;
		control->last_seq = message.bell.last_seq;
		is_new = true;
	}
}

/* The verdict in words: the first text of its table, or why there is none. */
static bool verdict_hear(struct control *control)
{
	struct message message;
	int64_t passed_ns = now_ns() - control->start_ns;
	const char *words = "";

	arena_reset(control->arena);
	if (socket_receive(control->ingest, control->arena, &message, NULL) != 0 ||
	    message.kind != MESSAGE_ANSWER ||
	    memcmp(message.answer.id, control->id, REQUEST_ID_SIZE) != 0)
		return false;
	if (message.answer.table && message.answer.table->row_count > 0)
		for (size_t i = 0; i < message.answer.table->column_count && !*words; i++)
			if (message.answer.table->columns[i].kind == COLUMN_TEXT)
				words = message.answer.table->columns[i].texts[0];
	printf("verdict %" PRId64 " %s\n", passed_ns,
	       message.answer.code == ANSWER_OK ? words : "none");
	fflush(stdout);
	return true;
}

static void verdict_ask(struct control *control, const char *source, const char *hash)
{
	struct message message = {.kind = MESSAGE_REQUEST};

	message.request.kind = REQUEST_VERDICT;
	message.request.source = source;
	check(hash_parse(hash, &message.request.hash) == 0, "hash");
	check(getrandom(control->id, sizeof control->id, 0) == sizeof control->id, "random");
	memcpy(message.request.id, control->id, sizeof control->id);
	check(socket_send(control->ingest, NULL, &message) == 0, "ingest is not there");
}

static void file_drop(struct control *control, const char *source, const char *hash,
		      const char *from, const char *to)
{
	bool is_committed = false, is_decided = false;

	bell_hear(control);
	verdict_ask(control, source, hash);
	control->start_ns = now_ns();
	check(rename(from, to) == 0, "rename");
	while (!is_decided) {
		check(socket_wait_either(control->bell, control->ingest, PATIENCE_MS) == 0,
		      "no verdict");
		if (!is_committed && bell_hear(control)) {
			printf("committed %" PRId64 "\n", now_ns() - control->start_ns);
			fflush(stdout);
			is_committed = true;
		}
		is_decided = verdict_hear(control);
	}
}

static void cube_print(struct control *control, int yyyymm)
{
	struct request request = {.kind = REQUEST_CUBE, .period = {(uint32_t)yyyymm}};
	const struct table_column *area, *line, *outcome;
	struct client *client;
	struct answer answer;

	check(client_new(&client, control->conf, control->wire, "aggregate") == 0, "client");
	arena_reset(control->arena);
	check(client_ask(client, &request, control->arena, &answer, PATIENCE_MS) == 0 &&
		      answer.code == ANSWER_OK && answer.table,
	      "no cube");
	area = table_find(answer.table, "omrade");
	line = table_find(answer.table, "resultatrad");
	outcome = table_find(answer.table, "utfall");
	check(area && line && outcome, "another cube than we know");
	for (size_t i = 0; i < answer.table->row_count; i++)
		printf("%s\t%s\t%" PRId64 "\n", area->texts[i], line->texts[i],
		       outcome->numbers[i]);
	puts("end");
	fflush(stdout);
	client_destroy(&client);
}

static void control_open(struct control *control, const char *path)
{
	char endpoint[PATH_SIZE];

	check(conf_load(&control->conf, path) == 0, "configuration");
	check(arena_new(&control->arena, ARENA_BYTES) == 0, "memory");
	check(wire_new(&control->wire, NULL, NULL, 0) == 0, "wire");
	check(conf_endpoint(control->conf, "aggregate", "bell", endpoint) == 0 &&
		      socket_open(&control->bell, control->wire, SOCKET_LISTENER, endpoint) == 0,
	      "bell");
	check(conf_endpoint(control->conf, "ingest", "control", endpoint) == 0 &&
		      socket_open(&control->ingest, control->wire, SOCKET_CLIENT, endpoint) == 0,
	      "ingest");
	/* It rings once a second: when it is heard, it will be heard. */
	check(socket_wait(control->bell, PATIENCE_MS) == 0, "the bell is silent");
	bell_hear(control);
	puts("ready");
	fflush(stdout);
}

int main(int argc, char **argv)
{
	struct control control = {.last_seq = 0};
	char line[5 * WORD_SIZE], verb[WORD_SIZE], words[4][WORD_SIZE];

	if (argc != 2)
		return EX_USAGE;
	control_open(&control, argv[1]);
	while (fgets(line, sizeof line, stdin)) {
		int count = sscanf(line, "%511s %511s %511s %511s %511s", verb, words[0], words[1],
				   words[2], words[3]);

		if (count == 5 && strcmp(verb, "drop") == 0)
			file_drop(&control, words[0], words[1], words[2], words[3]);
		else if (count == 2 && strcmp(verb, "cube") == 0)
			cube_print(&control, (int)strtol(words[0], NULL, 10));
		else
			return EX_USAGE;
	}
	return EX_OK;
}
