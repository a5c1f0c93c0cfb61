/* SPDX-License-Identifier: Apache-2.0 */
#include "budgetvakt/troupe.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>

#include "budgetvakt/output.h"
#include "budgetvakt/program.h"
#include "lib/base/cleanup.h"
#include "lib/base/clock.h"

enum { PAUSE_NS = 2000000, SETTLE_PATIENCE_MS = 600000 };

static int daemons_start(struct troupe *troupe, const char *state_dir, const int fds[static 3])
{
	const char *const words[] = {"--config", troupe->context->conf->path, "--rebuild",
				     state_dir, NULL};
	char folder[PATH_SIZE];
	int status = program_folder_find(folder);

	for (size_t i = 0; i < DAEMON_COUNT && status == EX_OK; i++) {
		int r = program_start(folder, daemon_names[i], words, fds, &troupe->pids[i]);

		if (r < 0)
			status = context_failure("att starta delarna", r);
	}
	return status;
}

/* They come up in any order; each is asked until it answers. */
static int daemons_await(struct troupe *troupe)
{
	int status = EX_OK;

	for (size_t i = 0; i < DAEMON_COUNT && status == EX_OK; i++) {
		struct request request = {.kind = REQUEST_STATUS};
		struct answer answer;

		status = context_ask(troupe->context, daemon_names[i], &request, &answer);
	}
	return status;
}

int troupe_start(struct troupe *troupe, struct context *context, const char *state_dir)
{
	cleanup(close_fd) int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
	cleanup(close_fd) int log = -1;
	char path[PATH_SIZE];
	int status;
	int r = path_print(path, "%s/.rebuild/log", state_dir);

	*troupe = (struct troupe){.context = context};
	if (r == 0)
		log = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (r < 0 || nothing < 0 || log < 0)
		return complain(EX_CANTCREAT, "%s kan inte skapas", path);
	status = daemons_start(troupe, state_dir, (int[]){nothing, log, log});
	return status == EX_OK ? daemons_await(troupe) : status;
}

int troupe_moment(const struct troupe *troupe, int64_t time_ms, uint32_t uid)
{
	char path[PATH_SIZE];
	char line[64];
	int r = path_print(path, "%s/.rebuild/now", troupe->context->conf->state_dir);

	snprintf(line, sizeof line, "%" PRId64 " %" PRIu32 "\n", time_ms, uid);
	if (r == 0)
		r = file_write(path, line, strlen(line));
	return r < 0 ? complain(EX_IOERR, "%s kan inte skrivas: %s", path, output_reason(r))
		     : EX_OK;
}

/* A number of a daemon's status. */
static int number_ask(struct troupe *troupe, const char *daemon, const char *key, int64_t *out)
{
	struct request request = {.kind = REQUEST_STATUS};
	const struct table_column *keys;
	const struct table_column *numbers;
	const struct table *table = NULL;
	int status = context_table(troupe->context, daemon, &request, &table);

	if (status != EX_OK)
		return status;
	keys = table_find(table, "nyckel");
	numbers = table_find(table, "tal");
	for (size_t i = 0; keys && numbers && i < table->row_count; i++) {
		if (strcmp(keys->texts[i], key) != 0)
			continue;
		*out = numbers->numbers[i];
		return EX_OK;
	}
	return complain(EX_PROTOCOL, "budgetvakt-%s säger inte hur långt den har kommit", daemon);
}

static int hop_settle(struct troupe *troupe, const char *const hop[static 4])
{
	const struct timespec pause = {.tv_nsec = PAUSE_NS};
	int64_t until_ms = clock_monotonic_ms() + SETTLE_PATIENCE_MS;
	int64_t end = 0;
	int64_t cursor = -1;
	int status = number_ask(troupe, hop[0], hop[1], &end);

	while (status == EX_OK) {
		status = number_ask(troupe, hop[2], hop[3], &cursor);
		if (status != EX_OK || cursor >= end)
			return status;
		if (clock_monotonic_ms() > until_ms)
			return complain(EX_UNAVAILABLE, "budgetvakt-%s kommer inte ikapp", hop[2]);
		nanosleep(&pause, NULL);
	}
	return status;
}

int troupe_settle(struct troupe *troupe)
{
	static const char *const hops[][4] = {
		{"aggregate", "seq", "forecast", "last_till"},
		{"forecast", "journal", "alert", "last_till"},
		{"ingest", "journal", "alert", "ingest_last_till"},
		{"alert", "journal", "notify", "last_till"},
	};
	int status = EX_OK;

	for (size_t i = 0; i < sizeof hops / sizeof *hops && status == EX_OK; i++)
		status = hop_settle(troupe, hops[i]);
	return status;
}

int troupe_stop(struct troupe *troupe)
{
	int status = EX_OK;

	for (size_t i = 0; i < DAEMON_COUNT; i++)
		if (troupe->pids[i] > 0)
			kill(troupe->pids[i], SIGTERM);
	for (size_t i = 0; i < DAEMON_COUNT; i++) {
		int code = troupe->pids[i] > 0 ? program_wait(troupe->pids[i]) : EX_OK;

		troupe->pids[i] = 0;
		if (code != EX_OK)
			status = complain(EX_SOFTWARE, "budgetvakt-%s slutade med kod %d",
					  daemon_names[i], code);
	}
	return status;
}
