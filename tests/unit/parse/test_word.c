/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is read eight bytes at a time is what a byte at a time tells.
 */
#include "reader_support.h"

#include "parse/word.h"

enum { LINE_SIZE = 24, ROUNDS = 200000 };

static uint32_t random_state = 1;

static uint32_t random_below(uint32_t limit)
{
	random_state = random_state * 1664525 + 1013904223;
	return (random_state >> 8) % limit;
}

/* A line of its exact length on the heap: a byte read outside it is found. */
static uint8_t *random_line(size_t length)
{
	static const uint8_t odd[] = {' ', '\t', '"', '!', '/',	 ':',  '#',  0x00,
				      '@', 0x0A, 'p', '}', 0x80, 0xB0, 0xBA, 0xFF};
	uint32_t oddness = 1 + random_below(12);
	uint8_t *line = malloc(length);

	assert_non_null(line);
	for (size_t i = 0; i < length; i++)
		line[i] = random_below(oddness) == 0 ? odd[random_below(sizeof(odd))]
						     : (uint8_t)('0' + random_below(10));
	return line;
}

static bool is_digit(uint8_t byte)
{
	return byte >= '0' && byte <= '9';
}

static void word_check(const uint8_t *bytes)
{
	uint64_t word = word_load(bytes);
	size_t quote = 0;
	size_t odd = 0;
	size_t blank = 0;
	size_t digits = 0;
	uint32_t number = 0;

	while (quote < WORD_SIZE && bytes[quote] != '"')
		quote++;
	while (odd < WORD_SIZE && bytes[odd] != '"' && bytes[odd] >= ' ')
		odd++;
	while (blank < WORD_SIZE && bytes[blank] > ' ')
		blank++;
	for (; digits < WORD_SIZE && is_digit(bytes[digits]); digits++)
		number = number * 10 + (uint32_t)(bytes[digits] - '0');
	assert_int_equal(word_find(word, '"'), quote);
	assert_int_equal(word_quote(word), odd);
	assert_int_equal(word_blank(word), blank);
	assert_int_equal(word_digits(word), digits);
	if (digits > 0)
		assert_int_equal(word_number(word, digits), number);
}

static void a_word_tells_what_its_bytes_do(void **state)
{
	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		uint8_t *line = random_line(WORD_SIZE);

		word_check(line);
		free(line);
	}
}

static void beyond_the_end_there_are_zeros(void **state)
{
	(void)state;
	for (size_t length = WORD_SIZE; length <= LINE_SIZE; length++) {
		uint8_t *line = random_line(length);

		for (size_t at = 0; at <= length; at++) {
			uint8_t expected[WORD_SIZE] = {0};
			size_t left = length - at < WORD_SIZE ? length - at : WORD_SIZE;

			memcpy(expected, line + at, left);
			assert_true(word_load_until(line + at, line + length) ==
				    word_load(expected));
		}
		free(line);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_word_tells_what_its_bytes_do),
		cmocka_unit_test(beyond_the_end_there_are_zeros),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
