/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Carriage return and "erase to end of line", nothing more.
 */
#include "budgetvakt/progress.h"

#include <inttypes.h>
#include <stdio.h>

#include "budgetvakt/output.h"
#include "lib/base/clock.h"

enum { PROGRESS_INTERVAL_MS = 100, KIBIBYTE = 1024 };

static const char erase[] = "\r\033[K";

struct progress progress_begin(const char *name)
{
	return (struct progress){.is_shown = output_takes_motion(stderr), .name = name};
}

static bool is_due(struct progress *progress)
{
	int64_t now_ms = clock_monotonic_ms();

	if (!progress->is_shown || now_ms - progress->last_ms < PROGRESS_INTERVAL_MS)
		return false;
	progress->last_ms = now_ms;
	return true;
}

static void line_begin(struct progress *progress)
{
	static const char *const spinner[] = {"|", "/", "-", "\\"};

	fprintf(stderr, "%s%s ", erase, spinner[progress->turn_count++ % 4]);
	output_text(stderr, progress->name);
}

void progress_copied(struct progress *progress, uint64_t done_bytes, uint64_t all_bytes)
{
	if (!is_due(progress))
		return;
	line_begin(progress);
	fprintf(stderr, ": %" PRIu64 " av %" PRIu64 " KiB kopierade", done_bytes / KIBIBYTE,
		all_bytes / KIBIBYTE);
	fflush(stderr);
}

void progress_waiting(struct progress *progress, int64_t waited_ms)
{
	if (!is_due(progress))
		return;
	line_begin(progress);
	fprintf(stderr, ": väntar på besked (%" PRId64 " s)", waited_ms / 1000);
	fflush(stderr);
}

void progress_end(struct progress *progress)
{
	if (progress->is_shown && progress->last_ms > 0) {
		fputs(erase, stderr);
		fflush(stderr);
	}
	progress->last_ms = 0;
}
