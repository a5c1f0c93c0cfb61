/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The way from a command to a daemon and back to stdout.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>

#include "budgetvakt/command.h"
#include "budgetvakt/output.h"
#include "budgetvakt/periods.h"
#include "budgetvakt/selection.h"
#include "lib/base/cleanup.h"
#include "lib/base/clock.h"
#include "lib/base/text.h"
#include "lib/service/client.h"

enum {
	ARENA_BUDGET_BYTES = 256 * 1024 * 1024, /* an answer of MESSAGE_SIZE_MAX, unpacked */
	ATTEMPT_MS = 2500,			/* then the question may be lost: ask again */
	ATTEMPT_PAUSE_MS = 100,			/* when the socket refuses at once */
};

#define CONFIG_DEFAULT "/etc/budgetvakt/budgetvakt.conf"

int context_failure(const char *doing, int error)
{
	return complain(error == -ENOMEM ? EX_OSERR : EX_SOFTWARE, "%s gick inte: %s", doing,
			output_reason(error));
}

static const char *config_path(const struct options *options)
{
	const char *path = getenv("BUDGETVAKT_CONFIG");

	if (options->config)
		return options->config;
	return path && *path ? path : CONFIG_DEFAULT;
}

int context_configure(struct context *context)
{
	const char *path = config_path(&context->options);
	int r = conf_load(&context->conf, path);

	if (r == CONF_BAD)
		return EX_CONFIG;
	if (r < 0)
		return complain(EX_CONFIG, "inställningsfilen %s kan inte läsas: %s", path,
				output_reason(r));
	return EX_OK;
}

int context_connect(struct context *context)
{
	int status = context_configure(context);
	int r;

	if (status != EX_OK)
		return status;
	r = arena_new(&context->arena, ARENA_BUDGET_BYTES);
	for (size_t i = 0; i < ANSWERS_KEPT && r == 0; i++)
		r = arena_new(&context->answers[i], ARENA_BUDGET_BYTES);
	if (r == 0)
		r = wire_new(&context->wire, NULL, NULL, 0);
	return r < 0 ? context_failure("att förbereda frågan", r) : EX_OK;
}

void context_close(struct context *context)
{
	wire_destroy(&context->wire);
	for (size_t i = 0; i < ANSWERS_KEPT; i++)
		arena_destroy(&context->answers[i]);
	arena_destroy(&context->arena);
	conf_destroy(&context->conf);
}

static void pause_ms(int64_t duration_ms)
{
	struct timespec duration = {.tv_sec = duration_ms / 1000,
				    .tv_nsec = duration_ms % 1000 * 1000000};

	nanosleep(&duration, NULL);
}

int context_try(struct context *context, const char *daemon, struct request *request,
		struct answer *answer_out, int patience_ms)
{
	cleanup(client_destroy) struct client *client = NULL;
	int64_t deadline_ms = clock_monotonic_ms() + patience_ms;
	struct arena *arena = context->answers[context->answer_next++ % ANSWERS_KEPT];
	int r = client_new(&client, context->conf, context->wire, daemon);

	if (r < 0)
		return r;
	for (;;) {
		int64_t now_ms = clock_monotonic_ms();
		int64_t left_ms = deadline_ms - now_ms;

		if (left_ms <= 0)
			return CONTEXT_NO_ANSWER;
		r = client_ask(client, request, arena, answer_out,
			       (int)(left_ms < ATTEMPT_MS ? left_ms : ATTEMPT_MS));
		if (r != CLIENT_NO_ANSWER)
			return r;
		if (clock_monotonic_ms() - now_ms < ATTEMPT_PAUSE_MS)
			pause_ms(ATTEMPT_PAUSE_MS);
	}
}

int context_silence(const char *daemon)
{
	return complain(EX_UNAVAILABLE,
			"budgetvakt-%s svarar inte.\n"
			"”budgetvakt status” visar vilka delar som är uppe; starta dem med "
			"”budgetvakt run” eller be den som sköter servern. Den som inte får fråga\n"
			"får inte heller svar: se allowed_uids i budgetvakt.conf(5).",
			daemon);
}

static int answer_code_status(enum answer_code code)
{
	switch (code) {
	case ANSWER_OK:
		return EX_OK;
	case ANSWER_INVALID:
	case ANSWER_NOT_FOUND:
	case ANSWER_REFUSED:
		return EX_DATAERR;
	case ANSWER_UNKNOWN_KIND:
		return EX_PROTOCOL;
	case ANSWER_FAILED:
		return EX_SOFTWARE;
	case ANSWER_FORBIDDEN:
		return EX_NOPERM;
	}
	return EX_PROTOCOL;
}

static const char *answer_code_text(enum answer_code code)
{
	switch (code) {
	case ANSWER_NOT_FOUND:
		return "det som efterfrågas finns inte";
	case ANSWER_INVALID:
		return "uppgifterna kan inte stämma";
	case ANSWER_REFUSED:
		return "det går inte just nu";
	case ANSWER_UNKNOWN_KIND:
		return "förstår inte frågan; är alla delar av samma version?";
	case ANSWER_FORBIDDEN:
		return "det får bara den som har rätt till det";
	case ANSWER_OK:
	case ANSWER_FAILED:
		break;
	}
	return "något gick fel; se budgetvakts logg";
}

