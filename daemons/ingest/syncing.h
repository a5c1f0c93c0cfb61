/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A file made durable while something else is done with it: fdatasync in a thread that
 * does nothing else, for a disk takes a millisecond or two to say that it has.  One file
 * at a time; the thread is there before it, for making one takes time too.
 */
#pragma once

#include <stdbool.h>

#include "lib/wire/loop.h"

struct syncing;

/* @result: 0 or a negative errno; the file's syncing is over. */
typedef int syncing_handler(void *context, int result);

int syncing_new(struct syncing **syncing_out, struct loop *loop, syncing_handler *handler,
		void *context);
void syncing_destroy(struct syncing **syncing);

/* @fd stays the caller's, and open until the handler is called or the syncing finished. */
void syncing_start(struct syncing *syncing, int fd);
bool syncing_is_under_way(const struct syncing *syncing);
/* Waits when it is; the handler is not called. */
void syncing_finish(struct syncing *syncing);
