/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bytes that are no message of ours, written by hand in protobuf's own terms,
 * and every single flipped bit of every message that is.
 */
#include "support/test.h"

#include "unit/wire/samples.h"

enum { CRAFT_SIZE = 4096, VARINT = 0, FIXED64 = 1, DELIMITED = 2 };

/* Envelope fields, as in envelope.proto. */
enum { BODY_BEGIN = 1, BODY_ROWS = 2, BODY_END = 3, BODY_REQUEST = 6, BODY_ANSWER = 7, BODY_BELL };

struct craft {
	uint8_t bytes[CRAFT_SIZE];
	size_t size;
};

static void craft_varint(struct craft *craft, uint64_t value)
{
	do {
		assert_true(craft->size < CRAFT_SIZE);
		craft->bytes[craft->size++] = (uint8_t)((value & 0x7F) | (value > 0x7F ? 0x80 : 0));
		value >>= 7;
	} while (value > 0);
}

static void craft_number(struct craft *craft, unsigned field, uint64_t value)
{
	craft_varint(craft, field << 3 | VARINT);
	craft_varint(craft, value);
}

static void craft_bytes(struct craft *craft, unsigned field, const void *bytes, size_t size)
{
	craft_varint(craft, field << 3 | DELIMITED);
	craft_varint(craft, size);
	assert_true(craft->size + size <= CRAFT_SIZE);
	memcpy(craft->bytes + craft->size, bytes, size);
	craft->size += size;
}

static void craft_text(struct craft *craft, unsigned field, const char *text)
{
	craft_bytes(craft, field, text, strlen(text));
}

static void craft_message(struct craft *craft, unsigned field, const struct craft *inner)
{
	craft_bytes(craft, field, inner->bytes, inner->size);
}

static int craft_unpack(struct arena *arena, const struct craft *craft)
{
	struct message message;

	arena_reset(arena);
	return message_unpack(craft->bytes, craft->size, arena, &message);
}

/* @inner as the body @field of an envelope. */
static int body_unpack(struct arena *arena, unsigned field, const struct craft *inner)
{
	struct craft envelope = {.size = 0};

	craft_message(&envelope, field, inner);
	return craft_unpack(arena, &envelope);
}

static void craft_id(struct craft *craft)
{
	static const uint8_t id[REQUEST_ID_SIZE] = {1};

	craft_bytes(craft, 1, id, sizeof id);
}

static void craft_request(struct craft *craft)
{
	craft_id(craft);
	craft_number(craft, 2, REQUEST_STATUS);
}

static void craft_matches_what_we_pack(void **state)
{
	struct craft request = {.size = 0};

	craft_request(&request);
	assert_int_equal(body_unpack(*state, BODY_REQUEST, &request), 0);
}

/* A body of no bytes, too. */
static void a_request_without_an_id_is_malformed(void **state)
{
	struct craft request = {.size = 0};

	assert_int_equal(body_unpack(*state, BODY_REQUEST, &request), CODEC_MALFORMED);
	craft_number(&request, 2, REQUEST_STATUS);
	assert_int_equal(body_unpack(*state, BODY_REQUEST, &request), CODEC_MALFORMED);
}

static void nothing_and_junk_are_refused(void **state)
{
	struct craft nothing = {.size = 0};
	struct craft junk = {.bytes = "GET / HTTP/1.1\r\n\r\n", .size = 18};
	struct craft cut = {.bytes = {BODY_REQUEST << 3 | DELIMITED, 5, 0x10}, .size = 3};

	assert_int_equal(craft_unpack(*state, &nothing), CODEC_UNKNOWN);
	assert_int_equal(craft_unpack(*state, &junk), CODEC_MALFORMED);
	assert_int_equal(craft_unpack(*state, &cut), CODEC_MALFORMED);
}

static void a_body_we_do_not_know_is_unknown(void **state)
{
	struct craft inner = {.size = 0};

	craft_number(&inner, 1, 1);
	assert_int_equal(body_unpack(*state, 10, &inner), CODEC_UNKNOWN);
	assert_int_equal(body_unpack(*state, 1000, &inner), CODEC_UNKNOWN);
}

static void a_field_we_do_not_know_is_ignored(void **state)
{
	struct craft request = {.size = 0};

	craft_request(&request);
	craft_text(&request, 99, "from a later version");
	assert_int_equal(body_unpack(*state, BODY_REQUEST, &request), 0);
}

