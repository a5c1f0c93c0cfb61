/* SPDX-License-Identifier: Apache-2.0 */
#include "ingest/cases.h"

#include <errno.h>
#include <string.h>

#include "ingest/archive.h"
#include "ingest/inbox.h"
#include "ingest/spool.h"
#include "lib/base/cleanup.h"
#include "lib/base/log.h"
#include "lib/base/text.h"

static int answer_with(struct answer *answer, enum answer_code code, const char *text)
{
	answer->code = code;
	answer->text = text;
	return 0;
}

/* 0, or 1 when @answer says why not. */
static int case_find(const struct conf *conf, const struct request *request, struct report *report,
		     struct answer *answer)
{
	int r = request->text && *request->text ? archive_find(conf, request->text, report)
						: ARCHIVE_NONE;

	if (r == 0)
		return 0;
	if (r == ARCHIVE_NONE)
		answer_with(answer, ANSWER_NOT_FOUND, "Ingen fil i karantän har det numret.");
	else if (r == ARCHIVE_MANY)
		answer_with(answer, ANSWER_INVALID,
			    "Flera filer i karantän börjar så; skriv fler tecken av SHA-256.");
	else
		answer_with(answer, ANSWER_FAILED, "Karantänen kan inte läsas.");
	return 1;
}

int case_show(const struct conf *conf, const struct request *request, struct arena *arena,
	      struct answer *answer)
{
	cleanup(free_bytes) char *text = NULL;
	struct report report;
	int r;

	if (case_find(conf, request, &report, answer) != 0)
		return 0;
	r = archive_report_read(conf, &report, request->max == 1, &text);
	if (r < 0) {
		log_failure(r, "cannot read a quarantine report");
		return answer_with(answer, ANSWER_FAILED, "Rapporten kan inte läsas.");
	}
	answer->text = arena_copy_text(arena, text, strlen(text));
	return answer->text ? 0 : -ENOMEM;
}

/* A name in a folder, and none that the inbox would pass over. */
static bool name_is_one(const char *name)
{
	return *name && *name != '.' && !strchr(name, '/');
}

static int case_retry(const struct conf *conf, const struct report *report, struct answer *answer)
{
	const struct source *source = conf_source(conf, report->source);
	struct inbox_file file = {.source = source};
	char path[PATH_SIZE];
	int r;

	if (!source)
		return answer_with(answer, ANSWER_REFUSED, "Filens källa finns inte längre.");
	/* The report is a text, which somebody may have edited: its name must not lead
	 * anywhere else. */
	if (!name_is_one(report->file_name) ||
	    !text_copy(file.name, sizeof file.name, report->file_name))
		return answer_with(
			answer, ANSWER_REFUSED,
			"Filens namn går inte att läsa ur rapporten; lägg in filen igen.");
	r = spool_path(conf, &file, path);
	if (r == 0 && file_exists(path))
		return answer_with(answer, ANSWER_REFUSED,
				   "En fil med samma namn läses just nu; försök igen strax.");
	return r < 0 ? r : archive_retry(conf, report, path);
}

int case_order(const struct conf *conf, const struct request *request, int uid,
	       struct answer *answer)
{
	bool is_retry = request->kind == REQUEST_QUARANTINE_RETRY;
	char hash[HASH_TEXT_SIZE];
	struct report report;
	int r;

	if (case_find(conf, request, &report, answer) != 0)
		return 0;
	hash_text(&report.hash, hash);
	r = is_retry ? case_retry(conf, &report, answer) : archive_discard(conf, &report);
	if (r < 0) {
		log_failure(r, "cannot move a quarantined file");
		return answer_with(answer, ANSWER_FAILED,
				   "Filen kunde inte flyttas: se loggen för ingest.");
	}
	log_info("uid %d %s %s/%s of the quarantine", uid, is_retry ? "retries" : "discards",
		 report.source, hash);
	return 0;
}
