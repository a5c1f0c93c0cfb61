/* SPDX-License-Identifier: Apache-2.0 */
/* What becomes of quarantined files: shown, tried again, thrown away, closed. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "ingest/archive.h"
#include "lib/base/cleanup.h"

static const char *const ends[] = {"", ".json", ".txt"}; /* the file before its report */

enum { END_COUNT = sizeof ends / sizeof ends[0] };

static int case_path(char path[static PATH_SIZE], const struct conf *conf,
		     const struct report *report, const char *folder, const char *end)
{
	char name[HASH_TEXT_SIZE];

	hash_text(&report->hash, name);
	return path_print(path, "%s/quarantine/%s%s/%s%s", conf->state_dir, report->source, folder,
			  name, end);
}

struct search {
	const char *prefix;
	struct report *found;
	size_t count;
};

static int report_match(void *context, const struct report *report)
{
	struct search *search = context;
	char name[HASH_TEXT_SIZE];

	hash_text(&report->hash, name);
	if (strncmp(name, search->prefix, strlen(search->prefix)) != 0)
		return 0;
	*search->found = *report;
	search->count++;
	return 0;
}

int archive_find(const struct conf *conf, const char *prefix, struct report *report_out)
{
	struct search search = {.prefix = prefix, .found = report_out};
	int r = archive_each_report(conf, report_match, &search);

	if (r < 0)
		return r;
	if (search.count == 0)
		return ARCHIVE_NONE;
	return search.count == 1 ? 0 : ARCHIVE_MANY;
}

int archive_report_read(const struct conf *conf, const struct report *report, bool is_json,
			char **text_out)
{
	char path[PATH_SIZE];
	size_t length;
	int r = case_path(path, conf, report, "", is_json ? ".json" : ".txt");

	return r < 0 ? r : file_read(path, REPORT_FILE_SIZE, text_out, &length);
}

static int reports_remove(const struct conf *conf, const struct report *report)
{
	for (size_t i = 1; i < END_COUNT; i++) {
		char path[PATH_SIZE];
		int r = case_path(path, conf, report, "", ends[i]);

		if (r == 0 && file_exists(path))
			r = file_remove(path);
		if (r < 0)
			return r;
	}
	return 0;
}

int archive_retry(const struct conf *conf, const struct report *report, const char *path)
{
	char from[PATH_SIZE];
	int r = case_path(from, conf, report, "", "");

	if (r == 0)
		r = file_move(from, path);
	return r < 0 ? r : reports_remove(conf, report);
}

int archive_discard(const struct conf *conf, const struct report *report)
{
	char path[PATH_SIZE];
	int r = case_path(path, conf, report, "", "");

	if (r == 0)
		r = file_remove(path);
	return r < 0 ? r : reports_remove(conf, report);
}

/* Moves the file and its reports aside, the file first: what is left without its
 * file is no open case. */
static int case_close(const struct conf *conf, const struct report *report)
{
	char folder[PATH_SIZE];
	int r = path_print(folder, "%s/quarantine/%s/closed", conf->state_dir, report->source);

	if (r == 0)
		r = directory_make_private(folder);
	for (size_t i = 0; r == 0 && i < END_COUNT; i++) {
		char from[PATH_SIZE];
		char to[PATH_SIZE];

		r = case_path(from, conf, report, "", ends[i]);
		if (r == 0)
			r = case_path(to, conf, report, "/closed", ends[i]);
		if (r == 0 && file_exists(from))
			r = file_move(from, to);
	}
	return r;
}

struct closing {
	const struct conf *conf;
	const char *source;
	const char *file_name;
};

static int report_close(void *context, const struct report *report)
{
	const struct closing *closing = context;

	if (strcmp(report->source, closing->source) != 0 ||
	    strcmp(report->file_name, closing->file_name) != 0)
		return 0;
	return case_close(closing->conf, report);
}

int archive_close(const struct conf *conf, const char *source, const char *file_name)
{
	struct closing closing = {conf, source, file_name};

	return archive_each_report(conf, report_close, &closing);
}
