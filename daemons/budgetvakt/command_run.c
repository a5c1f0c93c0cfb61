/* SPDX-License-Identifier: Apache-2.0 */
/*
 * run: prepares the folders of an instance and keeps its daemons going.
 *
 *     check configuration -> folders -> lock -> [ingest aggregate forecast alert notify]
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

#include "budgetvakt/command.h"
#include "budgetvakt/daemons.h"
#include "budgetvakt/output.h"
#include "budgetvakt/program.h"
#include "budgetvakt/supervisor.h"
#include "lib/base/cleanup.h"
#include "lib/base/file.h"
#include "lib/base/log.h"
#include "lib/service/client.h"

enum { PROBE_TIMEOUT_MS = 100, PROBE_ARENA_BYTES = 1024 * 1024 };

static int configuration_check(const char *folder, const char *config)
{
	int r = supervisor_check(folder, config);

	if (r == 0)
		return EX_OK;
	if (r < 0)
		return context_failure("att starta delarna", r);
	return complain(r == EX_CONFIG ? EX_CONFIG : r,
			"inställningarna godtas inte, se ovan; ingenting har startats");
}

static int folder_make(const char *path)
{
	int r = directory_make(path);

	return r < 0 ? complain(EX_CANTCREAT, "mappen %s kan inte skapas: %s", path,
				output_reason(r))
		     : EX_OK;
}

static int folders_make(const struct conf *conf)
{
	int status = folder_make(conf->runtime_dir);

	if (status == EX_OK)
		status = folder_make(conf->state_dir);
	for (size_t i = 0; i < conf->source_count && status == EX_OK; i++) {
		char path[PATH_SIZE];

		if (path_print(path, "%s/%s", conf->inbox_dir, conf->sources[i].name) < 0)
			return complain(EX_CONFIG, "inkorgens sökväg är för lång");
		status = folder_make(path);
	}
	return status;
}

static int instance_lock(const struct conf *conf, int *fd_out)
{
	char path[PATH_SIZE];
	int r = path_print(path, "%s/run.lock", conf->runtime_dir);

	if (r == 0)
		r = file_lock(path, fd_out);
	if (r == FILE_LOCK_HELD)
		return complain(EX_TEMPFAIL, "%s körs redan (%s är låst)", conf->instance, path);
	if (r < 0)
		return complain(EX_CANTCREAT, "%s kan inte låsas: %s", path, output_reason(r));
	return EX_OK;
}

/* ---- readiness ------------------------------------------------------------ */

struct readiness {
	const struct conf *conf;
	struct wire *wire;
	struct arena *arena;
};

static int daemon_probe(void *context, const char *daemon)
{
	cleanup(client_destroy) struct client *client = NULL;
	struct readiness *readiness = context;
	struct request request = {.kind = REQUEST_STATUS};
	struct answer answer;
	int r = 0;

	if (!readiness->wire)
		r = wire_new(&readiness->wire, NULL, NULL, 0);
	if (r == 0 && !readiness->arena)
		r = arena_new(&readiness->arena, PROBE_ARENA_BYTES);
	if (r == 0)
		r = client_new(&client, readiness->conf, readiness->wire, daemon);
	if (r < 0)
		return r;
	arena_reset(readiness->arena);
	r = client_ask(client, &request, readiness->arena, &answer, PROBE_TIMEOUT_MS);
	return r < 0 ? r : r == 0;
}

static void readiness_end(struct readiness *readiness)
{
	wire_destroy(&readiness->wire);
	arena_destroy(&readiness->arena);
}

static int readiness_tell(void *context)
{
	readiness_end(context);
	return puts("redo") < 0 || fflush(stdout) != 0 ? -EIO : 0;
}

static int daemons_run(struct context *context, const char *folder)
{
	struct readiness readiness = {.conf = context->conf};
	struct supervisor_options options = {
		.folder = folder,
		.config = context->conf->path,
		.probe = daemon_probe,
		.probe_context = &readiness,
		.ready = readiness_tell,
	};
	int r = supervisor_run(&options);

	readiness_end(&readiness);
	if (r == -EIO)
		return output_failed();
	return r < 0 ? context_failure("att hålla delarna igång", r) : r;
}

static int run_run(struct context *context)
{
	cleanup(close_fd) int lock_fd = -1;
	char folder[PATH_SIZE];
	int status = context_configure(context);

	/* Readiness is ours to tell, not each daemon's. */
	unsetenv("NOTIFY_SOCKET");
	unsetenv("WATCHDOG_PID");
	unsetenv("WATCHDOG_USEC");
	if (status == EX_OK)
		status = program_folder_find(folder);
	if (status == EX_OK)
		status = configuration_check(folder, context->conf->path);
	if (status == EX_OK)
		status = folders_make(context->conf);
	if (status == EX_OK)
		status = instance_lock(context->conf, &lock_fd);
	return status != EX_OK ? status : daemons_run(context, folder);
}

const struct command run_commands[] = {
	{
		.name = "run",
		.summary = "startar alla delar och håller dem igång",
		.operands = "",
		.help = "Prövar inställningarna, skapar mapparna som behövs och startar de fem "
			"delarna.\n"
			"Skriver ”redo” när alla svarar. En del som dör startas igen. Slutar på\n"
			"SIGTERM eller Ctrl-C, när alla delar har slutat.\n"
			"\n"
			"Exempel:\n"
			"  budgetvakt run --config /etc/budgetvakt/ekero/budgetvakt.conf\n",
		.run = run_run,
	},
	{.name = NULL},
};
