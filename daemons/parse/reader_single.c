/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows one by one, to somebody who wants them so: no batch comes of such a reading.
 */
#include "parse/reader_core.h"

int reader_single(struct reader *reader, single_taker *take, void *context)
{
	reader->single_take = take;
	reader->single_context = context;
	return reader_vouchers_show(reader);
}

int reader_single_add(struct reader *reader, const struct row *row)
{
	struct single_row single = {
		.layer = row->layer,
		.line = reader->line_number,
		.yyyymm = row->yyyymm,
		.text = reader_description(reader),
		.ore = row->ore,
	};

	for (size_t i = 0; i < reader->used_count; i++) {
		enum dimension dimension = reader->used[i];

		if (row->ids[dimension] != 0)
			single.codes[dimension] = dictionary_text(reader->dictionaries[dimension],
								  row->ids[dimension]);
	}
	reader_voucher_text(reader, &single.series, &single.number);
	return reader->single_take(reader->single_context, &single);
}
