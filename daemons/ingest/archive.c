/* SPDX-License-Identifier: Apache-2.0 */
/* Durable moves of decided files. */
#include "ingest/archive.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/base/cleanup.h"
#include "lib/base/error.h"
#include "lib/base/text.h"

#define ARCHIVE	   "archive"
#define QUARANTINE "quarantine"
#define ALLOW	   "allow"
#define REPORT_END ".txt"
#define JSON_END   ".json"

/* Nobody changes what has been decided, and only we read it: it may name people. */
enum { DECIDED_MODE = 0400 };

static int entry_path(char path[static PATH_SIZE], const struct conf *conf, const char *folder,
		      const char *source, const struct hash *hash, const char *end)
{
	char name[HASH_TEXT_SIZE];

	hash_text(hash, name);
	return path_print(path, "%s/%s/%s/%s%s", conf->state_dir, folder, source, name, end);
}

static bool entry_exists(const struct conf *conf, const char *folder, const char *source,
			 const struct hash *hash, const char *end)
{
	char path[PATH_SIZE];

	return entry_path(path, conf, folder, source, hash, end) == 0 && file_exists(path);
}

static int entry_remove(const struct conf *conf, const char *folder, const char *source,
			const struct hash *hash, const char *end)
{
	char path[PATH_SIZE];
	int r = entry_path(path, conf, folder, source, hash, end);

	if (r < 0)
		return r;
	/* Most hashes have no such entry: spare them the sync. */
	return file_exists(path) ? file_remove(path) : 0;
}

static int source_prepare(const struct conf *conf, const char *folder, const char *source)
{
	char path[PATH_SIZE];
	int r = path_print(path, "%s/%s/%s", conf->state_dir, folder, source);

	return r < 0 ? r : directory_make_private(path);
}

int archive_prepare(const struct conf *conf)
{
	static const char *const folders[] = {ARCHIVE, QUARANTINE, ALLOW};

	for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
		for (size_t s = 0; s < conf->source_count; s++) {
			int r = source_prepare(conf, folders[i], conf->sources[s].name);

			if (r < 0)
				return r;
		}
	}
	return 0;
}

/* Renames and makes it last; the mode goes with the file. */
static int decided_move(const char *from, const char *to)
{
	if (chmod(from, DECIDED_MODE) < 0)
		return -errno;
	return file_move(from, to);
}

/* The file before its report: no quarantined file is ever without one. */
static int refusal_forget(const struct conf *conf, const char *source, const struct hash *hash)
{
	int r = entry_remove(conf, QUARANTINE, source, hash, "");

	if (r == 0)
		r = entry_remove(conf, QUARANTINE, source, hash, JSON_END);
	return r < 0 ? r : entry_remove(conf, QUARANTINE, source, hash, REPORT_END);
}

int archive_accept(const struct conf *conf, const char *source, const struct hash *hash,
		   const char *path)
{
	char target[PATH_SIZE];
	int r = entry_path(target, conf, ARCHIVE, source, hash, "");

	if (r < 0)
		return r;
	r = refusal_forget(conf, source, hash);
	if (r < 0)
		return r;
	r = entry_remove(conf, ALLOW, source, hash, "");
	if (r < 0)
		return r;
	return archive_has(conf, source, hash) ? file_remove(path) : decided_move(path, target);
}

static int report_save(const struct conf *conf, const struct report *report, const char *end,
		       const char *text)
{
	char target[PATH_SIZE];
	int r = entry_path(target, conf, QUARANTINE, report->source, &report->hash, end);

	return r < 0 ? r : file_write(target, text, strlen(text));
}

