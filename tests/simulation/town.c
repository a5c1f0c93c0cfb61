/* SPDX-License-Identifier: Apache-2.0 */
#include "simulation/town.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "simulation/world.h"

enum {
	PLACES = 14, /* code strings that rows are posted on */
	YEARS_MAX = 8,
	FILES_MAX = 1024,
	PLACE_POSTED_PER_MILLE = 800,
};

/* Some belong to no area, and some to no line. */
static const struct {
	const char *account;
	const char *activity;
} places[PLACES] = {
	{"3011", "101"}, {"5011", "101"}, {"4611", "101"}, {"5011", "102"}, {"6411", "102"},
	{"3511", "201"}, {"5011", "201"}, {"4611", "202"}, {"6411", "202"}, {"5611", "301"},
	{"3011", "301"}, {"5011", "302"}, {"9999", "101"}, {"5011", "999"},
};

/* The rows of one book and year, as far as they are posted. */
struct book {
	struct posting *postings;
	size_t count;
	size_t capacity;
};

static struct {
	int first_year;
	int64_t base_ore[PLACES]; /* of a month */
	struct book books[YEARS_MAX];
	struct book budgets[YEARS_MAX];
	struct file files[FILES_MAX];
	size_t file_count;
	size_t first_waiting;
	bool is_paused;
	uint64_t last_delta_voucher;
	uint32_t last_delta_period;
} town;

static void book_post(struct book *book, uint32_t period, int place, int64_t ore)
{
	if (book->count == book->capacity) {
		book->capacity = book->capacity * 2 + 64;
		book->postings =
			reallocarray(book->postings, book->capacity, sizeof *book->postings);
		if (!book->postings)
			abort();
	}
	book->postings[book->count++] = (struct posting){
		.period = period,
		.account = places[place].account,
		.activity = places[place].activity,
		.ore = ore,
		.voucher = chance_next(),
	};
}

/* @per_mille: how far from the base it may be. */
static int64_t amount_draw(int place, uint32_t per_mille)
{
	int64_t share = 1000 - (int64_t)per_mille + chance_below(2 * per_mille + 1);

	return town.base_ore[place] * share / 1000 + chance_below(100);
}

static struct file *file_new(const char *source, enum replace_mode mode, enum layer layer,
			     uint32_t first, uint32_t last)
{
	struct file *file = &town.files[town.file_count];

	if (town.file_count == FILES_MAX)
		abort();
	*file = (struct file){
		.number = (uint32_t)++town.file_count,
		.source = source,
		.mode = mode,
		.layer = layer,
		.first = {first},
		.last = {last},
		.through = {last},
	};
	return file;
}

/* The postings of the book in the file's months. */
static void file_fill(struct file *file, const struct book *book)
{
	file->postings = calloc(book->count + 1, sizeof *file->postings);
	if (!file->postings)
		abort();
	for (size_t i = 0; i < book->count; i++) {
		const struct posting *posting = &book->postings[i];

		if (posting->period >= file->first.yyyymm && posting->period <= file->last.yyyymm)
			file->postings[file->count++] = *posting;
	}
}

static void file_tell(const struct file *file)
{
	printf("file %" PRIu32 " %s %d %d %" PRIu32 " %" PRIu32 " %" PRIu32 " %" PRIu32 " %d %d",
	       file->number, file->source, (int)file->mode, (int)file->layer, file->first.yyyymm,
	       file->last.yyyymm, file->through.yyyymm, file->exported_date,
	       file->may_replace_newer, file->is_broken);
	for (size_t i = 0; i < file->count; i++) {
		const struct posting *posting = &file->postings[i];

		printf(" %" PRIu32 ",%s,%s,%" PRId64 ",%" PRIx64, posting->period, posting->account,
		       posting->activity, posting->ore, posting->voucher);
	}
	printf("\n");
}

struct hash file_hash(const struct file *file)
{
	struct hash hash = {.bytes = {0xF1}};

	memcpy(hash.bytes + 4, &file->number, sizeof file->number);
	return hash;
}

/* The same bytes once more: the same number. */
static void file_repeat(const struct file *file)
{
	struct file *again = &town.files[town.file_count++];

	*again = *file;
	again->is_decided = false;
	again->postings = calloc(file->count + 1, sizeof *file->postings);
	if (!again->postings)
		abort();
	memcpy(again->postings, file->postings, file->count * sizeof *file->postings);
	file_tell(again);
}

/* ---- a month --------------------------------------------------------------- */

static void book_month(struct book *book, uint32_t period, uint32_t per_mille)
{
	for (int place = 0; place < PLACES; place++) {
		if (chance_per_mille(PLACE_POSTED_PER_MILLE))
			book_post(book, period, place, amount_draw(place, per_mille));
	}
}

/* A voucher that came late: into a month before. */
static void book_late(struct book *book, int year, int month)
{
	uint32_t late = 1 + chance_below((uint32_t)month);
	int place = (int)chance_below(PLACES);

	book_post(book, period_of(year, (int)late).yyyymm, place, amount_draw(place, 900) / 4);
}

/* The whole year so far, exported once more every month. */
static void snapshot_offer(struct book *book, int year, int month, uint32_t day)
{
	uint32_t last = period_of(year, month).yyyymm;
	struct file *file =
		file_new("bok", REPLACE_SNAPSHOT, LAYER_OUTCOME, period_of(year, 1).yyyymm, last);

	file->exported_date = last * 100 + day;
	file->is_broken = chance_per_mille(20);
	if (month < MONTHS && chance_per_mille(100)) {
		/* A voucher dated ahead. */
		file->last = period_of(year, month + 1);
		book_post(book, file->last.yyyymm, 1, -1000 * (int64_t)chance_below(100));
	}
	file_fill(file, book);
	file_tell(file);
	if (chance_per_mille(150))
		file_repeat(file);
}

