/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/model/finding.h"

#include <strings.h>

struct finding_kind {
	const char *text;
	enum finding_severity severity;
	enum finding_effect effect;
	const char *title;
};

static const struct finding_kind kinds[FINDING_CODE_COUNT] = {
	[FINDING_NONE] = {"", FINDING_ERROR, FINDING_GOES_ON, ""},
#define FINDING_KIND(name, code, severity, effect, title)                                          \
	[FINDING_##name] = {code, FINDING_##severity, FINDING_##effect, title},
	FINDINGS(FINDING_KIND)
#undef FINDING_KIND
};

static const char *const severities[] = {
	[FINDING_IGNORED] = "ignoreras",
	[FINDING_WARNING] = "varning",
	[FINDING_ERROR] = "fel",
};

const char *finding_code_text(enum finding_code code)
{
	return kinds[code].text;
}

bool finding_code_parse(const char *text, enum finding_code *code_out)
{
	for (int i = FINDING_NONE + 1; i < FINDING_CODE_COUNT; i++) {
		if (strcasecmp(kinds[i].text, text) != 0)
			continue;
		*code_out = (enum finding_code)i;
		return true;
	}
	return false;
}

const char *finding_title(enum finding_code code)
{
	return kinds[code].title;
}

enum finding_severity finding_severity_default(enum finding_code code)
{
	return kinds[code].severity;
}

enum finding_effect finding_effect(enum finding_code code)
{
	return kinds[code].effect;
}

const char *finding_severity_text(enum finding_severity severity)
{
	return severities[severity];
}

bool finding_severity_parse(const char *text, enum finding_severity *severity_out)
{
	for (int i = FINDING_IGNORED; i <= FINDING_ERROR; i++) {
		if (strcasecmp(severities[i], text) != 0)
			continue;
		*severity_out = (enum finding_severity)i;
		return true;
	}
	return false;
}

const struct finding *finding_first_error(const struct findings *findings)
{
	for (size_t i = 0; i < findings->count; i++)
		if (findings->items[i].severity == FINDING_ERROR)
			return &findings->items[i];
	return NULL;
}
