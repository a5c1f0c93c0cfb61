/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small daemon of the test's own, in a process of its own, with a
 * configuration in a scratch folder.
 */
#pragma once

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <sysexits.h>

#include "lib/base/error.h"
#include "lib/service/client.h"
#include "lib/service/service.h"
#include "support/scratch.h"

enum { TENANT_ARENA_BYTES = 16 * 1024 * 1024, TENANT_WAIT_MS = 20000, TENANT_ARGS_MAX = 8 };

struct tenant {
	struct scratch scratch;
	char conf_path[PATH_SIZE];
	char out_path[PATH_SIZE]; /* what the last process printed on stdout */
	pid_t child;		  /* 0: none */
	struct conf *conf;
	struct wire *wire;
	struct client *client;
	struct socket *guest; /* of a test; a socket left open would hold up the teardown */
	struct arena *arena;
};

/* What the daemon does; set before it is started. */
struct tenant_plan {
	int check_result;
	int start_result;
};

static struct tenant_plan tenant_plan;

/* The daemon's own state. */
struct tenant_daemon {
	struct service *service;
	struct peer waiting;
	uint8_t waiting_id[REQUEST_ID_SIZE];
	char marker_path[PATH_SIZE];
};

static inline int tenant_check(const struct conf *conf)
{
	(void)conf;
	return tenant_plan.check_result;
}

static inline int tenant_start(struct service *service, void **daemon_out)
{
	struct tenant_daemon *daemon = calloc(1, sizeof *daemon);

	if (!daemon)
		return -ENOMEM;
	daemon->service = service;
	*daemon_out = daemon;
	if (path_print(daemon->marker_path, "%s/stopped", service_conf(service)->state_dir) < 0)
		return -EINVAL;
	return tenant_plan.start_result;
}

static inline void tenant_stop(void **daemon)
{
	struct tenant_daemon *self = *daemon;

	file_write(self->marker_path, "x", 1);
	free(self);
	*daemon = NULL;
}

/* Says who asked, and gives the text back. */
static inline int tenant_echo(void *daemon, const struct request *request, const struct peer *peer,
			      struct arena *arena, struct answer *answer)
{
	(void)daemon;
	answer->text = arena_print(arena, "%u: %s", (unsigned)peer->uid, request->text);
	return answer->text ? 0 : -ENOMEM;
}

/* Answered when somebody asks tenant_release. */
static inline int tenant_later(void *daemon, const struct request *request, const struct peer *peer,
			       struct arena *arena, struct answer *answer)
{
	struct tenant_daemon *self = daemon;

	(void)arena;
	(void)answer;
	self->waiting = *peer;
	memcpy(self->waiting_id, request->id, REQUEST_ID_SIZE);
	return SERVICE_LATER;
}

static inline int tenant_release(void *daemon, const struct request *request,
				 const struct peer *peer, struct arena *arena,
				 struct answer *answer)
{
	struct tenant_daemon *self = daemon;
	struct answer late = {.code = ANSWER_OK, .text = "till slut"};

	(void)request;
	(void)peer;
	(void)arena;
	(void)answer;
	memcpy(late.id, self->waiting_id, REQUEST_ID_SIZE);
	return service_answer(self->service, &self->waiting, &late);
}

static inline int tenant_die(void *daemon, const struct request *request, const struct peer *peer,
			     struct arena *arena, struct answer *answer)
{
	(void)daemon;
	(void)request;
	(void)peer;
	(void)arena;
	(void)answer;
	return ERROR_CORRUPT;
}

static inline int tenant_status(void *daemon, struct table *table)
{
	(void)daemon;
	service_status_number(table, "egna", "Egna", 17);
	service_status_text(table, "lage", "Läge", "bra");
	return 0;
}

static const struct service_route tenant_routes[] = {
	{REQUEST_BATCHES, tenant_echo},
	{REQUEST_VERDICT, tenant_later},
	{REQUEST_QUARANTINE, tenant_release},
	{REQUEST_ALERTS, tenant_die},
};

static const struct service_program tenant_program = {
	.name = "tenant",
	.summary = "A daemon for tests.",
	.check = tenant_check,
	.start = tenant_start,
	.stop = tenant_stop,
	.routes = tenant_routes,
	.route_count = sizeof tenant_routes / sizeof tenant_routes[0],
	.status = tenant_status,
};

