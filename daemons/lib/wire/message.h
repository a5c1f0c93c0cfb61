/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every message of the system as plain structs: what the rest of the program
 * sees instead of generated types.  proto/README.md has the grammar per edge.
 * Texts and bytes are borrowed from the arena the message was read into.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/arena.h"
#include "lib/base/hash.h"
#include "lib/model/code.h"
#include "lib/model/event.h"
#include "lib/model/finding.h"
#include "lib/model/money.h"
#include "lib/model/rows.h"
#include "lib/model/table.h"

enum message_kind {
	MESSAGE_BATCH_BEGIN = 1,
	MESSAGE_ROWS,
	MESSAGE_BATCH_END,
	MESSAGE_BATCH_ABORT,
	MESSAGE_BATCH_ANSWER,
	MESSAGE_REQUEST,
	MESSAGE_ANSWER,
	MESSAGE_BELL,
	MESSAGE_VOUCHERS,
	MESSAGE_PARSE_JOB,
	MESSAGE_FINDINGS,
};

/* ---- ingest -> aggregate ------------------------------------------------ */

struct batch_begin {
	uint64_t session; /* chosen by ingest, echoed in every answer */
	const char *source;
	const char *file_name; /* for people; never part of a path */
	const char *format;    /* source_format_name */
	enum replace_mode mode;
};

struct batch_rows {
	uint64_t session;
	struct rows rows;
};

/* What the file covers in one layer and year. */
struct batch_coverage {
	enum layer layer;
	struct period first;
	struct period last;
	/* Of outcome: the last period that is complete.  A voucher dated ahead makes the
	 * file cover a month without closing it. */
	struct period through;
};

/* A total that the file states about itself, report sign. */
enum control_kind {
	CONTROL_ACCOUNT_YEAR = 1, /* #RES: all rows of the account in the year of @period */
	CONTROL_ACCOUNT_PERIOD,	  /* #PSALDO {}: rows of the account in the period */
};

struct batch_control {
	enum control_kind kind;
	const char *account;
	struct period period;
	struct money amount;
	uint32_t line; /* where in the file */
	/* Of a deviation; 0 is an error, too. */
	enum finding_severity severity;
};

/* Which vouchers a batch holds, in columns, so that files that overlap are told. */
struct batch_vouchers {
	uint64_t session;
	enum layer layer; /* of their rows */
	/* Of one that another file holds; 0 is an error, too. */
	enum finding_severity severity;
	uint32_t count;		 /* at most ROWS_MAX */
	const uint32_t *periods; /* YYYYMM */
	const uint64_t *identities;
	const uint32_t *lines;
};

struct batch_end {
	uint64_t session;
	uint64_t row_count;	/* of all layers */
	uint64_t voucher_count; /* of all batch_vouchers */
	struct money sum;	/* of all rows of all layers */
	bool balances;		/* the outcome rows must sum to zero */
	uint32_t exported_date; /* YYYYMMDD from the file (#GEN), 0 when it does not say */
	const struct batch_coverage *coverages;
	size_t coverage_count;
	const struct batch_control *controls;
	size_t control_count;
	const char **warnings; /* Swedish, kept with the batch */
	size_t warning_count;
	struct hash file;	/* SHA-256 of the file's bytes; zero from a parser */
	bool may_replace_newer; /* an administrator said so */
};

struct batch_abort {
	uint64_t session;
};

enum batch_verdict {
	BATCH_READY = 1,    /* begin accepted: @credit Rows messages may be under way */
	BATCH_CREDIT,	    /* @credit more */
	BATCH_COMMITTED,    /* durable; @seq */
	BATCH_ALREADY_HAVE, /* the same file from the same source; @seq of then */
	BATCH_REFUSED,	    /* not applied; @text says why, for a controller */
	BATCH_UNKNOWN,	    /* no such session here (a restart): begin again */
	BATCH_NO_ROOM,	    /* not begun: the ledger's store is too full */
};

struct batch_answer {
	uint64_t session;
	enum batch_verdict verdict;
	uint32_t credit;
	uint64_t seq;
	uint64_t row_count;
	const char *text;     /* Swedish */
	const char *expected; /* Swedish: what to do about a refusal */
	uint32_t line;	      /* where in the file the refused figure stands, 0 = whole file */
	/* Of BATCH_REFUSED: all that are kept, in the order found; @text is the first's. */
	const struct finding *findings;
	size_t finding_count;
	uint64_t finding_total;
};

/* ---- control: questions and orders -------------------------------------- */

