/* SPDX-License-Identifier: Apache-2.0 */
/* What becomes of quarantined files: shown, tried again, thrown away, closed. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "ingest/archive.h"
#include "lib/base/cleanup.h"
#include "lib/base/text.h"

#define OPEN   ""
#define CLOSED "/closed"

static const char *const ends[] = {"", ".json", ".txt"}; /* the file before its report */

enum { END_COUNT = sizeof ends / sizeof ends[0] };

static int case_path(char path[static PATH_SIZE], const struct conf *conf, const char *source,
		     const struct hash *hash, const char *folder, const char *end)
{
	char name[HASH_TEXT_SIZE];

	hash_text(hash, name);
	return path_print(path, "%s/quarantine/%s%s/%s%s", conf->state_dir, source, folder, name,
			  end);
}

/* The file and its reports from the @from-th end on. */
static int case_remove(const struct conf *conf, const char *source, const struct hash *hash,
		       const char *folder, size_t from)
{
	for (size_t i = from; i < END_COUNT; i++) {
		char path[PATH_SIZE];
		int r = case_path(path, conf, source, hash, folder, ends[i]);

		if (r == 0 && file_exists(path))
			r = file_remove(path);
		if (r < 0)
			return r;
	}
	return 0;
}

struct search {
	const char *prefix;
	char source[SOURCE_NAME_SIZE];
	struct hash hash;
	size_t count;
};

static int name_match(void *context, const char *source, const struct hash *hash)
{
	struct search *search = context;
	char name[HASH_TEXT_SIZE];

	hash_text(hash, name);
	if (strncmp(name, search->prefix, strlen(search->prefix)) != 0)
		return 0;
	text_copy(search->source, sizeof search->source, source);
	search->hash = *hash;
	search->count++;
	return 0;
}

int archive_find(const struct conf *conf, const char *prefix, struct report *report_out)
{
	struct search search = {.prefix = prefix};
	int r = archive_each(conf, NULL, name_match, &search);

	if (r < 0)
		return r;
	if (search.count > 1)
		return ARCHIVE_MANY;
	return search.count == 1 ? archive_report(conf, search.source, &search.hash, report_out)
				 : ARCHIVE_NONE;
}

int archive_report_path(char path[static PATH_SIZE], const struct conf *conf, const char *source,
			const struct hash *hash, bool is_closed)
{
	return case_path(path, conf, source, hash, is_closed ? CLOSED : OPEN, ".txt");
}

int archive_report_read(const struct conf *conf, const struct report *report, bool is_json,
			char **text_out)
{
	char path[PATH_SIZE];
	size_t length;
	int r = case_path(path, conf, report->source, &report->hash, OPEN,
			  is_json ? ".json" : ".txt");

	return r < 0 ? r : file_read(path, REPORT_FILE_SIZE, text_out, &length);
}

int archive_retry(const struct conf *conf, const struct report *report, const char *path)
{
	char from[PATH_SIZE];
	int r = case_path(from, conf, report->source, &report->hash, OPEN, "");

	if (r == 0)
		r = file_move(from, path);
	return r < 0 ? r : case_remove(conf, report->source, &report->hash, OPEN, 1);
}

int archive_discard(const struct conf *conf, const struct report *report)
{
	return case_remove(conf, report->source, &report->hash, OPEN, 0);
}

/* Moves the file and its reports aside, the file first: what is left without its
 * file is no open case.  Of a redacted source the reports alone are kept. */
static int case_close(const struct conf *conf, const char *source, const struct hash *hash)
{
	const struct source *settings = conf_source(conf, source);
	bool is_kept = !settings || !settings->is_redacted;
	char folder[PATH_SIZE];
	int r = path_print(folder, "%s/quarantine/%s" CLOSED, conf->state_dir, source);

	if (r == 0)
		r = directory_make_private(folder);
	for (size_t i = 0; r == 0 && i < END_COUNT; i++) {
		char from[PATH_SIZE];
		char to[PATH_SIZE];

		r = case_path(from, conf, source, hash, OPEN, ends[i]);
		if (r == 0)
			r = case_path(to, conf, source, hash, CLOSED, ends[i]);
		if (r == 0 && file_exists(from))
			r = is_kept || *ends[i] ? file_move(from, to) : file_remove(from);
	}
	return r;
}

struct closing {
	const struct conf *conf;
	const struct report *accepted;
};

static int name_close(void *context, const char *source, const struct hash *hash)
{
	const struct closing *closing = context;
	struct report report;
	int r;

	/* The file itself leaves quarantine when it is accepted. */
	if (memcmp(hash, &closing->accepted->hash, sizeof *hash) == 0)
		return 0;
	r = archive_report(closing->conf, source, hash, &report);
	if (r != 0 || strcmp(report.file_name, closing->accepted->file_name) != 0)
		return r < 0 ? r : 0;
	return case_close(closing->conf, source, hash);
}

int archive_close(const struct conf *conf, const struct report *accepted)
{
	struct closing closing = {conf, accepted};

	return archive_each(conf, accepted->source, name_close, &closing);
}

bool archive_is_closed(const struct conf *conf, const char *source, const struct hash *hash)
{
	char path[PATH_SIZE];

	return case_path(path, conf, source, hash, CLOSED, "") == 0 && file_exists(path);
}

int archive_reopen(const struct conf *conf, const char *source, const struct hash *hash)
{
	return case_remove(conf, source, hash, CLOSED, 0);
}
