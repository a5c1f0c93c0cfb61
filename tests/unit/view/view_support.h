/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the tests of the view share: an arena per test, and a table as the text
 * that a format makes of it.  Goldens write '_' for NBSP and '~' for U+2212.
 */
#pragma once

#include "support/test.h"

#include <stdio.h>
#include <string.h>

#include "lib/base/cleanup.h"
#include "lib/view/view.h"

enum { ARENA_BYTES = 1 << 20, OUTPUT_SIZE = 65536 };

static inline int arena_make(void **state)
{
	return arena_new((struct arena **)state, ARENA_BYTES);
}

static inline int arena_free(void **state)
{
	arena_destroy((struct arena **)state);
	return 0;
}

#define ARENA_TEST(test) cmocka_unit_test_setup_teardown(test, arena_make, arena_free)

static inline void signs_make_visible(char *text)
{
	char *target = text;

	while (*text) {
		if (strncmp(text, "\xC2\xA0", 2) == 0) {
			*target++ = '_';
			text += 2;
		} else if (strncmp(text, "\xE2\x88\x92", 3) == 0) {
			*target++ = '~';
			text += 3;
		} else {
			*target++ = *text++;
		}
	}
	*target = '\0';
}

static inline const char *written(const struct table *table, struct view_options options)
{
	static char text[OUTPUT_SIZE];
	cleanup(close_stream) FILE *stream = fmemopen(text, sizeof text, "w");

	assert_non_null(stream);
	assert_int_equal(view_write(stream, table, &options), 0);
	signs_make_visible(text);
	return text;
}
