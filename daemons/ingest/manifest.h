/* SPDX-License-Identifier: Apache-2.0 */
/*
 * NAME.sum beside NAME: what whoever wrote a file says of it, so that a file that was cut
 * or mixed up on its way is not counted.  Lines KEY=VALUE or KEY;VALUE:
 *
 *	rader=1834        rows that are counted
 *	summa=-1234,56    of their amounts, as they stand in the file: its sign, its unit
 *	sha256=9f86...    of the file's bytes
 *
 * Pure.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/hash.h"
#include "lib/conf/conf.h"
#include "lib/model/finding.h"
#include "lib/model/money.h"
#include "lib/wire/message.h"

enum { MANIFEST_SIZE_MAX = 4096, MANIFEST_FINDINGS_MAX = 3 };

struct manifest {
	bool has_rows, has_sum, has_hash;
	uint64_t row_count;
	struct money sum; /* as in the file */
	struct hash hash;
};

/* false: @finding says why. */
bool manifest_parse(const char *text, const struct source *source, struct manifest *manifest_out,
		    struct finding *finding);
/* How many findings: 0 when the file is what the manifest says. */
size_t manifest_check(const struct manifest *manifest, const struct source *source,
		      const struct batch_end *end, struct finding findings[MANIFEST_FINDINGS_MAX]);
