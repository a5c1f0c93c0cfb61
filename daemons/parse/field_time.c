/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The text becomes at most four parts, numbers and names of months; what they are
 * is told by their sizes.
 */
#include "parse/field_time.h"

#include "lib/conf/heading.h"
#include "lib/model/period.h"

enum { PARTS_MAX = 4, WORD_MAX = 12 };

struct part {
	uint32_t value;
	uint32_t digits; /* 0: a month by its name */
};

struct parts {
	struct part items[PARTS_MAX];
	size_t count;
};

static bool is_digit(uint8_t byte)
{
	return byte >= '0' && byte <= '9';
}

static bool is_letter(uint8_t byte)
{
	return (byte | 0x20) >= 'a' && (byte | 0x20) <= 'z';
}

static size_t number_take(const struct field *field, size_t i, struct part *part)
{
	for (; i < field->length && is_digit(field->bytes[i]) && part->digits < 9; i++) {
		part->value = part->value * 10 + (uint32_t)(field->bytes[i] - '0');
		part->digits++;
	}
	return i;
}

/* A name of a month, or the P or M in front of a month's number, which adds nothing. */
static size_t word_take(const struct field *field, size_t i, struct part *part, bool *is_mark)
{
	char word[WORD_MAX];
	size_t length = 0;

	for (; i < field->length && is_letter(field->bytes[i]) && length < WORD_MAX; i++)
		word[length++] = (char)(field->bytes[i] | 0x20);
	*is_mark = length == 1 && (word[0] == 'p' || word[0] == 'm');
	part->value = *is_mark ? 0 : (uint32_t)month_named(word, length);
	return i;
}

static bool is_separator(uint8_t byte)
{
	return byte == '-' || byte == '/' || byte == '.' || byte == ' ' || byte == ',';
}

/* Where the time of day begins: after it there is a colon or nothing else. */
static bool is_time_of_day(const struct field *field, size_t i)
{
	uint8_t byte = field->bytes[i];

	if (byte == 'T')
		i++;
	while (i < field->length && field->bytes[i] == ' ')
		i++;
	return i + 2 < field->length && is_digit(field->bytes[i]) &&
	       is_digit(field->bytes[i + 1]) && field->bytes[i + 2] == ':' &&
	       (byte == 'T' || byte == ' ');
}

static bool is_time_text(const struct field *field, size_t i)
{
	for (; i < field->length; i++) {
		uint8_t byte = field->bytes[i];

		if (!is_digit(byte) && byte != ':' && byte != '.' && byte != 'T' && byte != 'Z' &&
		    byte != ' ' && byte != '+')
			return false;
	}
	return true;
}

/* One part or separator from @i on; false when it is neither. */
static bool part_take(const struct field *field, size_t *i, struct parts *parts)
{
	struct part part = {0};
	size_t start = *i;
	bool is_mark = false;

	if (is_separator(field->bytes[*i])) {
		(*i)++;
		return true;
	}
	if (is_digit(field->bytes[*i]))
		*i = number_take(field, *i, &part);
	else
		*i = word_take(field, *i, &part, &is_mark);
	if (is_mark)
		return *i < field->length;
	if (*i == start || (part.digits == 0 && part.value == 0) || parts->count == PARTS_MAX)
		return false;
	parts->items[parts->count++] = part;
	return true;
}

static bool parts_take(const struct field *field, struct parts *parts)
{
	size_t i = 0;

	parts->count = 0;
	while (i < field->length) {
		if (parts->count > 0 && is_time_of_day(field, i))
			return is_time_text(field, i);
		if (!part_take(field, &i, parts))
			return false;
	}
	return parts->count > 0 && !is_separator(field->bytes[0]) &&
	       !is_separator(field->bytes[field->length - 1]);
}

static int month_out(uint32_t year, uint32_t month, uint32_t *yyyymm_out)
{
	if (year < YEAR_MIN || year > YEAR_MAX || month < 1 || month > MONTHS)
		return TIME_BAD;
	*yyyymm_out = year * 100 + month;
	return 0;
}

