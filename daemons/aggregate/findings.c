/* SPDX-License-Identifier: Apache-2.0 */
#include "aggregate/findings.h"

#include <stdarg.h>
#include <stdio.h>

void findings_add(struct batch_findings *findings, enum finding_code code,
		  enum finding_severity severity, uint32_t line, const char *expected,
		  const char *found_format, ...)
{
	struct finding *finding;
	va_list arguments;

	if (!severity)
		severity = finding_severity_default(code);
	if (severity == FINDING_IGNORED)
		return;
	if (severity == FINDING_ERROR)
		findings->error_count++;
	else
		findings->warning_count++;
	/* However many warnings there are, a refusal says why. */
	if (findings->kept_count == LEDGER_FINDINGS_MAX &&
	    (severity != FINDING_ERROR || findings->error_count > 1))
		return;
	if (findings->kept_count < LEDGER_FINDINGS_MAX)
		findings->kept_count++;
	finding = &findings->kept[findings->kept_count - 1];
	*finding = (struct finding){.code = code, .severity = severity, .line = line};
	snprintf(finding->expected, sizeof finding->expected, "%s", expected);
	va_start(arguments, found_format);
	vsnprintf(finding->found, sizeof finding->found, found_format, arguments);
	va_end(arguments);
}

const struct finding *findings_error(const struct batch_findings *findings)
{
	for (size_t i = 0; i < findings->kept_count; i++) {
		if (findings->kept[i].severity == FINDING_ERROR)
			return &findings->kept[i];
	}
	return NULL;
}
