/* SPDX-License-Identifier: Apache-2.0 */
/* What a controller should know about an accepted batch, in Swedish, one warning a line. */
#pragma once

#include <stddef.h>

#include "aggregate/cells.h"
#include "aggregate/findings.h"
#include "lib/wire/message.h"

/* The reader's own warnings, those in @findings, then what landed in Ej fördelat.  Cut when it does
 * not fit; how many there are. */
uint32_t warnings_write(const struct ledger *ledger, const struct batch_end *end,
			const struct batch_findings *findings, const struct unassigned *unassigned,
			char *text, size_t size);
