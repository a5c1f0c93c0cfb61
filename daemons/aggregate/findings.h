/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is wrong with a batch, as it is found: errors refuse it, warnings are kept
 * with it.  The first so many are kept and all are counted.
 */
#pragma once

#include <stddef.h>

#include "lib/model/finding.h"

enum { LEDGER_FINDINGS_MAX = 100 };

struct batch_findings {
	struct finding kept[LEDGER_FINDINGS_MAX];
	size_t kept_count;
	uint64_t error_count;
	uint64_t warning_count;
};

/* @severity: 0 for the code's own; nothing happens for FINDING_IGNORED. */
void findings_add(struct batch_findings *findings, enum finding_code code,
		  enum finding_severity severity, uint32_t line, const char *expected,
		  const char *found_format, ...) __attribute__((format(printf, 6, 7)));

/* The first error; NULL when there is none. */
const struct finding *findings_error(const struct batch_findings *findings);
