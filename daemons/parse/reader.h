/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A reader turns the bytes of one export into coded rows.  Pure: it is handed
 * bytes, it opens nothing, sends nothing and logs nothing.  Memory is constant
 * whatever the size of the file, but for dictionaries and control totals: a few
 * batches, as many as one chunk fills.
 *
 * The encoding is told by all of the bytes.  Who has not weighed them first gets it by
 * what has been seen so far, which is the same but for the odd file: then reader_feed says
 * READER_AGAIN, and the file is to be weighed and read anew.
 *
 * Use: reader_new, then reader_feed chunks of the file in order and at last
 * reader_feed with length 0 and is_last; after each feed drain with reader_rows
 * until it has none.  After an error no more rows come out, but the file is read
 * on so that a controller hears of all errors at once; reader_feed says READER_BAD
 * at its end, or where an error makes the rest unreadable.  @source is borrowed for
 * the reader's whole life.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/conf/tables.h"
#include "lib/model/finding.h"
#include "lib/wire/message.h"
#include "parse/single.h"

struct reader;

enum {
	READER_ROWS_READY = 1, /* reader_feed: full batches wait; drain before feeding more */
	READER_BAD,	       /* the findings say why; nothing more will come */
	READER_AGAIN,	       /* what was read rests on a wrong guess; nothing more will come */
};

/* More are counted and not kept. */
enum { FINDINGS_MAX = 100 };

/* What the bytes of the whole file say about its encoding: every chunk is added. */
struct encoding_evidence {
	uint64_t byte_count;
	uint64_t high_count;
	uint64_t cp437_letter_count;  /* 81 82 84 86 8E 8F 90 94 99 9A */
	uint64_t latin1_letter_count; /* C4 C5 C9 D6 E4 E5 E9 F6 */
	bool has_utf8_bom;
	bool has_utf16_bom;
	bool has_nul;
	bool is_broken_utf8;
	uint64_t utf8_count; /* whole characters of several bytes */
	uint64_t utf8_broken_count;
	bool looks_like_markup; /* first non-blank bytes are "<" of HTML or XML */
	uint64_t utf8_next;	/* internal: where the next of them is expected */
	uint8_t utf8_state;	/* internal: continuation bytes still expected */
	uint8_t utf8_min;	/* internal: lowest next continuation byte */
	uint8_t utf8_max;
	uint8_t head[3]; /* internal: the first bytes, for byte order marks */
	bool has_text;	 /* internal: something not blank was seen */
};

void evidence_add(struct encoding_evidence *evidence, const uint8_t *bytes, size_t length);
enum text_encoding evidence_decide(const struct encoding_evidence *evidence);

/* @evidence: of the whole file; NULL: it is weighed while it is read. */
int reader_new(struct reader **reader_out, const struct source *source,
	       const struct encoding_evidence *evidence);
void reader_destroy(struct reader **reader);
/* What a budget may be spread by; borrowed.  Without it any key is taken, for aggregate to
 * judge. */
void reader_spread_keys_set(struct reader *reader, const struct spread_keys *keys);

/* 0 (wants more), READER_ROWS_READY, READER_BAD, or a negative errno. */
int reader_feed(struct reader *reader, const uint8_t *bytes, size_t length, bool is_last);
/* The next full batch of at most ROWS_MAX rows of one layer (after the last feed:
 * also what is left), borrowed until the next call of any reader function.  NULL
 * when there is none. */
const struct rows *reader_rows(struct reader *reader);
/* Before the first feed: every row goes to @take, and no batch comes of the file. */
int reader_single(struct reader *reader, single_taker *take, void *context);

/* After that: their rows say what the file says of them in words, too. */
int reader_descriptions_show(struct reader *reader);

/* The next vouchers, session not set, of a source whose files add to one another: in full
 * messages, and what is left after the last feed.  Borrowed until the next feed; false
 * when there are none. */
bool reader_vouchers(struct reader *reader, struct batch_vouchers *vouchers_out);
struct findings reader_findings(const struct reader *reader);

/* After the last feed: session is the caller's to fill; the rest is borrowed from
 * the reader. */
void reader_end(struct reader *reader, struct batch_end *end_out);

enum { COUNTS_TEXT_SIZE = 1024 };
/* How many records of each kind a SIE 1 to 4 file held and what they sum to, as JSON in
 * the standard's terms; "" for other formats. */
void reader_counts_text(const struct reader *reader, char text[static COUNTS_TEXT_SIZE]);
