/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values of dates, periods and numbers; amounts are in field_amount.c.
 */
#include "parse/field.h"

#include <stdio.h>
#include <string.h>

#include "lib/model/period.h"
#include "parse/word.h"

static bool is_digit(uint8_t byte)
{
	return byte >= '0' && byte <= '9';
}

/* The bytes of one blank at @bytes, 0 when there is none. */
static size_t blank_length(const uint8_t *bytes, size_t length, enum text_encoding encoding)
{
	if (length == 0)
		return 0;
	if (bytes[0] == ' ' || bytes[0] == '\t' || bytes[0] == '\r')
		return 1;
	if (bytes[0] < 0x80)
		return 0;
	if (encoding == ENCODING_CP437 || encoding == ENCODING_CP850)
		return bytes[0] == 0xFF;
	if (encoding == ENCODING_WINDOWS_1252)
		return bytes[0] == 0xA0;
	if (length >= 2 && bytes[0] == 0xC2 && bytes[1] == 0xA0)
		return 2;
	return length >= 3 && bytes[0] == 0xE2 && bytes[1] == 0x80 && bytes[2] == 0xAF ? 3 : 0;
}

static size_t blank_length_before(const uint8_t *end, size_t length, enum text_encoding encoding)
{
	for (size_t count = 1; count <= 3 && count <= length; count++)
		if (blank_length(end - count, count, encoding) == count)
			return count;
	return 0;
}

void field_trim(struct field *field, enum text_encoding encoding)
{
	size_t count;

	while ((count = blank_length(field->bytes, field->length, encoding)) > 0) {
		field->bytes += count;
		field->column += count;
		field->length -= count;
	}
	while (field->length > 0 &&
	       (field->bytes[field->length - 1] <= ' ' ||
		field->bytes[field->length - 1] >= 0x80) &&
	       (count = blank_length_before(field->bytes + field->length, field->length,
					    encoding)) > 0)
		field->length -= count;
}

static bool digits_read(const uint8_t *bytes, size_t count, uint32_t *value)
{
	uint32_t result = *value;

	for (size_t i = 0; i < count; i++) {
		if (!is_digit(bytes[i]))
			return false;
		result = result * 10 + (uint32_t)(bytes[i] - '0');
	}
	*value = result;
	return true;
}

bool field_date(const struct field *field, uint32_t *yyyymmdd_out)
{
	const uint8_t *bytes = field->bytes;
	uint32_t date = 0;

	if (field->length == WORD_SIZE) {
		uint64_t word = word_load(bytes);

		if (word_digits(word) != WORD_SIZE)
			return false;
		date = word_number(word, WORD_SIZE);
	} else if (field->length == 10 && bytes[4] == '-' && bytes[7] == '-') {
		if (!digits_read(bytes, 4, &date) || !digits_read(bytes + 5, 2, &date) ||
		    !digits_read(bytes + 8, 2, &date))
			return false;
	} else {
		return false;
	}
	if (!date_is_valid(date))
		return false;
	*yyyymmdd_out = date;
	return true;
}

bool field_period(const struct field *field, uint32_t *yyyymm_out)
{
	const uint8_t *bytes = field->bytes;
	uint32_t yyyymm = 0;

	if (field->length == 6) {
		if (!digits_read(bytes, 6, &yyyymm))
			return false;
	} else if (field->length == 7 && bytes[4] == '-') {
		if (!digits_read(bytes, 4, &yyyymm) || !digits_read(bytes + 5, 2, &yyyymm))
			return false;
	} else {
		return false;
	}
	if (!period_is_valid((struct period){yyyymm}))
		return false;
	*yyyymm_out = yyyymm;
	return true;
}

bool field_year(const struct field *field, uint32_t *year_out)
{
	uint32_t year = 0;

	if (field->length != 4 || !digits_read(field->bytes, 4, &year))
		return false;
	if (year < YEAR_MIN || year > YEAR_MAX)
		return false;
	*year_out = year;
	return true;
}

bool field_number(const struct field *field, int32_t *number_out)
{
	bool is_negative = field->length > 0 && field->bytes[0] == '-';
	size_t count = field->length - is_negative;
	uint32_t value = 0;

	if (count == 0 || count > 9 || !digits_read(field->bytes + is_negative, count, &value))
		return false;
	*number_out = is_negative ? -(int32_t)value : (int32_t)value;
	return true;
}

/* Mostly digits, and nothing that would not be printed. */
static bool looks_like_number(const struct field *field)
{
	size_t digit_count = 0;

	if (field->length > 32)
		return false;
	for (size_t i = 0; i < field->length; i++) {
		if (field->bytes[i] < ' ' || field->bytes[i] > '~')
			return false;
		digit_count += is_digit(field->bytes[i]);
	}
	return digit_count > 0 && digit_count * 2 >= field->length;
}

void field_quote(const struct field *field, char quote[static FIELD_QUOTE_SIZE])
{
	if (field->length == 0)
		snprintf(quote, FIELD_QUOTE_SIZE, "ett tomt fält");
	else if (looks_like_number(field))
		snprintf(quote, FIELD_QUOTE_SIZE, "\"%.*s\"", (int)field->length,
			 (const char *)field->bytes);
	else
		snprintf(quote, FIELD_QUOTE_SIZE, "en text om %zu byte", field->length);
}
