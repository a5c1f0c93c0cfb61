/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a figure to the rows of the archived files that it is made of: aggregate knows the
 * imports and their code strings, ingest reads their files once more.
 */
#pragma once

#include "budgetvakt/command.h"

/* @request: area, line, period and "" for text.  The table has at most as many rows as
 * --max says; its notes tell how many there are, and whether all of them are the figure to
 * the öre. */
int voucher_rows_find(struct context *context, const struct request *request,
		      struct table **table_out);
int voucher_rows_show(const struct context *context, const struct table *table);
