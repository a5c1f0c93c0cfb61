/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The SIE 5 reader's own parts.  What a file says is kept as for SIE 4, and held against
 * itself in the same way; amounts have the same sign (debit +).
 */
#pragma once

#include "parse/reader_sie.h"

struct XML_ParserStruct;

/* What an account's element states: an opening or closing balance, a budget. */
enum sie5_balance_kind { SIE5_NONE, SIE5_OPENING, SIE5_CLOSING, SIE5_BUDGET };

struct sie5_balance {
	enum sie5_balance_kind kind; /* SIE5_NONE: none is open */
	bool is_multiple;	     /* of several objects: a finer division of the same */
	bool is_bad;
	bool has_pairs;
	uint32_t line;
	size_t column;
	uint32_t yyyymm;
	int64_t ore;
	struct row row;
};

struct sie5_row {
	bool is_open;
	bool is_bad;
	bool is_struck;
	uint32_t line;
	size_t column;
	uint32_t date;
	int64_t ore;
	struct row row;
};

struct sie5 {
	struct sie sie; /* first: what SIE 4 and 5 share works on it */
	struct XML_ParserStruct *parser;
	uint64_t byte_count;
	int result; /* of a handler, which ends the reading */
	unsigned depth;
	size_t column;
	int64_t tag_index; /* in bytes, of the tag read last */
	/* The open Account. */
	uint32_t account; /* in sie.accounts; 0: none */
	bool is_result_account;
	char account_text[CODE_SIZE];
	uint32_t closing_month; /* the last one stated */
	struct sie5_balance balance;
	/* The open JournalEntry and LedgerEntry. */
	char series[CODE_SIZE]; /* of the open Journal */
	bool is_entry;
	bool is_other_year;
	uint64_t other_year_count;
	struct sie5_row row;
};

/* An element of our namespace, by its name; @attributes: name, value, ..., NULL. */
int sie5_element_start(struct reader *reader, const char *name, const char **attributes);
int sie5_element_end(struct reader *reader, const char *name);

/* ---- attributes (reader_sie5_attribute.c) ---------------------------------------- */

/* The attribute's value as a field; whether it is there. */
bool sie5_attribute_find(const struct sie5 *sie5, const char **attributes, const char *name,
			 struct field *field);
int sie5_attribute_need(struct reader *reader, const char **attributes, const char *name,
			struct field *field);
int sie5_amount_need(struct reader *reader, const char **attributes, int64_t *ore_out);
int sie5_date_need(struct reader *reader, const struct field *field, uint32_t *date_out);
/* One inside another of its kind: the end of the one before is lost, and what is whose
 * cannot be told. */
int sie5_nested(struct reader *reader);
/* The beginning of what it belongs to is lost. */
int sie5_outside(struct reader *reader, const char *owner);
