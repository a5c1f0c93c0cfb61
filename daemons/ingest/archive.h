/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where decided files lie, named by the SHA-256 of their bytes:
 *
 *	STATE/archive/SOURCE/HASH         accepted; everything can be rebuilt from here
 *	STATE/archive/SOURCE/HASH.zst     the same, compressed by and by (packing.h)
 *	STATE/archive/SOURCE/HASH.rows.zst in its stead, of a redacted source: its extract
 *	STATE/quarantine/SOURCE/HASH      refused
 *	STATE/quarantine/SOURCE/HASH.txt  why, see report.h; there before the file is
 *	STATE/quarantine/SOURCE/HASH.json the same for programs
 *	STATE/quarantine/SOURCE/closed/   what a corrected file has replaced
 *	STATE/allow/SOURCE/HASH           empty: this file may replace a newer export
 *
 * What these functions report as done is on disk.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "ingest/report.h"
#include "lib/archive/archive_file.h"
#include "lib/base/hash.h"
#include "lib/conf/conf.h"

/* Beside ARCHIVE_NONE: several begin so. */
enum { ARCHIVE_MANY = ARCHIVE_NONE + 1 };

/* Makes the folders of every source. */
int archive_prepare(const struct conf *conf);

/* Moves the file @path into the archive, or removes it when its extract is there, and drops what
 * quarantine and allow hold of the same hash. */
int archive_accept(const struct conf *conf, const char *source, const struct hash *hash,
		   const char *path);
/* Moves the file @path into quarantine, its report first.  @findings: may be NULL. */
int archive_refuse(const struct conf *conf, const struct report *report,
		   const struct findings *findings, const char *path);

/* The control file NAME.sum of @file, where it lies now: in the inbox, or beside a file of
 * that hash: 0, ARCHIVE_NONE or a negative errno. */
int archive_manifest_read(const struct conf *conf, const struct report *file, const char *name,
			  char **text_out);
/* Beside the decided file, before that is moved; what lies in the inbox goes. */
int archive_manifest_keep(const struct conf *conf, const struct report *file, const char *name,
			  bool is_refused);

/* A file is accepted: what else is in quarantine under its name is a closed case.  Before
 * archive_accept, so that a file whose cases are open is still in the spool after a crash. */
int archive_close(const struct conf *conf, const struct report *accepted);
/* Whether that has replaced the file with this hash, which then lies in closed/. */
bool archive_is_closed(const struct conf *conf, const char *source, const struct hash *hash);
/* It is refused once more: what lies in closed/ goes. */
int archive_reopen(const struct conf *conf, const char *source, const struct hash *hash);

/* The one quarantined file whose hash begins with @prefix: 0, ARCHIVE_NONE, or
 * ARCHIVE_MANY. */
int archive_find(const struct conf *conf, const char *prefix, struct report *report_out);
/* Where the report of a quarantined file lies, as text. */
int archive_report_path(char path[static PATH_SIZE], const struct conf *conf, const char *source,
			const struct hash *hash, bool is_closed);
/* The whole report of a quarantined file as text or JSON, owned by the caller. */
int archive_report_read(const struct conf *conf, const struct report *report, bool is_json,
			char **text_out);
/* Out of quarantine to @path, to be tried again; or away for good. */
int archive_retry(const struct conf *conf, const struct report *report, const char *path);
int archive_discard(const struct conf *conf, const struct report *report);

bool archive_has(const struct conf *conf, const char *source, const struct hash *hash);

/* The report of a quarantined file: 0, ARCHIVE_NONE or a negative errno.  Of a report
 * that somebody has edited only source, hash and a remark come back. */
int archive_report(const struct conf *conf, const char *source, const struct hash *hash,
		   struct report *report_out);

/* Every quarantined file of @source, or with NULL of every source; a negative errno of
 * @handler ends the walk. */
typedef int archive_handler(void *context, const char *source, const struct hash *hash);
int archive_each(const struct conf *conf, const char *source, archive_handler *handler,
		 void *context);
bool archive_is_refused(const struct conf *conf, const char *source, const struct hash *hash);
int archive_refused_count(const struct conf *conf, size_t *count_out);

int archive_allow(const struct conf *conf, const char *source, const struct hash *hash);
bool archive_is_allowed(const struct conf *conf, const char *source, const struct hash *hash);
