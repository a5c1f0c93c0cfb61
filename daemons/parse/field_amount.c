/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Amounts as written by ledgers and spreadsheets, to whole öre.
 */
#include "parse/field.h"

#include <stdio.h>
#include <string.h>

#include "parse/word.h"

enum { MANTISSA_DIGITS_SAFE = 18, STYLED_SIZE = 64 };

static bool is_digit(uint8_t byte)
{
	return byte >= '0' && byte <= '9';
}

static bool digit_append(int64_t *value, uint8_t byte)
{
	return !__builtin_mul_overflow(*value, 10, value) &&
	       !__builtin_add_overflow(*value, byte - '0', value);
}

/* Moves @at past digits and appends them; false when the value grows beyond int64. */
static bool digits_append(const uint8_t **at, const uint8_t *end, int64_t *value)
{
	const uint8_t *digit = *at;
	int64_t result = *value;

	if (end - digit <= MANTISSA_DIGITS_SAFE)
		for (; digit < end && is_digit(*digit); digit++)
			result = result * 10 + (*digit - '0');
	for (; digit < end && is_digit(*digit); digit++)
		if (!digit_append(&result, *digit))
			return false;
	*at = digit;
	*value = result;
	return true;
}

/* Whether everything from @at on is digits, so that only the size is wrong. */
static int number_problem(const uint8_t *at, const uint8_t *end)
{
	bool has_decimal = false;

	for (; at < end; at++) {
		if ((*at == '.' || *at == ',') && !has_decimal)
			has_decimal = true;
		else if (!is_digit(*at))
			return FIELD_NOT_A_NUMBER;
	}
	return FIELD_TOO_BIG;
}

/* The decimals after the sign at @at, as exactly two. */
static int decimals_append(const uint8_t *at, const uint8_t *end, int64_t *value)
{
	for (const uint8_t *digit = at; digit < end; digit++)
		if (!is_digit(*digit))
			return FIELD_NOT_A_NUMBER;
	while (end - at > 2 && end[-1] == '0')
		end--;
	if (end - at > 2)
		return FIELD_DECIMALS;
	for (int i = 0; i < 2; i++, at++)
		if (!digit_append(value, at < end ? *at : '0'))
			return FIELD_TOO_BIG;
	return 0;
}

int field_amount(const struct field *field, int64_t *ore_out)
{
	const uint8_t *end = field->bytes + field->length;
	bool is_negative = field->length > 0 && field->bytes[0] == '-';
	const uint8_t *digits = field->bytes + is_negative;
	const uint8_t *at;
	int64_t value = 0;
	int problem;

	if (field->length == 0)
		return FIELD_EMPTY;
	at = digits;
	if (!digits_append(&at, end, &value))
		return number_problem(digits, end);
	if (at < end && *at != '.' && *at != ',')
		return FIELD_NOT_A_NUMBER;
	if (end - digits <= (at < end))
		return FIELD_NOT_A_NUMBER;
	problem = decimals_append(at < end ? at + 1 : end, end, &value);
	if (problem != 0)
		return problem;
	*ore_out = is_negative ? -value : value;
	return 0;
}

/* The number between the signs of a styled amount. */
struct mantissa {
	int64_t value;
	int64_t scale;	  /* ten to the number of decimals */
	int group_digits; /* since the last thousands sign */
	uint8_t thousands;
	bool has_decimal;
	bool has_digit;
};

/* A thousands sign is only believed between groups of three: "12 34" is two
 * numbers and "1234.56" has the wrong decimal sign. */
static bool group_is_whole(const struct mantissa *mantissa)
{
	if (mantissa->thousands)
		return mantissa->group_digits == 3;
	return mantissa->group_digits >= 1 && mantissa->group_digits <= 3;
}

static int mantissa_digit(struct mantissa *mantissa, uint8_t byte)
{
	mantissa->has_digit = true;
	mantissa->group_digits++;
	if (!digit_append(&mantissa->value, byte))
		return FIELD_TOO_BIG;
	if (mantissa->has_decimal && __builtin_mul_overflow(mantissa->scale, 10, &mantissa->scale))
		return FIELD_DECIMALS;
	return 0;
}

static bool is_thousands_sign(uint8_t byte, const struct amount_style *style)
{
	if (style->thousands != THOUSANDS_AUTO)
		return byte == (uint8_t)style->thousands;
	return byte == ' ' || byte == '\'' || (byte == '.' && style->decimal == ',');
}

