/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mottagare.csv: who is told of alerts.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/cleanup.h"
#include "lib/base/text.h"
#include "lib/conf/table.h"
#include "lib/conf/tables.h"

#define NAME	"mottagare"
#define KIND	"slag"
#define ADDRESS "adress"

static const struct sheet_column columns[] = {{NAME, true}, {KIND, true}, {ADDRESS, true}};

static void name_read(struct sheet *sheet, size_t row, struct recipient *recipient)
{
	const char *name = sheet_cell(sheet, row, NAME);
	size_t same = table_row_same(sheet, row, NAME);

	if (!table_name_check(sheet, row, NAME, RULE_NAME_SIZE))
		return;
	if (same < row)
		sheet_cell_problem(
			sheet, row, NAME,
			"mottagaren ”%s” finns redan på rad %u; ge den ena ett annat namn", name,
			sheet_row_line(sheet, same));
	text_copy(recipient->name, sizeof(recipient->name), name);
}

static void kind_read(struct sheet *sheet, size_t row, struct recipient *recipient)
{
	recipient->kind = RECIPIENT_FILE;
	if (!text_equal_folded(sheet_cell(sheet, row, KIND), "fil"))
		sheet_cell_problem(sheet, row, KIND,
				   "okänt slag ”%s”; skriv fil, så läggs larmen till sist i filen",
				   sheet_cell(sheet, row, KIND));
}

static void address_read(const struct conf *conf, struct sheet *sheet, size_t row,
			 struct recipient *recipient)
{
	const char *address = sheet_cell(sheet, row, ADDRESS);
	int r;

	if (!table_name_check(sheet, row, ADDRESS, PATH_SIZE))
		return;
	if (address[strlen(address) - 1] == '/') {
		sheet_cell_problem(sheet, row, ADDRESS,
				   "”%s” är en mapp; skriv en fil, till exempel larm.jsonl",
				   address);
		return;
	}
	r = *address == '/' ? path_print(recipient->address, "%s", address)
			    : conf_state_path(conf, address, recipient->address);
	if (r < 0)
		sheet_cell_problem(sheet, row, ADDRESS,
				   "sökvägen är för lång tillsammans med %s; korta den",
				   conf->state_dir);
}

static void recipient_read(const void *context, struct sheet *sheet, size_t row, void *entry)
{
	name_read(sheet, row, entry);
	kind_read(sheet, row, entry);
	address_read(context, sheet, row, entry);
}

int recipients_load(const struct conf *conf, struct recipients **recipients_out)
{
	static const struct table_list list = {
		.file = "mottagare.csv",
		.columns = columns,
		.column_count = sizeof columns / sizeof columns[0],
		.entries = "mottagare",
		.entry_size = sizeof(struct recipient),
		.entries_max = RECIPIENTS_MAX,
		.entry_read = recipient_read,
	};
	cleanup(recipients_destroy) struct recipients *recipients = calloc(1, sizeof *recipients);
	int r = recipients ? table_list_load(conf, &list, conf, recipients->recipients,
					     &recipients->count)
			   : -ENOMEM;

	if (r == 0) {
		*recipients_out = recipients;
		recipients = NULL;
	}
	return r;
}

void recipients_destroy(struct recipients **recipients)
{
	free(*recipients);
	*recipients = NULL;
}
