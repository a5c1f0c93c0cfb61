/* SPDX-License-Identifier: Apache-2.0 */
/* Blocks packed and read again, and the cells that the mapping makes of them. */
#include "support/test.h"

#include "aggregate/block.h"
#include "aggregate/cells.h"
#include "lib/base/cleanup.h"
#include "lib/base/error.h"
#include "unit/aggregate/town.h"

enum { CELLS_MAX = 32 };

static const struct town_row rows[] = {
	{202001, "3011", "510", 50000, NULL, NULL},
	{202001, "5010", "510", -120000, "A1", NULL},
	{202001, "5010", "510", -30000, "A2", "P7"},
	{202001, "5010", "510", -5, "A2", "P7"},
	{202001, "6100", "500", -7000, NULL, NULL},
	{202001, "6100", "999", -100, NULL, NULL},
	{202001, "8888", "510", -33, NULL, NULL},
	{202001, "1930", "510", 107138, NULL, NULL},
	{202001, "6100", NULL, INT64_C(-9000000000000), NULL, NULL},
};

enum { ROW_COUNT = sizeof rows / sizeof rows[0] };

/* The rows as a block of the town's ledger. */
static void block_make(struct town *town, const struct town_row *what, uint32_t row_count,
		       struct packer *packer)
{
	struct staging *staging = NULL;
	struct sheet *const *sheets;
	size_t count = 0;

	assert_int_equal(staging_new(&staging), 0);
	assert_int_equal(town_stage(staging, LAYER_OUTCOME, what, row_count), 0);
	assert_int_equal(staging_sort(staging), 0);
	sheets = staging_sheets(staging, &count);
	assert_int_equal(count, 1);
	assert_int_equal(block_pack(&town->ledger, staging, sheets[0], packer, NULL, NULL), 0);
	staging_destroy(&staging);
}

struct read_back {
	const struct ledger *ledger;
	unsigned row_count;
	uint64_t rows;
	int64_t sum_ore;
	bool found; /* the two rows of A2, P7 as one */
	int stop_with;
};

static const char *row_code(const struct read_back *back, const struct block_row *row,
			    enum dimension dimension)
{
	return dictionary_text(back->ledger->codes[dimension], row->ids[dimension]);
}

static int row_read_back(void *context, const struct block_row *row)
{
	struct read_back *back = context;

	back->row_count++;
	back->rows += row->row_count;
	back->sum_ore += row->ore;
	assert_int_equal(row->ids[DIMENSION_OBJECT], 0);
	if (strcmp(row_code(back, row, DIMENSION_PROJECT), "P7") == 0) {
		assert_string_equal(row_code(back, row, DIMENSION_ACCOUNT), "5010");
		assert_string_equal(row_code(back, row, DIMENSION_ACTIVITY), "510");
		assert_string_equal(row_code(back, row, DIMENSION_UNIT), "A2");
		assert_int_equal(row->ore, -30005);
		assert_int_equal(row->row_count, 2);
		back->found = true;
	}
	return back->stop_with;
}

static void a_block_is_read_as_it_was_packed(void **state)
{
	struct town *town = *state;
	cleanup(packer_finish) struct packer packer = {0};
	struct read_back back = {.ledger = &town->ledger};
	struct read_back stopped = {.ledger = &town->ledger, .stop_with = -ECANCELED};
	int64_t sum = 0;

	for (int i = 0; i < ROW_COUNT; i++)
		sum += rows[i].ore;
	block_make(town, rows, ROW_COUNT, &packer);
	assert_int_equal(block_each(packer.bytes, packer.length, row_read_back, &back), 0);
	assert_int_equal(back.row_count, ROW_COUNT - 1);
	assert_int_equal(back.rows, ROW_COUNT);
	assert_int_equal(back.sum_ore, sum);
	assert_true(back.found);
	assert_int_equal(block_each(packer.bytes, packer.length, row_read_back, &stopped),
			 -ECANCELED);
	assert_int_equal(stopped.row_count, 1);
}

static void bytes_that_are_no_block_are_corrupt(void **state)
{
	struct town *town = *state;
	cleanup(packer_finish) struct packer packer = {0};

	block_make(town, rows, ROW_COUNT, &packer);
	for (size_t length = 0; length < packer.length; length++) {
		struct read_back back = {.ledger = &town->ledger};

		assert_int_equal(block_each(packer.bytes, length, row_read_back, &back),
				 ERROR_CORRUPT);
		assert_int_equal(back.row_count, 0);
	}
	pack_u8(&packer, 0);
	assert_int_equal(block_each(packer.bytes, packer.length, row_read_back, NULL),
			 ERROR_CORRUPT);
}