static int mantissa_sign(struct mantissa *mantissa, uint8_t byte, const struct amount_style *style)
{
	if (mantissa->has_decimal)
		return FIELD_NOT_A_NUMBER;
	if (byte == (uint8_t)style->decimal) {
		if (mantissa->thousands && mantissa->group_digits != 3)
			return FIELD_NOT_A_NUMBER;
		mantissa->has_decimal = true;
		return 0;
	}
	if (!is_thousands_sign(byte, style) || !group_is_whole(mantissa))
		return FIELD_NOT_A_NUMBER;
	if (mantissa->thousands && mantissa->thousands != byte)
		return FIELD_NOT_A_NUMBER;
	mantissa->thousands = byte;
	mantissa->group_digits = 0;
	return 0;
}

static int mantissa_read(struct mantissa *mantissa, const uint8_t *at, const uint8_t *end,
			 const struct amount_style *style)
{
	for (const uint8_t *byte = at; byte < end; byte++)
		if (!is_digit(*byte) && *byte != (uint8_t)style->decimal &&
		    !is_thousands_sign(*byte, style))
			return FIELD_NOT_A_NUMBER;
	for (; at < end; at++) {
		int problem = is_digit(*at) ? mantissa_digit(mantissa, *at)
					    : mantissa_sign(mantissa, *at, style);

		if (problem != 0)
			return problem;
	}
	if (!mantissa->has_digit)
		return FIELD_NOT_A_NUMBER;
	if (mantissa->thousands && !mantissa->has_decimal && mantissa->group_digits != 3)
		return FIELD_NOT_A_NUMBER;
	return 0;
}

static int mantissa_scale(const struct mantissa *mantissa, int64_t unit_ore, int64_t *ore_out)
{
	if (unit_ore % mantissa->scale != 0)
		return FIELD_DECIMALS;
	if (__builtin_mul_overflow(mantissa->value, unit_ore / mantissa->scale, ore_out))
		return FIELD_TOO_BIG;
	return 0;
}

/* Takes the minus off, wherever it stands; false when there are two. */
static bool minus_take(const uint8_t **at, const uint8_t **end, bool *is_negative)
{
	int count = 0;

	if (*end - *at >= 2 && **at == '(' && (*end)[-1] == ')') {
		(*at)++;
		(*end)--;
		count++;
	}
	if (*at < *end && **at == '-') {
		(*at)++;
		count++;
	} else if (*at < *end && **at == '+' && count == 0) {
		(*at)++;
	}
	if (*at < *end && (*end)[-1] == '-') {
		(*end)--;
		count++;
	}
	while (*at < *end && **at == ' ')
		(*at)++;
	while (*at < *end && (*end)[-1] == ' ')
		(*end)--;
	*is_negative = count == 1;
	return count <= 1;
}

static int ascii_amount(const uint8_t *at, size_t length, const struct amount_style *style,
			int64_t *ore_out)
{
	const uint8_t *end = at + length;
	struct mantissa mantissa = {.scale = 1};
	bool is_negative;
	int problem;

	/* Nothing, as spreadsheets show it. */
	if (length == 1 && *at == '-') {
		*ore_out = 0;
		return 0;
	}
	if (!minus_take(&at, &end, &is_negative))
		return FIELD_NOT_A_NUMBER;
	problem = mantissa_read(&mantissa, at, end, style);
	if (problem == 0)
		problem = mantissa_scale(&mantissa, style->unit_ore, ore_out);
	if (problem == 0 && is_negative)
		*ore_out = -*ore_out;
	return problem;
}

static char windows_sign(uint8_t byte)
{
	if (byte == 0xA0)
		return ' ';
	if (byte == 0x96)
		return '-';
	return byte == 0x92 ? '\'' : '\0';
}

/* What the bytes at @bytes mean in ASCII: a blank, a minus (also an en dash) or an
 * apostrophe; 0 when none of them. */
static char sign_of_bytes(const uint8_t *bytes, size_t length, enum text_encoding encoding,
			  size_t *used)
{
	*used = 1;
	if (encoding == ENCODING_CP437 || encoding == ENCODING_CP850)
		return bytes[0] == 0xFF ? ' ' : '\0';
	if (encoding == ENCODING_WINDOWS_1252)
		return windows_sign(bytes[0]);
	*used = 2;
	if (length >= 2 && bytes[0] == 0xC2 && bytes[1] == 0xA0)
		return ' ';
	*used = 3;
	if (length < 3 || bytes[0] != 0xE2)
		return '\0';
	if (bytes[1] == 0x80 && (bytes[2] == 0xAF || bytes[2] == 0x89))
		return ' ';
	if (bytes[1] == 0x80 && bytes[2] == 0x93)
		return '-';
	if (bytes[1] == 0x80 && bytes[2] == 0x99)
		return '\'';
	return bytes[1] == 0x88 && bytes[2] == 0x92 ? '-' : '\0';
}

/* Blanks and minuses of the encoding in ASCII; false when something else is
 * not ASCII. */
