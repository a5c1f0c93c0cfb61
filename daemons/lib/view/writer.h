/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a format must be able to do; view.c chooses among the three.
 */
#pragma once

#include <stdio.h>

#include "lib/model/table.h"
#include "lib/view/view.h"

struct writer {
	const char *name; /* the word on the command line */
	/* 0 or -ENOMEM; the caller looks at the stream's own errors. */
	int (*write)(FILE *stream, const struct table *table, const struct view_options *options);
};

extern const struct writer writer_text;
extern const struct writer writer_csv;
extern const struct writer writer_json;

/* "kr", "tkr" or "mnkr". */
const char *view_unit_name(int64_t unit_ore);
