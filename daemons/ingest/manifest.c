/* SPDX-License-Identifier: Apache-2.0 */
#include "ingest/manifest.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "lib/base/text.h"
#include "lib/conf/amount.h"

enum { VALUE_SIZE = 40, MILLI = 1000 };

static bool text_is_blank(const char *text)
{
	return text[strspn(text, " \t")] == '\0';
}

static bool source_is_money(const struct source *source)
{
	return source->format == FORMAT_SIE4 || layer_is_money(source->layer);
}

static bool value_take(struct manifest *manifest, const struct source *source, const char *key,
		       const char *value)
{
	int64_t unit = source_is_money(source) ? source->unit_ore : MILLI;

	if (strcasecmp(key, "rader") == 0) {
		manifest->has_rows = true;
		return text_read_u64(value, UINT64_MAX, &manifest->row_count);
	}
	if (strcasecmp(key, "summa") == 0) {
		manifest->has_sum = true;
		return amount_parse(value, unit ? unit : 100, &manifest->sum);
	}
	if (strcasecmp(key, "sha256") == 0) {
		manifest->has_hash = true;
		return hash_parse(value, &manifest->hash) == 0;
	}
	return false;
}

/* Without blanks at its ends, in place. */
static char *trimmed(char *text)
{
	size_t length;

	text += strspn(text, " \t");
	length = strlen(text);
	while (length > 0 && strchr(" \t\r", text[length - 1]))
		text[--length] = '\0';
	return text;
}

static bool line_take(struct manifest *manifest, const struct source *source, char *line)
{
	char *sign;

	line = trimmed(line);
	if (text_is_blank(line) || *line == '#')
		return true;
	sign = strpbrk(line, "=;");
	if (!sign)
		return false;
	*sign = '\0';
	return value_take(manifest, source, trimmed(line), trimmed(sign + 1));
}

bool manifest_parse(const char *text, const struct source *source, struct manifest *manifest_out,
		    struct finding *finding)
{
	char copy[MANIFEST_SIZE_MAX + 1];
	char *rest = copy;
	unsigned line_number = 0;

	*manifest_out = (struct manifest){.has_rows = false};
	*finding = (struct finding){.code = FINDING_MANIFEST_FORM, .severity = FINDING_ERROR};
	snprintf(finding->expected, sizeof finding->expected,
		 "rader som rader=1834, summa=-1234,56 eller sha256=…; gör om kontrollfilen");
	if (strncmp(text, "\xEF\xBB\xBF", 3) == 0)
		text += 3;
	snprintf(finding->found, sizeof finding->found, "kontrollfilen är för lång");
	if (!text_copy(copy, sizeof copy, text))
		return false;
	while (rest) {
		line_number++;
		snprintf(finding->found, sizeof finding->found,
			 "rad %u i kontrollfilen går inte att läsa", line_number);
		if (!line_take(manifest_out, source, strsep(&rest, "\n")))
			return false;
	}
	snprintf(finding->found, sizeof finding->found, "kontrollfilen säger ingenting");
	return manifest_out->has_rows || manifest_out->has_sum || manifest_out->has_hash;
}

static struct finding *finding_start(struct finding *finding)
{
	*finding = (struct finding){.code = FINDING_MANIFEST_DEVIATES, .severity = FINDING_ERROR};
	snprintf(finding->expected, sizeof finding->expected,
		 "en hel fil och dess egen kontrollfil; gör om exporten eller överföringen");
	return finding;
}

/* As it stands in the file: a ledger has debit as plus. */
static int64_t sum_in_file(const struct source *source, const struct batch_end *end)
{
	bool is_ledger = source->format == FORMAT_SIE4 ||
			 (source_is_money(source) && source->sign == SIGN_LEDGER);

	return is_ledger ? -end->sum.ore : end->sum.ore;
}

/* Öre in kronor, or thousandths of a measure. */
static void amount_print(bool is_money, int64_t parts, char text[static VALUE_SIZE])
{
	uint64_t size = parts < 0 ? 0 - (uint64_t)parts : (uint64_t)parts;
	uint64_t whole = is_money ? 100 : MILLI;

	snprintf(text, VALUE_SIZE, "%s%" PRIu64 ",%0*" PRIu64 "%s", parts < 0 ? "-" : "",
		 size / whole, is_money ? 2 : 3, size % whole, is_money ? " kr" : "");
}

static void sum_tell(const struct source *source, const struct manifest *manifest, int64_t sum,
		     struct finding *finding)
{
	bool is_money = source_is_money(source);
	char said[VALUE_SIZE];
	char found[VALUE_SIZE];

	amount_print(is_money, manifest->sum.ore, said);
	amount_print(is_money, sum, found);
	snprintf(finding->found, sizeof finding->found,
		 "raderna summerar till %s, kontrollfilen säger %s", found, said);
}

size_t manifest_check(const struct manifest *manifest, const struct source *source,
		      const struct batch_end *end, struct finding findings[MANIFEST_FINDINGS_MAX])
{
	int64_t sum = sum_in_file(source, end);
	size_t count = 0;

	if (manifest->has_hash && memcmp(&manifest->hash, &end->file, sizeof end->file) != 0)
		snprintf(finding_start(&findings[count++])->found, FINDING_TEXT_SIZE,
			 "filens SHA-256 är en annan än kontrollfilens");
	if (manifest->has_rows && manifest->row_count != end->row_count)
		snprintf(finding_start(&findings[count++])->found, FINDING_TEXT_SIZE,
			 "filen har %" PRIu64 " rader som räknas, kontrollfilen säger %" PRIu64,
			 end->row_count, manifest->row_count);
	if (manifest->has_sum && manifest->sum.ore != sum)
		sum_tell(source, manifest, sum, finding_start(&findings[count++]));
	return count;
}