static bool signs_fold(const struct field *field, enum text_encoding encoding,
		       uint8_t folded[static STYLED_SIZE], size_t *length_out)
{
	size_t length = 0;

	for (size_t i = 0, used = 1; i < field->length; i += used) {
		uint8_t byte = field->bytes[i];

		used = 1;
		if (byte >= 0x80)
			byte = (uint8_t)sign_of_bytes(field->bytes + i, field->length - i, encoding,
						      &used);
		if (byte == 0 || length == STYLED_SIZE)
			return false;
		folded[length++] = byte;
	}
	*length_out = length;
	return true;
}

static bool is_ascii(const struct field *field)
{
	uint8_t all = 0;

	for (size_t i = 0; i < field->length; i++)
		all |= field->bytes[i];
	return all < 0x80;
}

enum { PLAIN_DIGITS_MAX = 15, DECIMALS = 2 };

/* One to eight digits without anything. */
static bool digits_number(const uint8_t *digits, size_t count, int64_t *number_out)
{
	uint64_t word = '0' * WORD_ONES;
	uint32_t first, last;

	if (count >= sizeof(first)) {
		/* Those in the middle are in both. */
		memcpy(&first, digits, sizeof(first));
		memcpy(&last, digits + count - sizeof(last), sizeof(last));
		word = (uint64_t)first << (WORD_SIZE - count) * 8 | (uint64_t)last << 32 |
		       (count == WORD_SIZE ? 0 : word >> count * 8);
		*number_out = word_number(word, WORD_SIZE);
		return word_digits(word) == WORD_SIZE;
	}
	*number_out = 0;
	for (size_t i = 0; i < count; i++) {
		if (!is_digit(digits[i]))
			return false;
		*number_out = *number_out * 10 + (digits[i] - '0');
	}
	return true;
}

bool field_plain_amount(const struct field *field, const struct amount_style *style,
			int64_t *ore_out)
{
	bool is_negative = field->length > 0 && field->bytes[0] == '-';
	const uint8_t *digits = field->bytes + is_negative;
	size_t count = field->length - is_negative;
	int64_t high = 0;
	int64_t low, decimals;

	if (count < sizeof("0,00") - 1 || count > PLAIN_DIGITS_MAX || style->unit_ore != 100)
		return false;
	count -= DECIMALS + 1;
	if (digits[count] != (uint8_t)style->decimal ||
	    !digits_number(digits + count + 1, DECIMALS, &decimals))
		return false;
	if (count > WORD_SIZE && !digits_number(digits, count - WORD_SIZE, &high))
		return false;
	if (count > WORD_SIZE)
		digits += count - WORD_SIZE;
	if (!digits_number(digits, count > WORD_SIZE ? WORD_SIZE : count, &low))
		return false;
	*ore_out = (high * 100000000 + low) * 100 + decimals;
	if (is_negative)
		*ore_out = -*ore_out;
	return true;
}

bool field_roomy_amount(const struct field *field, char decimal, int64_t *ore_out)
{
	bool is_negative = field->length > 0 && field->bytes[0] == '-';
	const uint8_t *digits = field->bytes + is_negative;
	size_t count = field->length - is_negative - DECIMALS - 1;
	unsigned tens, ones;
	uint64_t word;

	/* Fewer than none are more than any. */
	if (count - 1 >= WORD_SIZE || digits[count] != (uint8_t)decimal)
		return false;
	word = word_load(digits);
	tens = (unsigned)digits[count + 1] - '0';
	ones = (unsigned)digits[count + 2] - '0';
	if (tens > 9 || ones > 9 || word_digits(word) < count)
		return false;
	*ore_out = (int64_t)word_number(word, count) * 100 + (int64_t)(tens * 10 + ones);
	if (is_negative)
		*ore_out = -*ore_out;
	return true;
}

int field_styled_amount(const struct field *field, const struct amount_style *style,
			int64_t *ore_out)
{
	struct field trimmed = *field;
	uint8_t folded[STYLED_SIZE];
	size_t length;

	if (field_plain_amount(field, style, ore_out))
		return 0;
	field_trim(&trimmed, style->encoding);
	if (trimmed.length == 0)
		return FIELD_EMPTY;
	if (is_ascii(&trimmed))
		return ascii_amount(trimmed.bytes, trimmed.length, style, ore_out);
	if (!signs_fold(&trimmed, style->encoding, folded, &length))
		return FIELD_NOT_A_NUMBER;
	return ascii_amount(folded, length, style, ore_out);
}

void amount_text(int64_t ore, char text[static AMOUNT_TEXT_SIZE])
{
	uint64_t size = ore < 0 ? 0 - (uint64_t)ore : (uint64_t)ore;

	snprintf(text, AMOUNT_TEXT_SIZE, "%s%llu,%02u", ore < 0 ? "-" : "",
		 (unsigned long long)(size / 100), (unsigned)(size % 100));
}
