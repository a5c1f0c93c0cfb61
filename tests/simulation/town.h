/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small municipality: the files that it exports, month after month, with all that goes
 * wrong on the way, and what its controllers order.
 */
#pragma once

#include "lib/wire/message.h"

struct posting {
	uint32_t period;
	const char *account;
	const char *activity;
	int64_t ore;
	uint64_t voucher; /* of a delta */
};

struct file {
	uint32_t number; /* its hash is made of it */
	const char *source;
	enum replace_mode mode;
	enum layer layer;
	struct period first;
	struct period last;
	struct period through;
	uint32_t exported_date;
	bool may_replace_newer;
	bool is_broken; /* its sum is not that of its rows */
	struct posting *postings;
	size_t count;
	bool is_decided;
};

void town_found(int year);
/* The files of a month are put into the inbox. */
void town_month(int year, int month);
void town_leave(void);

/* The file to be taken in; NULL: none. */
struct file *inbox_first(void);
/* Kept as long as somebody orders something about months. */
void inbox_pause(bool is_paused);
/* @code: of a refusal. */
void inbox_decide(struct file *file, enum batch_verdict verdict, const char *code);
struct hash file_hash(const struct file *file);

/* ---- operators (operator.c) --------------------------------------------- */

void operators_arrive(void);
void operators_leave(void);
/* Orders of a month are drawn. */
void operators_month(int year, int month);
void operators_run(void);
int64_t operators_next_ms(void);
bool operators_are_idle(void);
