/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The report that lies beside a quarantined file and tells a controller, in
 * Swedish, what is wrong with it and what to do.  Pure: text out, text in.
 *
 *	Fil: 2020-08.se
 *	Källa: myndighet
 *	Mottagen: 2020-09-03 10:15:22 +0200
 *	SHA-256: 9f86d0...
 *	Fel: 2, det första F121
 *
 *	12:34: det här hittades; det här väntades
 *
 *	Ingenting ur filen har räknats in. Rätta och lägg in filen igen.
 *
 *	Alla fynd (2 fel, 1 varning):
 *	12:34: fel F121: det här hittades; det här väntades
 *	...
 *
 * "12:34: " is line and column, "12: " a line, "Hela filen: " neither.  The head is
 * what is read back; the same with stable keys lies beside it as HASH.json.
 */
#pragma once

#include <stdint.h>

#include "lib/base/hash.h"
#include "lib/conf/conf.h"
#include "lib/model/finding.h"

enum {
	FILE_NAME_SIZE = 256,	       /* longest name in a folder with its NUL */
	REPORT_FINDING_SIZE = 768,     /* "found; expected" with its NUL */
	REPORT_SIZE = 2048,	       /* the head of any report with its NUL */
	REPORT_FILE_SIZE = 128 * 1024, /* any whole report with all its findings */
};

struct report {
	char file_name[FILE_NAME_SIZE]; /* as shown, see report_name_show */
	char source[SOURCE_NAME_SIZE];
	struct hash hash;
	int64_t received_ms; /* wall clock */
	uint32_t line;	     /* 0: the whole file */
	uint32_t column;     /* 0: the whole line */
	enum finding_code code;
	uint64_t error_count; /* 0 when not known */
	char finding[REPORT_FINDING_SIZE];
};

enum { REPORT_UNREADABLE = 1 }; /* somebody has edited it */

/* The name for people: control characters and what is not UTF-8 become '?'. */
void report_name_show(char shown[static FILE_NAME_SIZE], const char *name);

/* "found; expected" on one line, cut to fit; @expected may be NULL. */
void report_finding_set(struct report *report, const char *found, const char *expected);
/* "12:34: found; expected" */
void report_finding_line(const struct report *report, char text[static REPORT_SIZE]);
/* "rad 12, kolumn 34: found; expected" */
void report_finding_sentence(const struct report *report, char text[static REPORT_SIZE]);

void report_print(const struct report *report, char text[static REPORT_SIZE]);

/* The whole report, and the same as JSON, into new memory owned by the caller; the
 * report's own finding is the first error.  @findings: NULL when there is just that
 * one.  0 or -ENOMEM. */
int report_write(const struct report *report, const struct findings *findings, char **text_out);
int report_write_json(const struct report *report, const struct findings *findings,
		      char **json_out);
/* The errors after the first, one sentence a line, and how many there are besides. */
void report_rest(const struct findings *findings, char *text, size_t size);
/* 0 or REPORT_UNREADABLE. */
int report_parse(const char *text, struct report *report_out);
