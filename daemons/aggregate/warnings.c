/* SPDX-License-Identifier: Apache-2.0 */
#include "aggregate/warnings.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Appends whole words or nothing, so that UTF-8 is never cut in two. */
__attribute__((format(printf, 3, 4))) static void append(char *text, size_t size,
							 const char *format, ...)
{
	size_t length = strlen(text);
	va_list arguments;
	int added;

	va_start(arguments, format);
	added = vsnprintf(text + length, size - length, format, arguments);
	va_end(arguments);
	if (added < 0 || (size_t)added >= size - length)
		text[length] = '\0';
}

static void codes_append(char *text, size_t size, const char *phrase,
			 const struct dictionary *codes, const uint32_t *ids, size_t count)
{
	if (count == 0)
		return;
	append(text, size, "; %s ", phrase);
	for (size_t i = 0; i < count; i++)
		append(text, size, "%s%s", i ? ", " : "", dictionary_text(codes, ids[i]));
}

static void unassigned_append(const struct ledger *ledger, const struct unassigned *unassigned,
			      char *text, size_t size)
{
	int64_t ore = unassigned->sum.ore;
	uint64_t magnitude = ore < 0 ? 0 - (uint64_t)ore : (uint64_t)ore;

	append(text, size,
	       "%s%" PRIu64 " %s hamnar i Ej fördelat, tillsammans %s%" PRIu64 ",%02" PRIu64 " kr",
	       text[0] ? "\n" : "", unassigned->row_count,
	       unassigned->row_count == 1 ? "rad" : "rader", ore < 0 ? "-" : "", magnitude / 100,
	       magnitude % 100);
	codes_append(text, size, "ingen resultatrad för konto", ledger->codes[DIMENSION_ACCOUNT],
		     unassigned->account_ids, unassigned->account_count);
	codes_append(text, size, "inget område för verksamhet", ledger->codes[DIMENSION_ACTIVITY],
		     unassigned->activity_ids, unassigned->activity_count);
}

static void finding_append(const struct finding *finding, char *text, size_t size)
{
	append(text, size, "%s%s", text[0] ? "\n" : "", finding_code_text(finding->code));
	if (finding->line > 0)
		append(text, size, " rad %" PRIu32, finding->line);
	append(text, size, ": %s", finding->found);
}

uint32_t warnings_write(const struct ledger *ledger, const struct batch_end *end,
			const struct batch_findings *findings, const struct unassigned *unassigned,
			char *text, size_t size)
{
	text[0] = '\0';
	for (size_t i = 0; i < end->warning_count; i++)
		append(text, size, "%s%s", i ? "\n" : "", end->warnings[i]);
	for (size_t i = 0; i < findings->kept_count; i++)
		finding_append(&findings->kept[i], text, size);
	if (unassigned->row_count > 0)
		unassigned_append(ledger, unassigned, text, size);
	return (uint32_t)(end->warning_count + findings->warning_count +
			  (unassigned->row_count > 0));
}
