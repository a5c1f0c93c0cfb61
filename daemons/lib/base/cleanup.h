/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one GNU extension we allow ourselves: an owner is released when its
 * scope ends.  Every destructor has the shape void x_destroy(struct x **),
 * accepts a pointer to NULL, and leaves NULL behind.
 */
#pragma once

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define cleanup(destroy) __attribute__((cleanup(destroy)))

/* Heap memory: cleanup(free_bytes) char *text. */
static inline void free_bytes(void *pointer)
{
	void **memory = pointer;

	free(*memory);
	*memory = NULL;
}

/* A file descriptor; -1 means none. */
static inline void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* A stream; errors that matter are checked by the caller before this. */
static inline void close_stream(FILE **stream)
{
	if (*stream)
		fclose(*stream);
	*stream = NULL;
}
