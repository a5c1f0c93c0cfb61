/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a daemon runs: options, configuration, loop, control socket, readiness,
 * watchdog, exit codes.  A daemon's main is a call of service_main.
 *
 *     budgetvakt-NAME --config FILE [-n] [--help] [--version]
 *
 * -n checks the configuration and exits 0 or 78.  Exit codes are sysexits'.
 *
 * With --verify the program looks through its own store and ends; with --copy DIR it copies
 * that into DIR.  Either may be done while the daemon runs.  --state DIR: of a store elsewhere.
 */
#pragma once

#include "lib/conf/conf.h"
#include "lib/wire/loop.h"
#include "lib/wire/socket.h"

struct service;

/* One kind of request this daemon answers.  @answer arrives with the request's id
 * and ANSWER_OK; texts and tables go into @arena.  0; SERVICE_LATER when the
 * daemon keeps @peer and answers by service_answer when it can; or a negative errno. */
enum { SERVICE_LATER = 1 };
typedef int service_handler(void *daemon, const struct request *request, const struct peer *peer,
			    struct arena *arena, struct answer *answer);

struct service_route {
	enum request_kind kind;
	service_handler *handler;
};

struct service_program {
	const char *name;    /* "aggregate" */
	const char *summary; /* one English line for --help */
	/* Loads whatever configuration it needs beyond conf; for -n and before start.
	 * 0, CONF_BAD (printed) or a negative errno. */
	int (*check)(const struct conf *conf);
	/* Opens stores and sockets.  0, a negative errno, STORE_HELD/SOCKET_TAKEN mapped
	 * to -EBUSY by the daemon after it has logged why, or ERROR_CONFIGURATION. */
	int (*start)(struct service *service, void **daemon_out);
	void (*stop)(void **daemon);
	/* After a start or run that ended with @error, before stop.  May be NULL. */
	void (*failed)(const struct conf *conf, int error);
	const struct service_route *routes;
	size_t route_count;
	/* --verify, or with @copy_dir --copy: see books_run. */
	int (*books)(const struct conf *conf, const char *copy_dir);
	/* Adds rows to the status table, by service_status_number and _text.  May be NULL. */
	int (*status)(void *daemon, struct table *table);
};

int service_main(int argc, char **argv, const struct service_program *program);

/* What service_main does between its options and its loop: all that the daemon needs is
 * open, and service_loop is ready to run.  @conf is borrowed.  What goes wrong is logged. */
int service_new(struct service **service_out, const struct service_program *program,
		struct conf *conf);
void service_destroy(struct service **service);

const struct conf *service_conf(const struct service *service);
struct loop *service_loop(const struct service *service);
struct wire *service_wire(const struct service *service);

/* Sends an answer that was put off with SERVICE_LATER. */
int service_answer(struct service *service, const struct peer *peer, const struct answer *answer);

/* Helpers for handlers. */
int answer_with(struct answer *answer, enum answer_code code, const char *text);
void service_status_number(struct table *table, const char *key, const char *title, uint64_t value);
/* A moment, milliseconds since 1970; 0: never. */
void service_status_time(struct table *table, const char *key, const char *title, int64_t time_ms);
void service_status_text(struct table *table, const char *key, const char *title,
			 const char *value);
