/* SPDX-License-Identifier: Apache-2.0 */
/*
 * import: a file into the inbox, and what became of it.
 *
 *     FILE --copy--> inbox/SOURCE/.NAME.part --rename--> NAME --[ingest]--> verdict
 *
 * with FILE.sum before it, when the source has control files.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>

#include "budgetvakt/command.h"
#include "budgetvakt/delivery.h"
#include "budgetvakt/import_files.h"
#include "budgetvakt/output.h"
#include "budgetvakt/progress.h"
#include "budgetvakt/verdict_text.h"
#include "lib/base/cleanup.h"
#include "lib/base/clock.h"

enum {
	TIMEOUT_DEFAULT_S = 600,
	ASK_AGAIN_MS = 5000,
	SOURCES_TEXT_SIZE = 2048,
};

static int source_unknown(const struct conf *conf, const char *name)
{
	char list[SOURCES_TEXT_SIZE] = "";
	size_t length = 0;

	for (size_t i = 0; i < conf->source_count && length < sizeof list; i++)
		length += (size_t)snprintf(list + length, sizeof list - length, "%s%s",
					   i > 0 ? ", " : "", conf->sources[i].name);
	if (!name)
		return complain(EX_USAGE, "ange var filen kommer ifrån med --source; det finns: %s",
				list);
	return complain(EX_USAGE, "källan ”%s” finns inte; det finns: %s", name, list);
}

static int file_open(const char *path, int *fd_out)
{
	cleanup(close_fd) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat status;

	if (fd < 0 || fstat(fd, &status) < 0)
		return complain(errno == EACCES ? EX_NOPERM : EX_NOINPUT, "%s kan inte öppnas: %s",
				path, output_reason(-errno));
	if (!S_ISREG(status.st_mode))
		return complain(EX_NOINPUT, "%s är ingen fil", path);
	*fd_out = fd;
	fd = -1;
	return EX_OK;
}

/* The control file beside a file: -1 when there is none, nor must be. */
static int manifest_open(const struct context *context, const struct source *source,
			 const char *path, int *fd_out)
{
	const char *name = import_file_name(path);
	char beside[PATH_SIZE], waiting[PATH_SIZE];

	*fd_out = -1;
	if (source->manifest == MANIFEST_NONE)
		return EX_OK;
	if (path_print(beside, "%s" MANIFEST_END, path) < 0 ||
	    path_print(waiting, "%s/%s/%s" MANIFEST_END, context->conf->inbox_dir, source->name,
		       name) < 0)
		return complain(EX_USAGE, "sökvägen %s är för lång", path);
	if (file_exists(beside))
		return file_open(beside, fd_out);
	if (source->manifest == MANIFEST_REQUIRED && !file_exists(waiting))
		return complain(EX_NOINPUT,
				"kontrollfilen %s saknas; källan %s läser inga filer utan en",
				beside, source->name);
	return EX_OK;
}

/* Everything that can be seen to be wrong before the first file is touched. */
static int files_check(const struct context *context, const struct source *source)
{
	for (size_t i = 0; i < context->operand_count; i++) {
		cleanup(close_fd) int fd = -1, manifest_fd = -1;
		const char *name = import_file_name(context->operands[i]);
		int status = file_open(context->operands[i], &fd);

		if (status == EX_OK)
			status = manifest_open(context, source, context->operands[i], &manifest_fd);
		if (status != EX_OK)
			return status;
		if (!delivery_name_fits(source, name))
			return complain(EX_USAGE,
					"%s passar inte källan %s, som tar emot namn som %s", name,
					source->name, source->pattern);
	}
	return EX_OK;
}

/* Before a file is put where nobody looks. */
static int ingest_require(struct context *context)
{
	struct request request = {.kind = REQUEST_STATUS};
	struct answer answer;

	return context_ask(context, "ingest", &request, &answer);
}

/* Told before the file can be found: ingest decides as soon as it sees it. */
static int older_allow(struct context *context, const struct source *source, const char *name,
		       int fd)
{
	struct request request = {.kind = REQUEST_ALLOW_OLDER, .source = source->name};
	struct answer answer;
	int r = delivery_hash(fd, &request.hash);

	if (r < 0)
		return complain(EX_IOERR, "%s kan inte läsas: %s", name, output_reason(r));
	return context_ask(context, "ingest", &request, &answer);
}

static int delivery_failed(int r, const char *name, const struct conf *conf,
			   const struct source *source)
{
	if (r == DELIVERY_INTERRUPTED)
		return complain(EX_TEMPFAIL, "avbrutet; %s är inte inlagd", name);
	if (r == DELIVERY_NO_NAME)
		return complain(EX_TEMPFAIL,
				"en fil som heter %s väntar redan på att läsas in; försök igen när "
				"den är läst",
				name);
	if (r == -EACCES || r == -EPERM)
		return complain(EX_NOPERM, "inkorgen %s/%s får inte skrivas av den här användaren",
				conf->inbox_dir, source->name);
	return complain(EX_IOERR, "%s kunde inte kopieras till inkorgen: %s", name,
			output_reason(r));
}

/* The answer comes when the file is decided; a question that a restarted ingest has
 * forgotten is asked again. */