int archive_refuse(const struct conf *conf, const struct report *report,
		   const struct findings *findings, const char *path)
{
	cleanup(free_bytes) char *text = NULL;
	cleanup(free_bytes) char *json = NULL;
	char target[PATH_SIZE];
	int r = report_write(report, findings, &text);

	if (r == 0)
		r = report_write_json(report, findings, &json);
	if (r == 0)
		r = report_save(conf, report, JSON_END, json);
	if (r == 0)
		r = report_save(conf, report, REPORT_END, text);
	if (r == 0)
		r = archive_reopen(conf, report->source, &report->hash);
	if (r == 0)
		r = entry_path(target, conf, QUARANTINE, report->source, &report->hash, "");
	return r < 0 ? r : decided_move(path, target);
}

bool archive_has(const struct conf *conf, const char *source, const struct hash *hash)
{
	return entry_exists(conf, ARCHIVE, source, hash, "") ||
	       entry_exists(conf, ARCHIVE, source, hash, ARCHIVE_PACKED_END) ||
	       entry_exists(conf, ARCHIVE, source, hash, ARCHIVE_EXTRACT_END);
}

bool archive_is_refused(const struct conf *conf, const char *source, const struct hash *hash)
{
	return entry_exists(conf, QUARANTINE, source, hash, "");
}

static void report_fill_unreadable(struct report *report)
{
	*report = (struct report){0};
	report_finding_set(report, "rapporten kan inte läsas, den har ändrats",
			   "lägg in filen igen, så skrivs en ny");
}

int archive_report(const struct conf *conf, const char *source, const struct hash *hash,
		   struct report *report_out)
{
	cleanup(free_bytes) char *text = NULL;
	char path[PATH_SIZE];
	size_t length;
	int r;

	if (!archive_is_refused(conf, source, hash))
		return ARCHIVE_NONE;
	r = entry_path(path, conf, QUARANTINE, source, hash, REPORT_END);
	if (r < 0)
		return r;
	r = file_read(path, REPORT_FILE_SIZE, &text, &length);
	if (r < 0 && r != -ENOENT && r != ERROR_LIMIT)
		return r;
	if (r < 0 || report_parse(text, report_out) == REPORT_UNREADABLE)
		report_fill_unreadable(report_out);
	/* The folder knows better than a text that anybody could have edited. */
	report_out->hash = *hash;
	text_copy(report_out->source, sizeof report_out->source, source);
	return 0;
}

static int source_each(const struct conf *conf, const char *source, archive_handler *handler,
		       void *context)
{
	char path[PATH_SIZE];
	int r = path_print(path, "%s/" QUARANTINE "/%s", conf->state_dir, source);
	DIR *folder = r < 0 ? NULL : opendir(path);

	if (!folder)
		return r < 0 ? r : -errno;
	for (struct dirent *entry; r >= 0 && (entry = readdir(folder));) {
		struct hash hash;

		if (hash_parse(entry->d_name, &hash) == 0)
			r = handler(context, source, &hash);
	}
	closedir(folder);
	return r < 0 ? r : 0;
}

int archive_each(const struct conf *conf, const char *source, archive_handler *handler,
		 void *context)
{
	int r = 0;

	if (source)
		return source_each(conf, source, handler, context);
	for (size_t s = 0; s < conf->source_count && r == 0; s++)
		r = source_each(conf, conf->sources[s].name, handler, context);
	return r;
}

static int count_add(void *context, const char *source, const struct hash *hash)
{
	size_t *count = context;

	(void)source;
	(void)hash;
	(*count)++;
	return 0;
}

int archive_refused_count(const struct conf *conf, size_t *count_out)
{
	*count_out = 0;
	return archive_each(conf, NULL, count_add, count_out);
}

int archive_allow(const struct conf *conf, const char *source, const struct hash *hash)
{
	char path[PATH_SIZE];
	int r = entry_path(path, conf, ALLOW, source, hash, "");

	return r < 0 ? r : file_write(path, "", 0);
}

bool archive_is_allowed(const struct conf *conf, const char *source, const struct hash *hash)
{
	return entry_exists(conf, ALLOW, source, hash, "");
}
