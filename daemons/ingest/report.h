/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The report that lies beside a quarantined file and tells a controller, in
 * Swedish, what is wrong with it and what to do.  Pure: text out, text in.
 *
 *	Fil: 2020-08.se
 *	Källa: myndighet
 *	Mottagen: 2020-09-03 10:15:22 +0200
 *	SHA-256: 9f86d0...
 *
 *	12:34: det här hittades; det här väntades
 *
 *	Ingenting ur filen har räknats in. Rätta och lägg in filen igen.
 *
 * "12:34: " is line and column, "12: " a line, "Hela filen: " neither.
 */
#pragma once

#include <stdint.h>

#include "lib/base/hash.h"
#include "lib/conf/conf.h"

enum {
	FILE_NAME_SIZE = 256,	   /* longest name in a folder with its NUL */
	REPORT_FINDING_SIZE = 768, /* "found; expected" with its NUL */
	REPORT_SIZE = 2048,	   /* any whole report with its NUL */
};

struct report {
	char file_name[FILE_NAME_SIZE]; /* as shown, see report_name_show */
	char source[SOURCE_NAME_SIZE];
	struct hash hash;
	int64_t received_ms; /* wall clock */
	uint32_t line;	     /* 0: the whole file */
	uint32_t column;     /* 0: the whole line */
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
/* 0 or REPORT_UNREADABLE. */
int report_parse(const char *text, struct report *report_out);
