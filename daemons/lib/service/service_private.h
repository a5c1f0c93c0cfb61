/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by service.c, control.c and options.c only. */
#pragma once

#include <stdbool.h>

#include "lib/service/service.h"

struct service {
	const struct service_program *program;
	struct conf *conf;
	struct loop *loop;
	struct wire *wire;
	void *daemon;
	struct socket *control;
	struct arena *arena;
	uint64_t answered_count;
	uint64_t unknown_count;
	int64_t started_ms;
};

struct options {
	const char *config_path;
	bool check_only;
	bool verify_only;
	const char *copy_dir;	 /* NULL: nothing is copied */
	const char *state_dir;	 /* NULL: as configured */
	const char *rebuild_dir; /* NULL: the present is lived */
};

enum { OPTIONS_RUN = -1 }; /* anything else is the exit status */

int options_parse(int argc, char **argv, const struct service_program *program,
		  struct options *options);

/* Binds the control socket and answers on it from then on. */
int control_start(struct service *service);
void control_stop(struct service *service);