/* An export of an earlier month that somebody finds and drops again, changed. */
static void older_offer(struct book *book, int year, int month)
{
	struct file *file = file_new("bok", REPLACE_SNAPSHOT, LAYER_OUTCOME,
				     period_of(year, 1).yyyymm, period_of(year, month - 1).yyyymm);

	file->exported_date = file->last.yyyymm * 100 + 2;
	file->may_replace_newer = chance_per_mille(300);
	file_fill(file, book);
	file_tell(file);
}

/* A list of what is new: rows that add to what is there. */
static void delta_offer(int year, int month)
{
	struct book book = {.count = 0};
	uint32_t period = period_of(year, month).yyyymm;
	uint32_t first = period;
	struct file *file;

	for (int place = 0; place < PLACES; place += 3)
		book_post(&book, period, place, amount_draw(place, 500) / 3);
	if (month > 1 && chance_per_mille(200)) {
		first = period_of(year, month - 1).yyyymm;
		book_post(&book, first, 1, amount_draw(1, 900) / 5);
	}
	if (town.last_delta_period == first && chance_per_mille(300))
		book.postings[book.count - 1].voucher = town.last_delta_voucher;
	file = file_new("lista", REPLACE_DELTA, LAYER_OUTCOME, first, period);
	file_fill(file, &book);
	file_tell(file);
	town.last_delta_voucher = book.postings[0].voucher;
	town.last_delta_period = period;
	if (chance_per_mille(100))
		file_repeat(file);
	free(book.postings);
}

static void budget_offer(struct book *book, int year, uint32_t date)
{
	struct file *file = file_new("budget", REPLACE_SNAPSHOT, LAYER_BUDGET,
				     period_of(year, 1).yyyymm, period_of(year, MONTHS).yyyymm);

	file->exported_date = date;
	file_fill(file, book);
	file_tell(file);
}

static void budget_found(struct book *book, int year)
{
	for (int month = 1; month <= MONTHS; month++)
		book_month(book, period_of(year, month).yyyymm, 30);
	budget_offer(book, year, period_of(year, 1).yyyymm * 100 + 1);
}

/* A decision in the middle of the year: as a new budget, or on top of the old. */
static void budget_revise(struct book *book, int year, int month)
{
	int place = (int)chance_below(PLACES);
	struct book added = {.count = 0};
	struct file *file;

	if (chance_per_mille(500)) {
		for (int later = month; later <= MONTHS; later++)
			book_post(book, period_of(year, later).yyyymm, place,
				  amount_draw(place, 100) / 10);
		budget_offer(book, year, period_of(year, month).yyyymm * 100 + 20);
		return;
	}
	for (int later = month; later <= MONTHS; later++)
		book_post(&added, period_of(year, later).yyyymm, place,
			  amount_draw(place, 100) / 10);
	file = file_new("tillagg", REPLACE_DELTA, LAYER_BUDGET, period_of(year, month).yyyymm,
			period_of(year, MONTHS).yyyymm);
	file_fill(file, &added);
	file_tell(file);
	free(added.postings);
}

void town_month(int year, int month)
{
	struct book *book = &town.books[year - town.first_year];
	struct book *budget = &town.budgets[year - town.first_year];
	bool is_late = chance_per_mille(300);

	if (month == 1 && !is_late)
		budget_found(budget, year);
	book_month(book, period_of(year, month).yyyymm, 300);
	while (chance_per_mille(400))
		book_late(book, year, month);
	if (chance_per_mille(700))
		delta_offer(year, month);
	if (chance_per_mille(950))
		snapshot_offer(book, year, month, 5);
	if (month > 1 && chance_per_mille(120))
		older_offer(book, year, month);
	if (chance_per_mille(200)) {
		book_late(book, year, month);
		snapshot_offer(book, year, month, 9);
	}
	if (month == 1 && is_late)
		budget_found(budget, year);
	if (month > 1 && chance_per_mille(120))
		budget_revise(budget, year, month);
	/* The year before is not forgotten yet. */
	if (month < 4 && year > town.first_year && chance_per_mille(300)) {
		book_late(book - 1, year - 1, MONTHS);
		snapshot_offer(book - 1, year - 1, MONTHS, 20 + (uint32_t)month);
	}
}

void town_found(int year)
{
	memset(&town, 0, sizeof town);
	town.first_year = year;
	for (int place = 0; place < PLACES; place++) {
		int64_t size = 2000000 + (int64_t)chance_below(100000000);

		town.base_ore[place] = places[place].account[0] == '3' ? size : -size;
	}
}

void town_leave(void)
{
	for (size_t i = 0; i < town.file_count; i++)
		free(town.files[i].postings);
	for (size_t i = 0; i < YEARS_MAX; i++) {
		free(town.books[i].postings);
		free(town.budgets[i].postings);
	}
}

/* ---- the inbox ------------------------------------------------------------- */

struct file *inbox_first(void)
{
	while (town.first_waiting < town.file_count && town.files[town.first_waiting].is_decided)
		town.first_waiting++;
	return town.is_paused || town.first_waiting == town.file_count
		       ? NULL
		       : &town.files[town.first_waiting];
}

void inbox_pause(bool is_paused)
{
	town.is_paused = is_paused;
}

void inbox_decide(struct file *file, enum batch_verdict verdict, const char *code)
{
	if (file->is_decided)
		return;
	file->is_decided = true;
	printf("verdict %" PRIu32 " %s %s\n", file->number,
	       verdict == BATCH_COMMITTED      ? "committed"
	       : verdict == BATCH_ALREADY_HAVE ? "already"
					       : "refused",
	       code);
}
