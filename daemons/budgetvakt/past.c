/* SPDX-License-Identifier: Apache-2.0 */
#include "budgetvakt/past.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "budgetvakt/daemons.h"
#include "lib/base/text.h"

/* Four stories, each in its own order. */
enum story { STORY_BATCHES, STORY_AGGREGATE, STORY_FORECAST, STORY_ALERT, STORY_COUNT };

static const char *const story_daemons[STORY_COUNT] = {NULL, "aggregate", "forecast", "alert"};

struct reading {
	struct past stories[STORY_COUNT];
};

void past_finish(struct past *past)
{
	for (size_t i = 0; i < past->count; i++)
		free(past->steps[i].record);
	free(past->steps);
	*past = (struct past){.steps = NULL};
}

static int step_add(struct past *past, const struct step *step)
{
	if (past->count == past->capacity) {
		size_t capacity = 2 * past->capacity + 64;
		struct step *more = reallocarray(past->steps, capacity, sizeof *past->steps);

		if (!more)
			return -ENOMEM;
		past->steps = more;
		past->capacity = capacity;
	}
	past->steps[past->count++] = *step;
	return 0;
}

static bool hex_read(const char *hex, uint8_t *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		char digits[] = {hex[2 * i], hex[2 * i + 1], '\0'};
		char *end;

		bytes[i] = (uint8_t)strtoul(digits, &end, 16);
		if (*end)
			return false;
	}
	return true;
}

static int batch_take(void *context, const char *program, char *fields[FACTS_FIELDS_MAX],
		      size_t count)
{
	struct reading *reading = context;
	struct step step = {.time_ms = 0};
	uint64_t time_ms;
	size_t length;

	(void)program;
	if (count != 7 || !text_read_u64(fields[0], UINT64_MAX, &step.number) ||
	    !text_read_u64(fields[1], INT64_MAX, &time_ms) ||
	    !text_copy(step.source, sizeof step.source, fields[4]) ||
	    !text_copy(step.hash, sizeof step.hash, fields[5]))
		return -EINVAL;
	length = strlen(fields[6]);
	if (length % 2 || length / 2 >= sizeof step.file_name ||
	    !hex_read(fields[6], (uint8_t *)step.file_name, length / 2))
		return -EINVAL;
	step.time_ms = (int64_t)time_ms;
	return step_add(&reading->stories[STORY_BATCHES], &step);
}

static int decision_take(void *context, const char *program, char *fields[FACTS_FIELDS_MAX],
			 size_t count)
{
	struct reading *reading = context;
	struct step step = {.time_ms = 0};
	uint64_t time_ms;
	size_t story = STORY_AGGREGATE;
	int r;

	if (count != 3 || !text_read_u64(fields[0], UINT64_MAX, &step.number) ||
	    !text_read_u64(fields[1], INT64_MAX, &time_ms))
		return -EINVAL;
	while (story < STORY_COUNT && strcmp(story_daemons[story], program) != 0)
		story++;
	if (story == STORY_COUNT)
		return 0;
	step.time_ms = (int64_t)time_ms;
	step.daemon = story_daemons[story];
	step.record_size = strlen(fields[2]) / 2;
	step.record = malloc(step.record_size + 1);
	if (!step.record)
		return -ENOMEM;
	r = hex_read(fields[2], step.record, step.record_size)
		    ? step_add(&reading->stories[story], &step)
		    : -EINVAL;
	if (r < 0)
		free(step.record);
	return r;
}

/* The story whose next step is the earliest; STORY_COUNT when all are told. */
static size_t story_next(const struct reading *reading, const size_t next[static STORY_COUNT])
{
	size_t first = STORY_COUNT;

	for (size_t i = 0; i < STORY_COUNT; i++) {
		const struct past *story = &reading->stories[i];

		if (next[i] == story->count)
			continue;
		if (first == STORY_COUNT ||
		    story->steps[next[i]].time_ms <
			    reading->stories[first].steps[next[first]].time_ms)
			first = i;
	}
	return first;
}

static int stories_merge(struct reading *reading, struct past *past)
{
	size_t next[STORY_COUNT] = {0};
	size_t story;
	int r = 0;

	while (r == 0 && (story = story_next(reading, next)) < STORY_COUNT) {
		struct step *step = &reading->stories[story].steps[next[story]++];

		r = step_add(past, step);
		if (r == 0)
			step->record = NULL; /* it has another owner now */
	}
	return r;
}

int past_read(const struct books *books, struct past *past_out)
{
	struct reading reading = {.stories = {{.steps = NULL}}};
	int r = facts_each(books->text, "batch", batch_take, &reading);

	*past_out = (struct past){.steps = NULL};
	if (r == 0)
		r = facts_each(books->text, "decision", decision_take, &reading);
	if (r == 0)
		r = stories_merge(&reading, past_out);
	for (size_t i = 0; i < STORY_COUNT; i++)
		past_finish(&reading.stories[i]);
	return r;
}