static void trailing_bytes_are_malformed(void **state)
{
	for (int i = 0; i < SAMPLE_MESSAGES; i++) {
		struct message message = sample_message(i);
		uint8_t *bytes = NULL;
		uint8_t *longer;
		size_t size = 0;

		assert_int_equal(message_pack(&message, &bytes, &size), 0);
		longer = realloc(bytes, size + 1);
		assert_non_null(longer);
		longer[size] = 0;
		assert_int_equal(message_unpack(longer, size + 1, *state, &message),
				 CODEC_MALFORMED);
		assert_int_equal(message_unpack(longer, size - 1, *state, &message),
				 CODEC_MALFORMED);
		free(longer);
	}
}

static void fields_in_another_order_or_twice_are_malformed(void **state)
{
	struct craft reordered = {.size = 0};
	struct craft doubled = {.size = 0};
	struct craft two_bodies = {.size = 0};
	struct craft request = {.size = 0};

	craft_id(&reordered);
	craft_number(&reordered, 9, 5);
	craft_number(&reordered, 2, REQUEST_STATUS);
	assert_int_equal(body_unpack(*state, BODY_REQUEST, &reordered), CODEC_MALFORMED);
	craft_id(&doubled);
	craft_number(&doubled, 2, REQUEST_STATUS);
	craft_number(&doubled, 2, REQUEST_STATUS);
	assert_int_equal(body_unpack(*state, BODY_REQUEST, &doubled), CODEC_MALFORMED);
	craft_request(&request);
	craft_message(&two_bodies, BODY_REQUEST, &request);
	craft_message(&two_bodies, BODY_REQUEST, &request);
	assert_int_equal(craft_unpack(*state, &two_bodies), CODEC_MALFORMED);
}

static void numbers_written_longer_than_needed_are_malformed(void **state)
{
	struct craft padded = {.bytes = {2 << 3, 0x81, 0x00}, .size = 3};
	struct craft zero = {.size = 0};
	struct craft truth = {.size = 0};

	assert_int_equal(body_unpack(*state, BODY_REQUEST, &padded), CODEC_MALFORMED);
	craft_id(&zero);
	craft_number(&zero, 2, 0); /* a default is not written */
	assert_int_equal(body_unpack(*state, BODY_REQUEST, &zero), CODEC_MALFORMED);
	craft_request(&truth);
	craft_number(&truth, 12, 2); /* a bool is 1 */
	assert_int_equal(body_unpack(*state, BODY_REQUEST, &truth), CODEC_MALFORMED);
}

static void text_that_is_not_utf8_is_malformed(void **state)
{
	static const char *const bad[] = {
		"\xff", "\xc0\xaf", "\xed\xa0\x80", "\xe5", "a\x80", "\xf4\x90\x80\x80",
	};
	struct craft good = {.size = 0};

	craft_request(&good);
	craft_text(&good, 4, "å");
	assert_int_equal(body_unpack(*state, BODY_REQUEST, &good), 0);
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct craft request = {.size = 0};

		craft_request(&request);
		craft_text(&request, 4, bad[i]);
		assert_int_equal(body_unpack(*state, BODY_REQUEST, &request), CODEC_MALFORMED);
	}
}

static void text_with_a_nul_in_it_is_malformed(void **state)
{
	struct craft request = {.size = 0};

	craft_request(&request);
	craft_bytes(&request, 4, "a\0b", 3);
	assert_int_equal(body_unpack(*state, BODY_REQUEST, &request), CODEC_MALFORMED);
}

static void bad_text_deep_inside_is_malformed(void **state)
{
	struct craft column = {.size = 0};
	struct craft table = {.size = 0};
	struct craft answer = {.size = 0};

	craft_text(&column, 1, "\xff");
	craft_number(&column, 3, COLUMN_TEXT);
	craft_message(&table, 3, &column);
	craft_number(&answer, 2, ANSWER_OK);
	craft_message(&answer, 4, &table);
	assert_int_equal(body_unpack(*state, BODY_ANSWER, &answer), CODEC_MALFORMED);
}

static void ids_and_hashes_of_another_length_are_malformed(void **state)
{
	static const uint8_t bytes[33];

	for (size_t size = 1; size <= sizeof bytes; size++) {
		struct craft id = {.size = 0};
		struct craft hash = {.size = 0};

		craft_request(&hash);
		craft_bytes(&id, 1, bytes, size);
		assert_int_equal(body_unpack(*state, BODY_REQUEST, &id),
				 size == REQUEST_ID_SIZE ? 0 : CODEC_MALFORMED);
		assert_int_equal(body_unpack(*state, BODY_BELL, &id),
				 size == STREAM_ID_SIZE ? 0 : CODEC_MALFORMED);
		craft_bytes(&hash, 8, bytes, size);
		assert_int_equal(body_unpack(*state, BODY_REQUEST, &hash),
				 size == HASH_SIZE ? 0 : CODEC_MALFORMED);
	}
}