static int verdict_wait(struct context *context, const struct source *source,
			const struct delivery *delivery, struct progress *progress,
			struct answer *answer_out)
{
	int64_t begun_ms = clock_monotonic_ms(), waited_ms = 0;
	uint64_t timeout_s =
		context->options.timeout_s ? context->options.timeout_s : TIMEOUT_DEFAULT_S;
	int64_t timeout_ms = (int64_t)timeout_s * 1000;
	int r = CONTEXT_NO_ANSWER;

	for (; r == CONTEXT_NO_ANSWER && waited_ms < timeout_ms;
	     waited_ms = clock_monotonic_ms() - begun_ms) {
		struct request request = {
			.kind = REQUEST_VERDICT,
			.source = source->name,
			.hash = delivery->hash,
		};
		int64_t left_ms = timeout_ms - waited_ms;

		progress_waiting(progress, waited_ms);
		r = context_try(context, "ingest", &request, answer_out,
				(int)(left_ms < ASK_AGAIN_MS ? left_ms : ASK_AGAIN_MS));
	}
	progress_end(progress);
	if (r == CONTEXT_NO_ANSWER)
		return complain(EX_UNAVAILABLE,
				"inget besked om %s på %" PRIu64 " s; filen ligger kvar i inkorgen "
				"och läses in när budgetvakt-ingest hinner",
				delivery->name, timeout_s);
	if (r < 0)
		return context_failure("att fråga efter besked", r);
	return context_answer_status("ingest", answer_out);
}

static int verdict_show(const struct context *context, const char *name,
			const struct answer *answer, struct table *results)
{
	struct verdict_text verdict;

	if (!verdict_text_read(answer->table, answer->text, &verdict))
		return complain(EX_PROTOCOL, "budgetvakt-ingest gav inget begripligt besked");
	if (context->options.format != VIEW_TEXT) {
		if (!verdict_text_add(results, name, &verdict))
			return context_failure("att ställa upp", -ENOMEM);
	} else {
		verdict_text_print(stdout, name, &verdict);
		fflush(stdout);
	}
	return verdict.is_refused ? EX_DATAERR : EX_OK;
}

static int file_import(struct context *context, const struct source *source, const char *path,
		       struct table *results)
{
	cleanup(close_fd) int fd = -1, manifest_fd = -1;
	const char *name = import_file_name(path);
	struct progress progress = progress_begin(name);
	struct delivery delivery;
	struct answer answer;
	int status = file_open(path, &fd);
	int r;

	if (status == EX_OK)
		status = manifest_open(context, source, path, &manifest_fd);
	if (status != EX_OK)
		return status;
	if (options_has(&context->options, OPTION_OLDER)) {
		status = older_allow(context, source, name, fd);
		if (status != EX_OK)
			return status;
	}
	r = delivery_make(context->conf, source, name, fd, manifest_fd, &progress, &delivery);
	if (r != 0)
		return delivery_failed(r, name, context->conf, source);
	status = verdict_wait(context, source, &delivery, &progress, &answer);
	return status != EX_OK ? status : verdict_show(context, name, &answer, results);
}

/* A refused file does not stop the next; anything else does. */
static int files_import(struct context *context, const struct source *source)
{
	bool is_text = context->options.format == VIEW_TEXT;
	struct table *results = verdict_text_table(context->arena);
	int status = EX_OK, worst = EX_OK, shown;

	if (!results)
		return context_failure("att ställa upp", -ENOMEM);
	for (size_t i = 0; i < context->operand_count; i++) {
		status = file_import(context, source, context->operands[i], results);
		worst = status != EX_OK ? status : worst;
		if (status != EX_OK && status != EX_DATAERR)
			break;
	}
	shown = is_text ? EX_OK : context_show(context, results);
	return worst != EX_OK ? worst : shown;
}

static int import_run(struct context *context)
{
	cleanup(import_files_finish) struct import_files files = {0};
	const struct source *source;
	int status = context_connect(context);

	if (status != EX_OK)
		return status;
	source = context->options.source ? conf_source(context->conf, context->options.source)
					 : NULL;
	if (!source)
		return source_unknown(context->conf, context->options.source);
	status = import_files_find(context->arena, source, context->operands,
				   context->operand_count, &files);
	context->operands = files.paths;
	context->operand_count = files.count;
	if (status == EX_OK)
		status = files_check(context, source);
	if (status == EX_OK)
		status = ingest_require(context);
	return status != EX_OK ? status : files_import(context, source);
}

const struct command import_commands[] = {
	{
		.name = "import",
		.summary = "läser in exportfiler från ekonomisystemet",
		.operands = "FIL|MAPP… --source KÄLLA",
		.help = "Kopierar varje fil till källans inkorg, väntar på besked och skriver en "
			"rad "
			"om den.\n"
			"Filerna läses in i den ordning de står, de i en mapp i namnordning, och "
			"med\n"
			"sin kontrollfil (FIL.sum) om källan har sådana. En fil som inte godtas "
			"sätts i\n"
			"karantän; siffrorna är då oförändrade och slutkoden 65. Samma fil en gång "
			"till\n"
			"gör ingenting.\n"
			"\n"
			"Exempel:\n"
			"  budgetvakt import 2020-08.se --source myndighet\n"
			"  budgetvakt import 2020-*.csv --source egenregi\n",
		.options = OPTION_BIT(OPTION_SOURCE) | OPTION_BIT(OPTION_OLDER) |
			   OPTION_BIT(OPTION_TIMEOUT),
		.operand_min = 1,
		.operand_max = OPERANDS_MAX,
		.run = import_run,
	},
	{.name = NULL},
};