/* Whatever one byte is changed into: a block or corrupt, and never read past its end. */
static int row_ignore(void *context, const struct block_row *row)
{
	(void)context;
	(void)row;
	return 0;
}

static void a_block_with_a_changed_byte_is_read_safely(void **state)
{
	struct town *town = *state;
	cleanup(packer_finish) struct packer packer = {0};

	block_make(town, rows, ROW_COUNT, &packer);
	for (size_t i = 0; i < packer.length; i++) {
		cleanup(free_bytes) uint8_t *bytes = malloc(packer.length);

		for (int value = 0; value <= UINT8_MAX; value++) {
			int r;

			memcpy(bytes, packer.bytes, packer.length);
			bytes[i] = (uint8_t)value;
			r = block_each(bytes, packer.length, row_ignore, NULL);
			/* The first byte is the version, and the count has one right value. */
			if (bytes[i] == packer.bytes[i])
				assert_int_equal(r, 0);
			else if (i < 5)
				assert_int_equal(r, i == 0 ? ERROR_VERSION : ERROR_CORRUPT);
			else
				assert_true(r == 0 || r == ERROR_CORRUPT);
		}
	}
}

struct cell_list {
	struct cell cells[CELLS_MAX];
	size_t count;
};

static int cell_collect(void *context, const struct cell *cell)
{
	struct cell_list *list = context;

	assert_true(list->count < CELLS_MAX);
	list->cells[list->count++] = *cell;
	return 0;
}

static struct store_value value_of(const struct packer *packer)
{
	return (struct store_value){.bytes = packer->bytes, .size = packer->length};
}

/* Saves the sums, reads them back and forgets them again. */
static struct cell_list cells_list(struct town *town, const struct cell_sums *sums)
{
	struct key key = source_key(LAYER_OUTCOME, (struct period){202001}, "m");
	cleanup(store_abort) struct store_txn *txn = NULL;
	struct cell_list list = {.count = 0};
	struct store_value value;

	assert_int_equal(store_begin(town->ledger.store, STORE_WRITE, &txn), 0);
	assert_int_equal(cell_sums_save(sums, txn, &key), 0);
	assert_int_equal(store_get(txn, TABLE_CELL, &key, &value), 0);
	assert_int_equal(cells_each(value, cell_collect, &list), 0);
	return list;
}

static void assert_cell(const struct town *town, const struct cell_list *list, const char *area,
			const char *line, int64_t ore, uint32_t row_count)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct cell *cell = &list->cells[i];

		if (cell->area != area_find(town->ledger.areas, area) ||
		    cell->line != line_find(town->ledger.lines, line))
			continue;
		assert_money_equal(cell->amount, ore);
		assert_int_equal(cell->row_count, row_count);
		return;
	}
	fail_msg("no cell of %s and %s", area, line);
}

static void cells_are_the_sums_of_areas_and_lines(void **state)
{
	struct town *town = *state;
	cleanup(packer_finish) struct packer packer = {0};
	cleanup(cell_sums_destroy) struct cell_sums *sums = NULL;
	struct unassigned unassigned = {.row_count = 0};
	struct cell_list list;

	block_make(town, rows, ROW_COUNT, &packer);
	assert_int_equal(cell_sums_new(&sums, &town->ledger), 0);
	assert_int_equal(cell_sums_add_block(sums, value_of(&packer), &unassigned), 0);
	list = cells_list(town, sums);
	assert_int_equal(list.count, 5);
	assert_cell(town, &list, "Familjehem", "Taxor", 50000, 1);
	assert_cell(town, &list, "Familjehem", "Personal", -150005, 3);
	assert_cell(town, &list, "Ledning", "Övrigt", -7000, 1);
	assert_cell(town, &list, AREA_UNASSIGNED_NAME, "Övrigt", INT64_C(-9000000000100), 2);
	assert_cell(town, &list, AREA_UNASSIGNED_NAME, LINE_UNASSIGNED_NAME, -33, 1);
}

