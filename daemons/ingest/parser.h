/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The process that reads files for us, budgetvakt-parse, which has no rights: a spare one
 * is always warm, each reads one file and ends.  What it says is believed no more than
 * what the file says: only messages of the kinds that belong here, of the session, whole,
 * come through.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ingest/archive.h"
#include "lib/conf/conf.h"
#include "lib/wire/loop.h"
#include "lib/wire/message.h"

struct parser;

enum parser_event {
	PARSER_SAID = 1, /* what belongs to the job's purpose, findings and the end */
	PARSER_DIED,	 /* it ended, was killed or said nonsense: the job is over */
	PARSER_AGAIN,	 /* the same, but all it asks for is that the file is weighed first */
	PARSER_ABSENT,	 /* there is none that could do the job */
};

struct parser_news {
	enum parser_event event;
	/* Of PARSER_SAID, borrowed until the handler returns; the message as it came is
	 * taken over with parser_packed. */
	const struct message *message;
};

typedef int parser_handler(void *context, const struct parser_news *news);

struct parser_options {
	struct loop *loop;
	const char *program;   /* path of budgetvakt-parse */
	const char *conf_path; /* of budgetvakt.conf */
	parser_handler *handler;
	void *context;
};

/* It lies beside us. */
int parser_program_find(char program[static PATH_SIZE]);
int parser_new(struct parser **parser_out, const struct parser_options *options);
void parser_destroy(struct parser **parser);

enum parser_purpose {
	PARSER_BATCH = 1, /* its rows as a batch */
	PARSER_ROWS,	  /* a selection of them, as an answer */
	PARSER_EXTRACT,	  /* all of them without texts, as answers with pieces of text */
};

struct parser_job {
	const struct source *source;
	enum parser_purpose purpose;
	int fd; /* the file */
	enum archive_form form;
	bool weighs_first; /* as PARSER_AGAIN asks for; the other purposes always do */
	uint64_t session;
	uint8_t answer_id[REQUEST_ID_SIZE];
	/* Of PARSER_ROWS. */
	int selection_fd;
	uint32_t rows_max;
	bool wants_texts;
};

/* One job at a time: what is said of the one before is over.  Descriptors stay the
 * caller's.  Nothing is said before parser_listen. */
int parser_start(struct parser *parser, const struct parser_job *job);
/* Whether messages are read; what waits meanwhile waits in the parser. */
int parser_listen(struct parser *parser, bool listens);
/* The bytes of the message now handled, for its next owner. */
uint8_t *parser_packed(struct parser *parser, size_t *size_out);
/* Ends the job and its process, and starts a spare one. */
void parser_stop(struct parser *parser);
