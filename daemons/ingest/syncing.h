/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A file made durable while something else is done with it: fdatasync in a thread that
 * does nothing else, for a disk takes a millisecond or two to say that it has.
 */
#pragma once

#include "lib/wire/loop.h"

struct syncing;

/* @result: 0 or a negative errno; the syncing is over and may be destroyed. */
typedef int syncing_handler(void *context, int result);

/* @fd stays the caller's, and open until the handler has been called or the syncing is
 * destroyed. */
int syncing_new(struct syncing **syncing_out, struct loop *loop, int fd, syncing_handler *handler,
		void *context);
/* Waits for it when it is still under way. */
void syncing_destroy(struct syncing **syncing);
