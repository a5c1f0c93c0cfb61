/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Attributes of SIE 5's elements, and elements that stand where they do not belong.
 */
#include <string.h>

#include "parse/reader_sie5.h"

static const char amount_expected[] = "ett belopp med högst två decimaler, till exempel -1234.56";

bool sie5_attribute_find(const struct sie5 *sie5, const char **attributes, const char *name,
			 struct field *field)
{
	*field = (struct field){.bytes = (const uint8_t *)"", .column = sie5->column};
	for (; *attributes; attributes += 2) {
		if (strcmp(attributes[0], name) != 0)
			continue;
		field->bytes = (const uint8_t *)attributes[1];
		field->length = strlen(attributes[1]);
		return true;
	}
	return false;
}

int sie5_attribute_need(struct reader *reader, const char **attributes, const char *name,
			struct field *field)
{
	const struct sie5 *sie5 = reader->format_state;

	if (sie5_attribute_find(sie5, attributes, name, field) && field->length > 0)
		return 0;
	return reader_bad(reader, FINDING_SIE5_ATTRIBUTE, reader->line_number, sie5->column,
			  "ett element med alla sina attribut; gör om exporten",
			  "attributet %s saknas", name);
}

int sie5_amount_need(struct reader *reader, const char **attributes, int64_t *ore_out)
{
	struct field field;
	int result = sie5_attribute_need(reader, attributes, "amount", &field);
	int problem;

	if (result != 0)
		return result;
	problem = field_amount(&field, ore_out);
	return problem == 0 ? 0 : reader_bad_amount(reader, &field, problem, amount_expected);
}

int sie5_date_need(struct reader *reader, const struct field *field, uint32_t *date_out)
{
	if (field_date(field, date_out))
		return 0;
	return reader_bad_field(reader, FINDING_SIE_DATE, field, "datumet finns inte i kalendern",
				"ett datum ÅÅÅÅ-MM-DD inom räkenskapsåret");
}

int sie5_nested(struct reader *reader)
{
	const struct sie5 *sie5 = reader->format_state;

	return reader_bad(reader, FINDING_SIE5_SYNTAX, reader->line_number, sie5->column,
			  "slutet på elementet före; filen kan vara skadad, gör om exporten",
			  "elementet börjar inuti ett annat av samma slag");
}

int sie5_outside(struct reader *reader, const char *owner)
{
	const struct sie5 *sie5 = reader->format_state;

	return reader_bad(reader, FINDING_SIE5_SYNTAX, reader->line_number, sie5->column,
			  "elementen i SIE 5:s ordning; filen kan vara skadad, gör om exporten",
			  "elementet står utanför %s", owner);
}