static inline void tenant_conf_write(const char *path, const char *extra)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fprintf(file,
		"instance = \"test\"\n"
		"tables = \".\"\n"
		"state = \"state\"\n"
		"runtime = \"run\"\n"
		"inbox = \"inbox\"\n"
		"store_size_mib = 16\n"
		"source \"myndighet\" {\n  format = \"sie\"\n  mode = \"snapshot\"\n}\n"
		"%s",
		extra);
	assert_int_equal(fclose(file), 0);
}

static inline int tenant_setup(void **state)
{
	struct tenant *tenant = calloc(1, sizeof *tenant);

	assert_non_null(tenant);
	tenant_plan = (struct tenant_plan){0};
	scratch_make(&tenant->scratch);
	scratch_path(&tenant->scratch, "b.conf", tenant->conf_path);
	scratch_path(&tenant->scratch, "out", tenant->out_path);
	tenant_conf_write(tenant->conf_path, "");
	assert_int_equal(arena_new(&tenant->arena, TENANT_ARENA_BYTES), 0);
	*state = tenant;
	return 0;
}

static inline void tenant_redirect(const struct tenant *tenant)
{
	int out = open(tenant->out_path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	int silence = open("/dev/null", O_WRONLY);

	dup2(out, STDOUT_FILENO);
	dup2(silence, STDERR_FILENO);
}

/* Starts the daemon with these arguments; the list ends with NULL. */
static inline void tenant_fork(struct tenant *tenant, const char *const *arguments)
{
	char *argv[TENANT_ARGS_MAX] = {(char *)(uintptr_t) "budgetvakt-tenant"};
	int argc = 1;

	if (!tenant) {
		fail_msg("the fixture made no tenant");
		return;
	}
	while (argc < TENANT_ARGS_MAX - 1 && arguments[argc - 1]) {
		argv[argc] = (char *)(uintptr_t)arguments[argc - 1];
		argc++;
	}
	assert_int_equal(fflush(NULL), 0);
	tenant->child = fork();
	assert_true(tenant->child >= 0);
	if (tenant->child == 0) {
		int status;

		tenant_redirect(tenant);
		status = service_main(argc, argv, &tenant_program);
		fflush(NULL);
		_exit(status);
	}
}

static inline int tenant_wait(struct tenant *tenant)
{
	int status = 0;

	assert_int_equal(waitpid(tenant->child, &status, 0), tenant->child);
	tenant->child = 0;
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/* The exit status of a process that ends by itself. */
static inline int tenant_exit(struct tenant *tenant, const char *const *arguments)
{
	tenant_fork(tenant, arguments);
	return tenant_wait(tenant);
}

/* A running daemon and a client of it. */
static inline void tenant_run(struct tenant *tenant)
{
	tenant_fork(tenant, (const char *const[]){"--config", tenant->conf_path, NULL});
	assert_int_equal(conf_load(&tenant->conf, tenant->conf_path), 0);
	assert_int_equal(directory_make(tenant->conf->runtime_dir), 0);
	assert_int_equal(wire_new(&tenant->wire, NULL, NULL, 0), 0);
	assert_int_equal(client_new(&tenant->client, tenant->conf, tenant->wire, "tenant"), 0);
}

static inline int tenant_end(struct tenant *tenant)
{
	assert_int_equal(kill(tenant->child, SIGTERM), 0);
	return tenant_wait(tenant);
}

static inline int tenant_teardown(void **state)
{
	struct tenant *tenant = *state;

	if (tenant->child > 0) {
		kill(tenant->child, SIGKILL);
		waitpid(tenant->child, NULL, 0);
	}
	client_destroy(&tenant->client);
	socket_close(&tenant->guest);
	wire_destroy(&tenant->wire);
	conf_destroy(&tenant->conf);
	arena_destroy(&tenant->arena);
	scratch_remove(&tenant->scratch);
	free(tenant);
	return 0;
}

static inline struct answer tenant_ask(struct tenant *tenant, uint32_t kind, const char *text)
{
	struct request request = {.raw_kind = kind, .text = text};
	struct answer answer = {.code = 0};

	assert_int_equal(
		client_ask(tenant->client, &request, tenant->arena, &answer, TENANT_WAIT_MS), 0);
	assert_memory_equal(answer.id, request.id, REQUEST_ID_SIZE);
	return answer;
}

#define tenant_test(test) cmocka_unit_test_setup_teardown(test, tenant_setup, tenant_teardown)
