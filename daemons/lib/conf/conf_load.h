/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What conf.c and the readers of a source share while a file is loaded.
 */
#pragma once

#include "lib/conf/conf.h"
#include "lib/conf/conf_parse.h"

struct conf_loader {
	const char *path;	/* as given, for messages */
	char folder[PATH_SIZE]; /* absolute: relative paths begin here */
	struct conf_file file;
	struct conf *conf;
	bool is_bad; /* something was printed */
};

/* @line 0: about the whole file. */
void loader_problem(struct conf_loader *loader, unsigned line, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

struct word {
	const char *word;
	int value;
};

/* Looks the setting's word up; what is not among @words (ended by NULL) is
 * printed.  @otherwise when the file does not have the key. */
int loader_word(struct conf_loader *loader, cfg_t *section, const char *key,
		const struct word *words, int otherwise);

/* a-z 0-9 - _, beginning with a letter or digit, shorter than SOURCE_NAME_SIZE. */
bool name_is_plain(const char *name);

/* Reads one source section into the next place of the configuration. */
void source_load(struct conf_loader *loader, cfg_t *section);

/* The columns and the SIE dimensions of a source; conf_columns.c. */
void columns_load(struct conf_loader *loader, cfg_t *section, struct source *source);
void sie_dimensions_load(struct conf_loader *loader, cfg_t *section, struct source *source);

/* "LEFT=RIGHT" without blanks at their ends; false when it is none. (conf_columns.c) */
bool pair_split(const char *text, char left[static CODE_SIZE], char right[static CODE_SIZE]);