int context_answer_status(const char *daemon, const struct answer *answer)
{
	int status = answer_code_status(answer->code);

	if (status == EX_OK)
		return status;
	if (answer->text && *answer->text)
		return complain(status, "%s", answer->text);
	return complain(status, "budgetvakt-%s: %s", daemon, answer_code_text(answer->code));
}

int context_ask(struct context *context, const char *daemon, struct request *request,
		struct answer *answer_out)
{
	int r = context_try(context, daemon, request, answer_out, ASK_PATIENCE_MS);

	if (r == CONTEXT_NO_ANSWER)
		return context_silence(daemon);
	if (r < 0)
		return context_failure("att fråga", r);
	return context_answer_status(daemon, answer_out);
}

int context_table(struct context *context, const char *daemon, struct request *request,
		  const struct table **table_out)
{
	struct answer answer;
	int status = context_ask(context, daemon, request, &answer);

	if (status == EX_OK && !answer.table)
		return complain(EX_PROTOCOL, "budgetvakt-%s svarade utan tabell", daemon);
	*table_out = answer.table;
	return status;
}

int context_month_table(struct context *context, const char *daemon, struct request *request,
			const struct table **table_out)
{
	int status = context_connect(context);

	if (status == EX_OK)
		status = context_period(context, &request->period);
	return status == EX_OK ? context_table(context, daemon, request, table_out) : status;
}

int context_order(struct context *context, const char *daemon, struct request *request,
		  const char *done)
{
	struct answer answer;
	int status = context_connect(context);

	if (status == EX_OK)
		status = context_ask(context, daemon, request, &answer);
	if (status != EX_OK)
		return status;
	output_lines(stdout, answer.text && *answer.text ? answer.text : done, "");
	return EX_OK;
}

int context_show(const struct context *context, const struct table *table)
{
	const struct options *options = &context->options;
	struct view_options view = {
		.format = options->format,
		.unit_ore = options->unit_ore ? options->unit_ore : VIEW_UNIT_TKR,
		.color = options->color == COLOR_ALWAYS ||
			 (options->color == COLOR_AUTO && output_takes_color(stdout)),
	};
	int r;

	if (!table)
		return context_failure("att ställa upp tabellen", -ENOMEM);
	r = view_write(stdout, table, &view);
	if (r == -EIO)
		return output_failed();
	return r < 0 ? context_failure("att skriva tabellen", r) : EX_OK;
}

int context_show_pair(const struct context *context, const struct table *first,
		      const struct table *second)
{
	int status = context_show(context, first);

	if (status != EX_OK)
		return status;
	putchar('\n');
	return context_show(context, second);
}

struct table *context_narrow(const struct context *context, const struct table *table,
			     const char *const *keys, size_t key_count,
			     const struct selection_range *range)
{
	bool is_narrow = context->options.format == VIEW_TEXT &&
			 !options_has(&context->options, OPTION_WIDE);

	return selection_make(context->arena, table, is_narrow ? keys : NULL, key_count,
			      range ? selection_in_range : NULL, range);
}

int context_list(struct context *context, const struct listing *listing, uint32_t max)
{
	struct request request = {.kind = listing->kind, .max = max};
	const struct table *answered = NULL;
	struct table *table;
	int status = context_connect(context);

	if (status == EX_OK)
		status = context_table(context, listing->daemon, &request, &answered);
	if (status != EX_OK)
		return status;
	table = context_narrow(context, answered, listing->narrow, listing->narrow_count, NULL);
	if (table)
		table_title(table, listing->title);
	if (table && table->row_count == 0 && context->options.format == VIEW_TEXT)
		table_note(table, "Inget att visa.");
	return context_show(context, table);
}

int context_period(struct context *context, struct period *period_out)
{
	struct request request = {.kind = REQUEST_PERIODS};
	struct answer answer;
	struct period latest = {0};
	int status;

	if (options_has(&context->options, OPTION_PERIOD)) {
		*period_out = context->options.period;
		return EX_OK;
	}
	status = context_ask(context, "aggregate", &request, &answer);
	if (status != EX_OK)
		return status;
	latest = answer.table ? periods_latest(answer.table) : latest;
	if (!period_is_valid(latest))
		return complain(EX_DATAERR,
				"det finns inget utfall än; läs in en export med ”budgetvakt "
				"import”, eller ange månaden med --period ÅÅÅÅ-MM");
	*period_out = latest;
	return EX_OK;
}

int context_number(const char *text, uint64_t *number_out)
{
	if (text_read_u64(text, INT64_MAX, number_out) && *number_out > 0)
		return EX_OK;
	return complain(EX_USAGE, "”%s” är inget nummer; numren står i listan", text);
}