static void what_is_not_mapped_is_counted_with_its_codes(void **state)
{
	struct town *town = *state;
	cleanup(packer_finish) struct packer packer = {0};
	cleanup(cell_sums_destroy) struct cell_sums *sums = NULL;
	struct unassigned unassigned = {.row_count = 0};
	const struct ledger *ledger = &town->ledger;

	block_make(town, rows, ROW_COUNT, &packer);
	assert_int_equal(cell_sums_new(&sums, ledger), 0);
	assert_int_equal(cell_sums_add_block(sums, value_of(&packer), &unassigned), 0);
	assert_int_equal(unassigned.row_count, 3);
	assert_money_equal(unassigned.sum, INT64_C(-9000000000133));
	assert_int_equal(unassigned.account_count, 1);
	assert_string_equal(
		dictionary_text(ledger->codes[DIMENSION_ACCOUNT], unassigned.account_ids[0]),
		"8888");
	assert_true(unassigned.activity_count >= 1);
}

static void cells_of_two_blocks_add_up(void **state)
{
	struct town *town = *state;
	cleanup(packer_finish) struct packer packer = {0};
	cleanup(packer_finish) struct packer first = {0};
	cleanup(cell_sums_destroy) struct cell_sums *once = NULL;
	cleanup(cell_sums_destroy) struct cell_sums *twice = NULL;
	struct unassigned unassigned = {.row_count = 0};
	struct cell_list list;

	block_make(town, rows, ROW_COUNT, &packer);
	assert_int_equal(cell_sums_new(&once, &town->ledger), 0);
	assert_int_equal(cell_sums_add_block(once, value_of(&packer), &unassigned), 0);
	list = cells_list(town, once);
	/* The cells of before as a commit finds them in the store. */
	pack_u32(&first, (uint32_t)list.count);
	for (size_t i = 0; i < list.count; i++) {
		pack_u16(&first, list.cells[i].area);
		pack_u16(&first, list.cells[i].line);
		pack_i64(&first, list.cells[i].amount.ore);
		pack_u32(&first, list.cells[i].row_count);
	}
	assert_int_equal(cell_sums_new(&twice, &town->ledger), 0);
	assert_int_equal(cell_sums_add_cells(twice, value_of(&first)), 0);
	assert_int_equal(cell_sums_add_block(twice, value_of(&packer), &unassigned), 0);
	list = cells_list(town, twice);
	assert_cell(town, &list, "Familjehem", "Personal", -300010, 6);
	assert_int_equal(list.count, 5);
}

static void a_cell_that_does_not_fit_overflows(void **state)
{
	static const struct town_row huge[] = {{202001, "5010", "510", INT64_MIN, NULL, NULL}};
	struct town *town = *state;
	cleanup(packer_finish) struct packer packer = {0};
	cleanup(cell_sums_destroy) struct cell_sums *sums = NULL;
	struct unassigned unassigned = {.row_count = 0};

	block_make(town, huge, 1, &packer);
	assert_int_equal(cell_sums_new(&sums, &town->ledger), 0);
	assert_int_equal(cell_sums_add_block(sums, value_of(&packer), &unassigned), 0);
	assert_int_equal(cell_sums_add_block(sums, value_of(&packer), &unassigned), -EOVERFLOW);
}

static void bytes_that_are_no_cells_are_corrupt(void **state)
{
	static const uint8_t bytes[] = {2, 0, 0, 0, 1, 0, 1, 0, 5, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0};
	static const uint8_t outside[] = {1, 0, 0, 0, 99, 0, 1, 0, 5, 0,
					  0, 0, 0, 0, 0,  0, 1, 0, 0, 0};
	struct town *town = *state;
	cleanup(cell_sums_destroy) struct cell_sums *sums = NULL;
	struct cell_list list = {.count = 0};
	struct store_value value = {.bytes = bytes, .size = sizeof bytes};
	struct store_value beyond = {.bytes = outside, .size = sizeof outside};

	assert_int_equal(cells_each(value, cell_collect, &list), ERROR_CORRUPT);
	assert_int_equal(cell_sums_new(&sums, &town->ledger), 0);
	assert_int_equal(cell_sums_add_cells(sums, beyond), ERROR_CORRUPT);
}

#define cells_test(test) cmocka_unit_test_setup_teardown(test, town_setup, town_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cells_test(a_block_is_read_as_it_was_packed),
		cells_test(bytes_that_are_no_block_are_corrupt),
		cells_test(a_block_with_a_changed_byte_is_read_safely),
		cells_test(cells_are_the_sums_of_areas_and_lines),
		cells_test(what_is_not_mapped_is_counted_with_its_codes),
		cells_test(cells_of_two_blocks_add_up),
		cells_test(a_cell_that_does_not_fit_overflows),
		cells_test(bytes_that_are_no_cells_are_corrupt),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
