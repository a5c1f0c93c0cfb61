/* SPDX-License-Identifier: Apache-2.0 */
/* Verdicts and the questions for them. */
#include "ingest/verdict.h"

#include <stdlib.h>
#include <string.h>

#include "ingest/archive.h"
#include "lib/base/error.h"
#include "lib/base/text.h"

struct verdict_desk {
	const struct conf *conf;
	struct verdict kept[VERDICTS_KEPT]; /* a ring */
	size_t kept_next;
	struct question questions[QUESTIONS_MAX]; /* oldest first */
	size_t question_count;
};

int verdict_desk_new(struct verdict_desk **desk_out, const struct conf *conf)
{
	struct verdict_desk *desk = calloc(1, sizeof *desk);

	if (!desk)
		return -ENOMEM;
	desk->conf = conf;
	*desk_out = desk;
	return 0;
}

void verdict_desk_destroy(struct verdict_desk **desk)
{
	free(*desk);
	*desk = NULL;
}

static bool verdict_is_about(const struct verdict *verdict, const char *source,
			     const struct hash *hash)
{
	return verdict->kind != 0 && strcmp(verdict->file.source, source) == 0 &&
	       memcmp(&verdict->file.hash, hash, sizeof *hash) == 0;
}

void verdict_keep(struct verdict_desk *desk, const struct verdict *verdict)
{
	desk->kept[desk->kept_next] = *verdict;
	desk->kept_next = (desk->kept_next + 1) % VERDICTS_KEPT;
}

static const struct verdict *verdict_kept(const struct verdict_desk *desk, const char *source,
					  const struct hash *hash)
{
	for (size_t i = 1; i <= VERDICTS_KEPT; i++) {
		const struct verdict *verdict =
			&desk->kept[(desk->kept_next + VERDICTS_KEPT - i) % VERDICTS_KEPT];

		if (verdict_is_about(verdict, source, hash))
			return verdict;
	}
	return NULL;
}

int verdict_find(const struct verdict_desk *desk, const char *source, const struct hash *hash,
		 struct verdict *verdict_out)
{
	const struct verdict *kept = verdict_kept(desk, source, hash);
	int r;

	if (kept) {
		*verdict_out = *kept;
		return 0;
	}
	*verdict_out = (struct verdict){.file.hash = *hash};
	text_copy(verdict_out->file.source, sizeof verdict_out->file.source, source);
	if (archive_has(desk->conf, source, hash)) {
		verdict_out->kind = VERDICT_KNOWN;
		return 0;
	}
	r = archive_report(desk->conf, source, hash, &verdict_out->file);
	if (r == ARCHIVE_NONE)
		return VERDICT_NONE;
	verdict_out->kind = VERDICT_REFUSED;
	return r;
}

/* Whoever asks again no longer waits for the first answer. */
static bool question_is_repeated(const struct question *left, const struct question *right)
{
	return left->peer.id_size == right->peer.id_size &&
	       memcmp(left->peer.id, right->peer.id, left->peer.id_size) == 0 &&
	       strcmp(left->source, right->source) == 0 &&
	       memcmp(&left->hash, &right->hash, sizeof left->hash) == 0;
}

void verdict_wait(struct verdict_desk *desk, const struct question *question)
{
	for (size_t i = desk->question_count; i-- > 0;)
		if (question_is_repeated(&desk->questions[i], question))
			verdict_waiting_remove(desk, i);
	if (desk->question_count == QUESTIONS_MAX)
		verdict_waiting_remove(desk, 0);
	desk->questions[desk->question_count++] = *question;
}

size_t verdict_waiting_count(const struct verdict_desk *desk)
{
	return desk->question_count;
}

const struct question *verdict_waiting(const struct verdict_desk *desk, size_t index)
{
	return &desk->questions[index];
}

void verdict_waiting_remove(struct verdict_desk *desk, size_t index)
{
	desk->question_count--;
	memmove(&desk->questions[index], &desk->questions[index + 1],
		(desk->question_count - index) * sizeof desk->questions[0]);
}

void verdict_note(struct verdict *verdict, const struct batch_end *end)
{
	verdict->has_rows = true;
	verdict->row_count = end->row_count;
	verdict->first = (struct period){0};
	verdict->last = (struct period){0};
	for (size_t i = 0; i < end->coverage_count; i++) {
		const struct batch_coverage *coverage = &end->coverages[i];

		if (i == 0 || coverage->first.yyyymm < verdict->first.yyyymm)
			verdict->first = coverage->first;
		if (coverage->last.yyyymm > verdict->last.yyyymm)
			verdict->last = coverage->last;
	}
}

static const char *kind_word(enum verdict_kind kind)
{
	switch (kind) {
	case VERDICT_ACCEPTED:
		return "inläst";
	case VERDICT_KNOWN:
		return "redan inläst";
	case VERDICT_REFUSED:
		return "karantän";
	}
	return "";
}

static void period_put(struct table *table, size_t column, struct period period)
{
	if (period.yyyymm != 0)
		table_number(table, column, period.yyyymm);
}

static int verdict_row(const struct verdict *verdict, struct table *table)
{
	size_t kind = table_column(table, "utslag", "Utslag", COLUMN_TEXT);
	size_t rows = table_column(table, "rader", "Rader", COLUMN_COUNT);
	size_t first = table_column(table, "fran", "Från", COLUMN_PERIOD);
	size_t last = table_column(table, "till", "Till", COLUMN_PERIOD);
	size_t seq = table_column(table, "seq", "Post", COLUMN_COUNT);
	size_t text = table_column(table, "text", "Text", COLUMN_TEXT);
	char sentence[REPORT_SIZE + REST_SIZE];

	if (table_row(table) < 0)
		return -ENOMEM;
	table_text(table, kind, kind_word(verdict->kind));
	if (verdict->has_rows)
		table_number(table, rows, (int64_t)verdict->row_count);
	period_put(table, first, verdict->first);
	period_put(table, last, verdict->last);
	if (verdict->seq != 0)
		table_number(table, seq, (int64_t)verdict->seq);
	if (verdict->kind == VERDICT_REFUSED) {
		report_finding_sentence(&verdict->file, sentence);
		text_copy(sentence + strlen(sentence), sizeof verdict->rest, verdict->rest);
		table_text(table, text, sentence);
	} else if (verdict->warnings[0]) {
		table_text(table, text, verdict->warnings);
	}
	return 0;
}

int verdict_answer(const struct verdict *verdict, struct arena *arena, struct answer *answer)
{
	struct table *table = table_new(arena);
	char line[REPORT_SIZE];

	if (!table)
		return -ENOMEM;
	if (verdict->kind == VERDICT_REFUSED) {
		report_finding_line(&verdict->file, line);
		answer->text = arena_copy_text(arena, line, strlen(line));
		if (!answer->text)
			return -ENOMEM;
	}
	answer->table = table;
	return verdict_row(verdict, table);
}