static int day_out(uint32_t year, uint32_t month, uint32_t day, uint32_t *yyyymm_out)
{
	if (year < YEAR_MIN || year > YEAR_MAX || month > MONTHS || day > 31 ||
	    !date_is_valid(year * 10000 + month * 100 + day))
		return TIME_BAD;
	return month_out(year, month, yyyymm_out);
}

static uint32_t year_of(const struct part *part)
{
	return part->digits == 2 ? 2000 + part->value : part->value;
}

static bool is_year(const struct part *part)
{
	return part->digits == 4;
}

static bool is_month(const struct part *part)
{
	return part->digits <= 2;
}

static int six_digits(uint32_t value, enum date_form form, uint32_t *yyyymm_out)
{
	uint32_t month = 0;
	int as_month = month_out(value / 100, value % 100, &month);
	int as_day = day_out(2000 + value / 10000, value / 100 % 100, value % 100, yyyymm_out);

	if (form == DATE_FORM_SHORT)
		return as_day;
	if (as_month == 0 && as_day == 0)
		return TIME_AMBIGUOUS;
	if (as_month == 0)
		*yyyymm_out = month;
	return as_month == 0 ? 0 : as_day;
}

static int three_parts(const struct part *part, uint32_t *yyyymm_out)
{
	if (is_year(&part[0]) && is_month(&part[1]) && is_month(&part[2]) && part[2].digits > 0)
		return day_out(part[0].value, part[1].value, part[2].value, yyyymm_out);
	if (is_year(&part[2]) && is_month(&part[1]) && is_month(&part[0]) && part[0].digits > 0)
		return day_out(part[2].value, part[1].value, part[0].value, yyyymm_out);
	/* 20-08-31 is read as the year first, as in 200831. */
	if (part[0].digits == 2 && part[1].digits == 2 && part[2].digits == 2)
		return day_out(year_of(&part[0]), part[1].value, part[2].value, yyyymm_out);
	return TIME_BAD;
}

/* A year and a month; "aug-20" has its year in two digits. */
static int two_parts(const struct part *part, uint32_t *yyyymm_out)
{
	if (is_year(&part[0]) && is_month(&part[1]))
		return month_out(part[0].value, part[1].value, yyyymm_out);
	if (part[0].digits == 0 && (part[1].digits == 2 || part[1].digits == 4))
		return month_out(year_of(&part[1]), part[0].value, yyyymm_out);
	if (is_year(&part[1]) && is_month(&part[0]))
		return month_out(part[1].value, part[0].value, yyyymm_out);
	return TIME_BAD;
}

static int parts_read(const struct parts *parts, uint32_t *yyyymm_out)
{
	uint32_t value = parts->items[0].value;

	if (parts->count == 3)
		return three_parts(parts->items, yyyymm_out);
	if (parts->count == 2)
		return two_parts(parts->items, yyyymm_out);
	if (parts->count == 1 && parts->items[0].digits == 8)
		return day_out(value / 10000, value / 100 % 100, value % 100, yyyymm_out);
	return TIME_BAD;
}

int field_list_date(const struct field *field, enum date_form form, uint32_t *yyyymm_out)
{
	struct parts parts;

	if (!parts_take(field, &parts))
		return TIME_BAD;
	if (parts.count == 1 && parts.items[0].digits == 6)
		return six_digits(parts.items[0].value, form, yyyymm_out);
	return parts_read(&parts, yyyymm_out);
}

int field_list_period(const struct field *field, uint32_t year, uint32_t *yyyymm_out)
{
	struct parts parts;

	if (!parts_take(field, &parts))
		return TIME_BAD;
	if (parts.count > 1)
		return parts_read(&parts, yyyymm_out);
	if (parts.items[0].digits == 6)
		return month_out(parts.items[0].value / 100, parts.items[0].value % 100,
				 yyyymm_out);
	if (parts.items[0].digits == 8)
		return parts_read(&parts, yyyymm_out);
	if (!is_month(&parts.items[0]))
		return TIME_BAD;
	return year == 0 ? TIME_NO_YEAR : month_out(year, parts.items[0].value, yyyymm_out);
}
