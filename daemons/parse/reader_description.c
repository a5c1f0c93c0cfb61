/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What rows and their vouchers say in words: it goes to who asks for single rows and has
 * the right to it, and is never read for anybody else.
 */
#include <stdlib.h>

#include "parse/field_text.h"
#include "parse/reader_core.h"

struct descriptions {
	char voucher[FIELD_SHOWN_SIZE];
	char row[FIELD_SHOWN_SIZE];
};

int reader_descriptions_show(struct reader *reader)
{
	reader->descriptions = calloc(1, sizeof(*reader->descriptions));
	return reader->descriptions ? 0 : -ENOMEM;
}

void reader_descriptions_destroy(struct reader *reader)
{
	free(reader->descriptions);
}

void reader_voucher_describe(struct reader *reader, const struct field *field)
{
	field_show(field, reader->encoding, reader->descriptions->voucher);
}

void reader_row_describe(struct reader *reader, const struct field *field)
{
	field_show(field, reader->encoding, reader->descriptions->row);
}

const char *reader_description(const struct reader *reader)
{
	if (!reader->descriptions)
		return "";
	return *reader->descriptions->row ? reader->descriptions->row
					  : reader->descriptions->voucher;
}
