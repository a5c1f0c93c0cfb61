/* SPDX-License-Identifier: Apache-2.0 */
/* Reports beside quarantined files: what was read prints and reads as the same. */
#include <string.h>

#include "fuzz/fuzz.h"
#include "ingest/report.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static char printed[REPORT_SIZE];
	struct report report;
	struct report again;
	char *text = malloc(size + 1);

	promise(text != NULL);
	if (size > 0)
		memcpy(text, bytes, size);
	text[size] = '\0';
	memset(&report, 0, sizeof(report));
	if (report_parse(text, &report) == 0) {
		report_print(&report, printed);
		memset(&again, 0, sizeof(again));
		promise(report_parse(printed, &again) == 0);
		promise(again.line == report.line && again.column == report.column);
		promise(strcmp(again.source, report.source) == 0);
	}
	free(text);
	return 0;
}