/* Rows of one column, whose parts a test may get wrong. */
struct rows_craft {
	uint32_t layer;
	uint32_t count;
	uint32_t dimension;
	size_t ids_size;
	size_t periods_size;
	size_t amounts_size;
	const char *code;
	unsigned columns;
};

static const struct rows_craft rows_good = {.layer = LAYER_OUTCOME,
					    .count = 2,
					    .dimension = DIMENSION_LINE,
					    .ids_size = 8,
					    .periods_size = 8,
					    .amounts_size = 16,
					    .code = "x",
					    .columns = 1};

static int rows_unpack(struct arena *arena, const struct rows_craft *what)
{
	static const uint8_t bytes[64] = {1};
	struct craft column = {.size = 0};
	struct craft rows = {.size = 0};

	if (what->dimension > 0)
		craft_number(&column, 1, what->dimension);
	if (what->ids_size > 0)
		craft_bytes(&column, 2, bytes, what->ids_size);
	craft_text(&column, 3, what->code);
	if (what->layer > 0)
		craft_number(&rows, 2, what->layer);
	if (what->count > 0)
		craft_number(&rows, 3, what->count);
	for (unsigned i = 0; i < what->columns; i++)
		craft_message(&rows, 4, &column);
	if (what->periods_size > 0)
		craft_bytes(&rows, 5, bytes, what->periods_size);
	if (what->amounts_size > 0)
		craft_bytes(&rows, 6, bytes, what->amounts_size);
	return body_unpack(arena, BODY_ROWS, &rows);
}

/* The good rows with one part changed. */
#define assert_rows_malformed(arena, member, value)                                                \
	do {                                                                                       \
		struct rows_craft changed = rows_good;                                             \
                                                                                                   \
		changed.member = (value);                                                          \
		assert_int_equal(rows_unpack(arena, &changed), CODEC_MALFORMED);                   \
	} while (0)

static void rows_with_wrong_lengths_are_malformed(void **state)
{
	assert_int_equal(rows_unpack(*state, &rows_good), 0);
	assert_rows_malformed(*state, ids_size, 4);
	assert_rows_malformed(*state, ids_size, 9);
	assert_rows_malformed(*state, periods_size, 4);
	assert_rows_malformed(*state, periods_size, 0);
	assert_rows_malformed(*state, amounts_size, 8);
	assert_rows_malformed(*state, amounts_size, 17);
	assert_rows_malformed(*state, count, 0);
	assert_rows_malformed(*state, count, 3);
	assert_rows_malformed(*state, count, 0x40000002); /* times four is eight again */
}

static void rows_of_no_layer_or_dimension_are_malformed(void **state)
{
	assert_rows_malformed(*state, layer, 0);
	assert_rows_malformed(*state, layer, LAYER_MAX + 1);
	assert_rows_malformed(*state, dimension, DIMENSION_COUNT);
	assert_rows_malformed(*state, dimension, UINT32_MAX);
	assert_rows_malformed(*state, columns, 2);
}

static void codes_that_cannot_be_are_malformed(void **state)
{
	char longest[CODE_SIZE];
	char too_long[CODE_SIZE + 1];
	struct rows_craft fits = rows_good;

	memset(longest, 'x', sizeof longest - 1);
	longest[sizeof longest - 1] = '\0';
	memset(too_long, 'x', sizeof too_long - 1);
	too_long[sizeof too_long - 1] = '\0';
	fits.code = longest;
	assert_int_equal(rows_unpack(*state, &fits), 0);
	assert_rows_malformed(*state, code, too_long);
	assert_rows_malformed(*state, code, "");
}

static void too_many_rows_are_malformed(void **state)
{
	static uint32_t periods[ROWS_MAX + 1];
	static int64_t amounts[ROWS_MAX + 1];
	struct message sent = {.kind = MESSAGE_ROWS,
			       .batch_rows = {.rows = {.layer = LAYER_OUTCOME,
						       .count = ROWS_MAX + 1,
						       .periods = periods,
						       .amounts_ore = amounts}}};
	struct message got;
	uint8_t *bytes = NULL;
	size_t size = 0;

	assert_int_equal(message_pack(&sent, &bytes, &size), 0);
	assert_int_equal(message_unpack(bytes, size, *state, &got), CODEC_MALFORMED);
	free(bytes);
}