enum request_kind {
	REQUEST_STATUS = 1,   /* every daemon: one table row per fact */
	REQUEST_JOURNAL,      /* producers: records from @from, at most @max */
	REQUEST_CUBE,	      /* aggregate: leaf × line figures for @period */
	REQUEST_BATCHES,      /* aggregate: imports */
	REQUEST_PERIODS,      /* aggregate: status of each month */
	REQUEST_PERIOD_CLOSE, /* aggregate: @period becomes definitiv */
	REQUEST_PERIOD_OPEN,  /* aggregate: @period becomes preliminär again */
	REQUEST_FORECAST,     /* forecast: leaves for @period; with @max 1 in the tree, with sums */
	REQUEST_FORECAST_SET, /* forecast: @area @period @income @cost or @net, @text */
	REQUEST_ALERTS,	      /* alert */
	REQUEST_ALERT_ACK,    /* alert: @id, @text */
	REQUEST_PLANS,	      /* alert */
	REQUEST_PLAN_DECIDE,  /* alert: @id, @text, @reference */
	REQUEST_PLAN_CLOSE,   /* alert: @id, @text */
	REQUEST_VERDICT,      /* ingest: answered when the file @hash of @source is decided */
	REQUEST_ALLOW_OLDER,  /* ingest: file @hash of @source may replace a newer export */
	REQUEST_QUARANTINE,   /* ingest: refused files */
	REQUEST_BATCH,	 /* aggregate: all about import @number, or the hash that @text begins */
	REQUEST_EXPLAIN, /* aggregate: batches behind @area, @line, @period; @text: layer */
	REQUEST_CODES,	 /* aggregate: the same, per code string */
	REQUEST_BUDGET,	 /* aggregate: decisions of the year of @period; @area or "" */
	REQUEST_VOLUMES, /* aggregate: mått per area for @period */
	/* ingest, about the refused file whose hash begins with @text: */
	REQUEST_QUARANTINE_SHOW,    /* its report as text, with @max 1 as JSON */
	REQUEST_QUARANTINE_RETRY,   /* it is read once more */
	REQUEST_QUARANTINE_DISCARD, /* it is thrown away */
	/* aggregate, a table with the one column "urval": hashes of the code strings and
	 * months that @area, @line and @period are made of in import @number */
	REQUEST_SELECTION,
	/* ingest: the first @max rows with @selection of the archived file @hash of @source,
	 * and last, without a line, how many they all are and what they sum to */
	REQUEST_ROWS,
	/* The same with texts, for who may see them: the figure's @area, @line and @period are
	 * for the log. */
	REQUEST_ROW_TEXTS,
};

enum { REQUEST_KIND_MAX = REQUEST_ROW_TEXTS, REQUEST_ID_SIZE = 16 };

struct request {
	uint8_t id[REQUEST_ID_SIZE]; /* random; an order with a known id is not done twice */
	enum request_kind kind;
	uint32_t raw_kind; /* as received, also when unknown to us */
	struct period period;
	const char *area;
	const char *line; /* resultatrad */
	const char *source;
	const char *text;
	const char *reference;
	struct hash hash;
	uint64_t number;     /* alert, plan or import */
	uint32_t as_of_date; /* YYYYMMDD; 0: now.  Of a budget: decisions until and with it */
	uint64_t from;
	uint32_t max;
	const uint64_t *selection;
	size_t selection_count;
	bool has_split; /* income and cost are set; otherwise net is */
	struct money income;
	struct money cost;
	struct money net;
};

enum answer_code {
	ANSWER_OK = 1,
	ANSWER_UNKNOWN_KIND, /* not a request for this daemon */
	ANSWER_INVALID,	     /* an argument cannot be right */
	ANSWER_NOT_FOUND,
	ANSWER_REFUSED,	  /* understood, but not now or not so */
	ANSWER_FAILED,	  /* our fault */
	ANSWER_FORBIDDEN, /* understood, but not from this user */
};

struct record {
	uint64_t seq;
	struct hash previous; /* hash of the record before; zero for the first */
	const uint8_t *payload;
	size_t payload_size; /* 0: the record is pruned, only its place in the chain is left */
};

enum { STREAM_ID_SIZE = 16 };

struct answer {
	uint8_t id[REQUEST_ID_SIZE];
	enum answer_code code;
	const char *text;	   /* Swedish, for people */
	const struct table *table; /* NULL when the answer has none */
	/* For REQUEST_JOURNAL. */
	uint8_t stream_id[STREAM_ID_SIZE];
	uint64_t last_seq;
	/* A new follower begins here: from this record on the journal says all.  0: at 1. */
	uint64_t floor;
	const struct record *records;
	size_t record_count;
};

/* ---- ingest <-> parser --------------------------------------------------- */

/* The exit code of a parser that guessed wrong about the file's encoding after rows had
 * been sent: the file is to be read anew, weighed first. */
enum { PARSE_EXIT_AGAIN = 79 };

struct parse_job {
	uint64_t session;
	const char *source;
	uint64_t source_check; /* checksum of the source's settings: both must have the same */
	bool is_packed;	       /* the file is compressed with zstd */
	/* Rows as an answer with that id, not the file as a batch. */
	bool wants_rows;
	uint8_t answer_id[REQUEST_ID_SIZE];
	uint32_t rows_max;
	bool wants_texts; /* the rows with what they say in words */
	bool is_extract;  /* the file is an extract, made by another job: */
	/* What the file holds without its texts, in pieces that are texts of answers. */
	bool wants_extract;
	bool weighs_first; /* all bytes are looked at before any is read */
};

struct parse_findings {
	uint64_t session;
	struct findings findings;
};

/* ---- doorbell ------------------------------------------------------------ */

struct bell {
	uint8_t stream_id[STREAM_ID_SIZE];
	uint64_t last_seq;
};

struct message {
	enum message_kind kind;
	union {
		struct batch_begin batch_begin;
		struct batch_rows batch_rows;
		struct batch_end batch_end;
		struct batch_abort batch_abort;
		struct batch_answer batch_answer;
		struct request request;
		struct answer answer;
		struct bell bell;
		struct batch_vouchers batch_vouchers;
		struct parse_job parse_job;
		struct parse_findings findings;
	};
};
