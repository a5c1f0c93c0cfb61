/* SPDX-License-Identifier: Apache-2.0 */
/* The life of a daemon, from its arguments to its exit code. */
#include "lib/service/service.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <systemd/sd-daemon.h>

#include "lib/base/cleanup.h"
#include "lib/base/clock.h"
#include "lib/base/error.h"
#include "lib/base/log.h"
#include "lib/base/replay.h"
#include "lib/service/service_private.h"

const struct conf *service_conf(const struct service *service)
{
	return service->conf;
}

struct loop *service_loop(const struct service *service)
{
	return service->loop;
}

struct wire *service_wire(const struct service *service)
{
	return service->wire;
}

static int exit_status(int error)
{
	switch (error) {
	case 0:
		return EX_OK;
	case -EBUSY:
		return EX_TEMPFAIL;
	case -ENOMEM:
	case -EMFILE:
	case -ENFILE:
	case -EAGAIN:
		return EX_OSERR;
	case ERROR_CONFIGURATION:
		return EX_CONFIG;
	case -ENOSPC:
	case -EDQUOT:
	case -EIO:
	case ERROR_STORE_FULL:
		return EX_IOERR;
	case -EACCES:
	case -EPERM:
		return EX_NOPERM;
	case ERROR_CORRUPT:
	case ERROR_VERSION:
		return EX_DATAERR;
	default:
		return EX_SOFTWARE;
	}
}

static int watchdog_feed(void *context)
{
	(void)context;
	sd_notify(0, "WATCHDOG=1");
	return 0;
}

static int watchdog_start(struct service *service)
{
	uint64_t interval_us = 0;

	if (sd_watchdog_enabled(0, &interval_us) <= 0)
		return 0;
	return loop_add_timer(service->loop, (int64_t)(interval_us / 2000), watchdog_feed, service,
			      NULL);
}

static int folders_make(const struct conf *conf)
{
	int r = directory_make(conf->runtime_dir);

	if (r == 0)
		r = directory_make(conf->state_dir);
	return r < 0 ? log_failure(r, "cannot make the runtime and state folders") : 0;
}

static int loop_open(struct service *service)
{
	int r = loop_new(&service->loop);

	if (r == 0)
		r = wire_new(&service->wire, service->loop, service->conf->uids,
			     service->conf->uid_count);
	if (r == 0)
		r = watchdog_start(service);
	return r < 0 ? log_failure(r, "cannot create the event loop") : 0;
}

int service_new(struct service **service_out, const struct service_program *program,
		struct conf *conf)
{
	cleanup(service_destroy) struct service *service = calloc(1, sizeof *service);
	int r;

	if (!service)
		return -ENOMEM;
	service->program = program;
	service->conf = conf;
	service->started_ms = clock_wall_ms();
	r = folders_make(conf);
	if (r == 0)
		r = loop_open(service);
	if (r == 0)
		r = program->start(service, &service->daemon);
	if (r == 0)
		r = control_start(service);
	if (r < 0)
		return r;
	*service_out = service;
	service = NULL;
	return 0;
}

void service_destroy(struct service **service)
{
	struct service *self = *service;

	if (!self)
		return;
	control_stop(self);
	if (self->daemon)
		self->program->stop(&self->daemon);
	wire_destroy(&self->wire);
	loop_destroy(&self->loop);
	free(self);
	*service = NULL;
}

static int service_run(const struct service *service)
{
	int r;

	sd_notify(0, "READY=1");
	log_info("ready");
	r = loop_run(service->loop);
	sd_notify(0, "STOPPING=1");
	if (r < 0)
		return log_failure(r, "stopping");
	log_info("stopped");
	return 0;
}

/* What an administrator can do about it. */
static void failure_explain(const struct conf *conf, int error)
{
	if (error == ERROR_STORE_FULL)
		log_error("the store is full and nothing was changed: raise store_size_mib (now "
			  "%" PRIu64 ") in %s and restart",
			  conf->store_size_mib, conf->path);
	else if (error == -ENOSPC || error == -EDQUOT)
		log_error("the disk of %s is full and nothing was changed: make room, it goes on "
			  "by itself",
			  conf->state_dir);
}

static int conf_check(const struct service_program *program, const char *path,
		      struct conf **conf_out)
{
	int r = conf_load(conf_out, path);

	if (r == 0 && program->check)
		r = program->check(*conf_out);
	if (r < 0)
		log_failure(r, "cannot read the configuration");
	return r;
}

static int books_look(const struct service_program *program, struct conf *conf,
		      const struct options *options)
{
	int r = 0;

	if (options->state_dir)
		r = path_print(conf->state_dir, "%s", options->state_dir);
	if (r == 0)
		r = program->books ? program->books(conf, options->copy_dir) : -ENOTSUP;
	if (r < 0 && r != ERROR_CORRUPT)
		log_failure(r, "cannot read the store");
	return r == -ENOENT ? EX_NOINPUT : exit_status(r);
}

static int past_begin(struct conf *conf, const char *directory)
{
	char path[PATH_SIZE];
	int r = path_print(path, "%s/.rebuild/now", directory);

	if (r == 0)
		r = conf_rebuild(conf, directory);
	if (r == 0)
		r = replay_begin(path);
	return r < 0 ? log_failure(r, "cannot rebuild into %s", directory) : 0;
}

int service_main(int argc, char **argv, const struct service_program *program)
{
	cleanup(conf_destroy) struct conf *conf = NULL;
	cleanup(service_destroy) struct service *service = NULL;
	struct options options;
	int r = options_parse(argc, argv, program, &options);

	if (r != OPTIONS_RUN)
		return r;
	log_open(program->name);
	umask(0027);
	r = conf_check(program, options.config_path, &conf);
	if (r != 0)
		return r == CONF_BAD ? EX_CONFIG : exit_status(r);
	if (options.check_only)
		return EX_OK;
	if (options.verify_only || options.copy_dir)
		return books_look(program, conf, &options);
	r = options.rebuild_dir ? past_begin(conf, options.rebuild_dir) : 0;
	if (r == 0)
		r = service_new(&service, program, conf);
	if (r == 0)
		r = service_run(service);
	else if (r != ERROR_CONFIGURATION) /* often the second word on it, never none */
		log_failure(r, "cannot start");
	if (r < 0)
		failure_explain(conf, r);
	if (r < 0 && program->failed)
		program->failed(conf, r);
	return exit_status(r);
}