static void an_entry_of_no_rows_is_malformed(void **state)
{
	static uint32_t periods[2] = {202001, 202001};
	static int64_t amounts[2] = {1, 2};
	uint32_t row_counts[2] = {3, 0};
	struct message sent = {.kind = MESSAGE_ROWS,
			       .batch_rows = {.rows = {.layer = LAYER_OUTCOME,
						       .count = 2,
						       .periods = periods,
						       .amounts_ore = amounts,
						       .row_counts = row_counts}}};
	struct message got;
	uint8_t *bytes = NULL;
	size_t size = 0;

	assert_int_equal(message_pack(&sent, &bytes, &size), 0);
	assert_int_equal(message_unpack(bytes, size, *state, &got), CODEC_MALFORMED);
	free(bytes);
}

static int coverage_unpack(struct arena *arena, uint32_t layer, uint32_t first, uint32_t last)
{
	struct batch_coverage coverage = {
		.layer = (enum layer)layer, .first = {first}, .last = {last}, .through = {last}};
	struct message sent = {.kind = MESSAGE_BATCH_END,
			       .batch_end = {.coverages = &coverage, .coverage_count = 1}};
	struct message got;
	uint8_t *bytes = NULL;
	size_t size = 0;
	int r;

	assert_int_equal(message_pack(&sent, &bytes, &size), 0);
	r = message_unpack(bytes, size, arena, &got);
	free(bytes);
	return r;
}

static void a_coverage_is_of_one_layer_and_one_year(void **state)
{
	assert_int_equal(coverage_unpack(*state, LAYER_OUTCOME, 202001, 202012), 0);
	assert_int_equal(coverage_unpack(*state, 0, 202001, 202012), CODEC_MALFORMED);
	assert_int_equal(coverage_unpack(*state, LAYER_MAX + 1, 202001, 202012), CODEC_MALFORMED);
	assert_int_equal(coverage_unpack(*state, LAYER_OUTCOME, 202002, 202001), CODEC_MALFORMED);
	assert_int_equal(coverage_unpack(*state, LAYER_OUTCOME, 201912, 202001), CODEC_MALFORMED);
	assert_int_equal(coverage_unpack(*state, LAYER_OUTCOME, 202000, 202001), CODEC_MALFORMED);
	assert_int_equal(coverage_unpack(*state, LAYER_OUTCOME, 202001, 202013), CODEC_MALFORMED);
}

static void tables_of_unequal_columns_are_malformed(void **state)
{
	struct craft column = {.size = 0};
	struct craft table = {.size = 0};
	struct craft answer = {.size = 0};

	craft_text(&column, 1, "a");
	craft_number(&column, 3, COLUMN_COUNT);
	craft_bytes(&column, 4, "1234567890123456", 16);
	craft_number(&table, 2, 3);
	craft_message(&table, 3, &column);
	craft_number(&answer, 2, ANSWER_OK);
	craft_message(&answer, 4, &table);
	assert_int_equal(body_unpack(*state, BODY_ANSWER, &answer), CODEC_MALFORMED);
	table.bytes[1] = 2; /* the row count: now it is right */
	answer.size = 0;
	craft_number(&answer, 2, ANSWER_OK);
	craft_message(&answer, 4, &table);
	assert_int_equal(body_unpack(*state, BODY_ANSWER, &answer), 0);
}

static void tables_of_too_many_columns_or_notes_are_malformed(void **state)
{
	struct craft column = {.size = 0};

	craft_number(&column, 3, COLUMN_COUNT);
	for (unsigned extra = 0; extra < 2; extra++) {
		struct craft columns = {.size = 0};
		struct craft notes = {.size = 0};
		struct craft answer = {.size = 0};
		struct craft noted = {.size = 0};

		for (unsigned i = 0; i < TABLE_COLUMNS_MAX + extra; i++)
			craft_message(&columns, 3, &column);
		for (unsigned i = 0; i < 8 + extra; i++)
			craft_text(&notes, 4, "not");
		craft_number(&answer, 2, ANSWER_OK);
		craft_message(&answer, 4, &columns);
		craft_number(&noted, 2, ANSWER_OK);
		craft_message(&noted, 4, &notes);
		assert_int_equal(body_unpack(*state, BODY_ANSWER, &answer),
				 extra ? CODEC_MALFORMED : 0);
		assert_int_equal(body_unpack(*state, BODY_ANSWER, &noted),
				 extra ? CODEC_MALFORMED : 0);
	}
}

struct mutations {
	unsigned refused;
	unsigned same;	  /* another message of ours, packed the same way again */
	unsigned ignored; /* holds a field we do not know, or lacks one of fixed length */
};

