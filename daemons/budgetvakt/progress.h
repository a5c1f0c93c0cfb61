/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One line on stderr that is overwritten while something takes time; nothing at
 * all unless stderr is a terminal that can do it.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct progress {
	bool is_shown;
	const char *name;    /* of the file */
	int64_t last_ms;     /* when the line was last written */
	unsigned turn_count; /* of the spinner */
};

struct progress progress_begin(const char *name);
/* At most some times a second. */
void progress_copied(struct progress *progress, uint64_t done_bytes, uint64_t all_bytes);
void progress_waiting(struct progress *progress, int64_t waited_ms);
/* Wipes the line. */
void progress_end(struct progress *progress);
