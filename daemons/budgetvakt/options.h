/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Everything that can stand on the command line, read in any order: options
 * before the command, after it, or between its words.  Pure: prints nothing.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "lib/model/period.h"
#include "lib/view/view.h"

enum option_id {
	/* Understood by every command. */
	OPTION_CONFIG,
	OPTION_HELP,
	OPTION_VERSION,
	OPTION_JSON,
	OPTION_FORMAT,
	OPTION_UNIT,
	OPTION_COLOR,
	/* Understood by the commands that list them. */
	OPTION_PERIOD,
	OPTION_AREA,
	OPTION_WIDE,
	OPTION_SOURCE,
	OPTION_OLDER,
	OPTION_TIMEOUT,
	OPTION_INCOME,
	OPTION_COST,
	OPTION_NET,
	OPTION_COMMENT,
	OPTION_REFERENCE,
	OPTION_FILE,
	OPTION_ALL,
	OPTION_FROM,
	OPTION_MAX,
	OPTION_YES,
	OPTION_LINE,
	OPTION_BUDGET,
	OPTION_BUDGET_AS_OF,
	OPTION_CODES,
	OPTION_SHEET,
	OPTION_VOUCHERS,
	OPTION_REFUSED,
	OPTION_TEXTS,
	OPTION_INTO,
	OPTION_COUNT,
};

#define OPTION_BIT(id) (UINT32_C(1) << (id))

enum {
	OPTIONS_COMMON = (1 << OPTION_PERIOD) - 1, /* every bit before OPTION_PERIOD */
	OPERANDS_MAX = 4096,
	OPTIONS_PROBLEM_SIZE = 256,
};

enum color_mode { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

struct options {
	uint32_t given; /* OPTION_BIT of everything that was said */
	const char *config;
	enum view_format format;
	int64_t unit_ore; /* 0: not said */
	enum color_mode color;
	struct period period;
	const char *area;
	const char *line;
	uint64_t budget_as_of; /* YYYYMMDD, 0: not said */
	const char *source;
	const char *income; /* amounts are read when the unit is known */
	const char *cost;
	const char *net;
	const char *comment;
	const char *reference;
	const char *file;
	const char *sheet;
	const char *into;
	uint64_t timeout_s;
	uint64_t from;
	uint64_t max;
	const char *operands[OPERANDS_MAX]; /* what is no option, in order */
	size_t operand_count;
};

enum { OPTIONS_BAD = 1 };

/* Everything in @options points into @argv.  OPTIONS_BAD: @problem says, in
 * Swedish, what was wrong. */
int options_read(int argc, char **argv, struct options *options,
		 char problem[static OPTIONS_PROBLEM_SIZE]);

bool options_has(const struct options *options, enum option_id id);

/* "--period": for messages. */
const char *option_name(enum option_id id);
/* Writes one line of help per option in @bits. */
void options_help(FILE *stream, uint32_t bits);