/* What is accepted must be stable: packed by us it is read again and packed alike. */
static void mutation_judge(struct arena *arena, const uint8_t *bytes, size_t size,
			   struct mutations *mutations)
{
	struct message message;
	uint8_t *again = NULL;
	size_t again_size = 0;

	arena_reset(arena);
	if (message_unpack(bytes, size, arena, &message) != 0) {
		mutations->refused++;
		return;
	}
	assert_int_equal(message_pack(&message, &again, &again_size), 0);
	if (again_size == size && memcmp(again, bytes, size) == 0) {
		mutations->same++;
	} else {
		mutations->ignored++;
		sample_round(arena, &message);
	}
	free(again);
}

static void every_flipped_bit_is_refused_or_another_message(void **state)
{
	struct mutations mutations = {0};
	unsigned count = 0;

	for (int i = 0; i < SAMPLE_MESSAGES; i++) {
		struct message message = sample_message(i);
		uint8_t *bytes = NULL;
		size_t size = 0;

		assert_int_equal(message_pack(&message, &bytes, &size), 0);
		for (size_t bit = 0; bit < 8 * size; bit++) {
			bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
			mutation_judge(*state, bytes, size, &mutations);
			bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
			count++;
		}
		free(bytes);
	}
	print_message("%u flipped bits: %u refused, %u other messages, %u with an unknown field\n",
		      count, mutations.refused, mutations.same, mutations.ignored);
	assert_int_equal(mutations.refused + mutations.same + mutations.ignored, count);
	assert_true(mutations.refused > 0 && mutations.same > 0);
	assert_true(mutations.ignored < count / 100);
}

static void every_flipped_bit_of_an_event_is_survived(void **state)
{
	unsigned refused = 0;
	unsigned count = 0;

	for (int i = 0; i < EVENT_KIND_MAX; i++) {
		struct event event = sample_event(i);
		uint8_t *bytes = NULL;
		size_t size = 0;

		assert_int_equal(event_pack(&event, &bytes, &size), 0);
		for (size_t bit = 0; bit < 8 * size; bit++, count++) {
			struct event got;

			arena_reset(*state);
			bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
			if (event_unpack(bytes, size, *state, &got) != 0)
				refused++;
			else
				sample_event_round(*state, &got);
			bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
		}
		free(bytes);
	}
	print_message("%u flipped bits of events, %u refused\n", count, refused);
}

static void every_beginning_of_a_message_is_survived(void **state)
{
	unsigned count = 0;

	for (int i = 0; i < SAMPLE_MESSAGES; i++) {
		struct message message = sample_message(i);
		uint8_t *bytes = NULL;
		size_t size = 0;

		assert_int_equal(message_pack(&message, &bytes, &size), 0);
		for (size_t length = 1; length < size; length++, count++) {
			/* Exactly so long, that reading beyond it is seen. */
			uint8_t *cut = malloc(length);

			assert_non_null(cut);
			memcpy(cut, bytes, length);
			assert_int_not_equal(message_unpack(cut, length, *state, &message), 0);
			free(cut);
		}
		free(bytes);
	}
	print_message("%u beginnings refused\n", count);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		codec_test(craft_matches_what_we_pack),
		codec_test(a_request_without_an_id_is_malformed),
		codec_test(nothing_and_junk_are_refused),
		codec_test(a_body_we_do_not_know_is_unknown),
		codec_test(a_field_we_do_not_know_is_ignored),
		codec_test(trailing_bytes_are_malformed),
		codec_test(fields_in_another_order_or_twice_are_malformed),
		codec_test(numbers_written_longer_than_needed_are_malformed),
		codec_test(text_that_is_not_utf8_is_malformed),
		codec_test(text_with_a_nul_in_it_is_malformed),
		codec_test(bad_text_deep_inside_is_malformed),
		codec_test(ids_and_hashes_of_another_length_are_malformed),
		codec_test(rows_with_wrong_lengths_are_malformed),
		codec_test(rows_of_no_layer_or_dimension_are_malformed),
		codec_test(codes_that_cannot_be_are_malformed),
		codec_test(too_many_rows_are_malformed),
		codec_test(an_entry_of_no_rows_is_malformed),
		codec_test(a_coverage_is_of_one_layer_and_one_year),
		codec_test(tables_of_unequal_columns_are_malformed),
		codec_test(tables_of_too_many_columns_or_notes_are_malformed),
		codec_test(every_flipped_bit_is_refused_or_another_message),
		codec_test(every_flipped_bit_of_an_event_is_survived),
		codec_test(every_beginning_of_a_message_is_survived),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
