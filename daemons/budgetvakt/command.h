/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a command of the program is, and what it can lean on: the configuration,
 * the daemons' control sockets, and a place to show a table.
 *
 * Functions that return a status give 0 (EX_OK) or the exit code of sysexits.h
 * that the program should end with; what was wrong has then been printed, in Swedish.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "budgetvakt/options.h"
#include "lib/base/arena.h"
#include "lib/conf/conf.h"
#include "lib/model/table.h"
#include "lib/wire/message.h"
#include "lib/wire/socket.h"

struct context;
struct selection_range;

struct command {
	const char *name;     /* one word or two: "report", "alerts ack" */
	const char *summary;  /* one line for the list of commands */
	const char *operands; /* how the rest is written, "" for nothing */
	const char *help;     /* more lines and examples */
	uint32_t options;     /* OPTION_BIT of what it takes besides OPTIONS_COMMON */
	size_t operand_min;
	size_t operand_max;
	int (*run)(struct context *context);
};

enum { ANSWERS_KEPT = 4 };

struct context {
	const struct command *command;
	struct options options;
	const char *const *operands; /* after the words of the command */
	size_t operand_count;
	/* Filled by context_configure and context_connect. */
	struct conf *conf;
	struct wire *wire;
	struct arena *arena; /* for what is built here */
	/* An answer lives until ANSWERS_KEPT more questions are asked. */
	struct arena *answers[ANSWERS_KEPT];
	size_t answer_next;
};

/* One per family file, each ending with an entry without a name. */
extern const struct command run_commands[];
extern const struct command import_commands[];
extern const struct command inspect_commands[];
extern const struct command report_commands[];
extern const struct command forecast_commands[];
extern const struct command alerts_commands[];
extern const struct command period_commands[];
extern const struct command explain_commands[];
extern const struct command status_commands[];
extern const struct command quarantine_commands[];
extern const struct command subscribe_commands[];
extern const struct command books_commands[];

/* Reads the command line.  True: context->command is to be run.  False: the program
 * is done (help, version, wrong usage) and ends with @status. */
bool command_choose(struct context *context, int argc, char **argv, int *status_out);

/* ---- context ------------------------------------------------------------- */

/* Loads the configuration: EX_CONFIG when it is bad. */
int context_configure(struct context *context);
/* That, and what is needed to ask daemons. */
int context_connect(struct context *context);
void context_close(struct context *context);

enum { CONTEXT_NO_ANSWER = 1 };
enum { ASK_PATIENCE_MS = 10000, ASK_BRIEF_MS = 1000 };

/* Asks until there is an answer, at most @patience_ms: a daemon that is being restarted
 * is asked again, with the same id, so that an order is done once.  0, CONTEXT_NO_ANSWER
 * or a negative errno; prints nothing. */
int context_try(struct context *context, const char *daemon, struct request *request,
		struct answer *answer_out, int patience_ms);
/* The same, with a status; an answer other than OK is printed and is a status too. */
int context_ask(struct context *context, const char *daemon, struct request *request,
		struct answer *answer_out);
/* The same, when the answer is to be a table. */
int context_table(struct context *context, const char *daemon, struct request *request,
		  const struct table **table_out);
/* Connects, fills in the month asked for, and asks for a table. */
int context_month_table(struct context *context, const char *daemon, struct request *request,
			const struct table **table_out);
/* For an order: asks, and prints what the daemon said, or @done when it said nothing. */
int context_order(struct context *context, const char *daemon, struct request *request,
		  const char *done);
/* A table that a daemon answers with and that is shown as it is. */
struct listing {
	const char *daemon;
	enum request_kind kind;
	const char *title;
	const char *const *narrow; /* columns that fit on a terminal; NULL: all do */
	size_t narrow_count;
};
/* @max: of the request, 0 or 1 for what is not open any more, too. */
int context_list(struct context *context, const struct listing *listing, uint32_t max);
/* @table, or in text without --wide only the columns @keys, from the rows @range (NULL:
 * all); NULL when memory is gone. */
struct table *context_narrow(const struct context *context, const struct table *table,
			     const char *const *keys, size_t key_count,
			     const struct selection_range *range);

/* Writes the table on stdout in the format asked for; EX_IOERR when that fails. */
int context_show(const struct context *context, const struct table *table);

/* In text, one below the other. */
int context_show_pair(const struct context *context, const struct table *first,
		      const struct table *second);

/* Prints what is wrong inside us and gives the status: EX_OSERR, EX_SOFTWARE. */
int context_failure(const char *doing, int error);
/* Says that @daemon does not answer and what to do: EX_UNAVAILABLE. */
int context_silence(const char *daemon);
/* The status of an answer; prints its text unless it is OK. */
int context_answer_status(const char *daemon, const struct answer *answer);

/* The asked-for --period, otherwise the last one with outcome. */
int context_period(struct context *context, struct period *period_out);
/* An operand that is the number of an alert or a plan. */
int context_number(const char *text, uint64_t *number_out);
