/* SPDX-License-Identifier: Apache-2.0 */
/*
 * verify: whether everything that is kept is what was written, and goes together; backup and
 * restore of all of it, and all of it once more from the files.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "budgetvakt/backup.h"
#include "budgetvakt/books.h"
#include "budgetvakt/output.h"
#include "budgetvakt/rebuild.h"
#include "lib/base/cleanup.h"
#include "lib/base/text.h"

struct showing {
	struct table *table;
	size_t kind, program, rule, title, count, faults, text;
	const char *word; /* of the rows now added */
};

static struct showing columns_add(struct table *table)
{
	return (struct showing){
		.table = table,
		.kind = table_column(table, "slag", "Slag", COLUMN_TEXT),
		.program = table_column(table, "del", "Del", COLUMN_TEXT),
		.rule = table_column(table, "krav", "Krav", COLUMN_TEXT),
		.title = table_column(table, "provat", "Prövat", COLUMN_TEXT),
		.count = table_column(table, "antal", "Antal", COLUMN_COUNT),
		.faults = table_column(table, "fel", "Fel", COLUMN_COUNT),
		.text = table_column(table, "text", "Text", COLUMN_TEXT),
	};
}

static int row_begin(struct showing *showing, const char *program)
{
	int r = table_row(showing->table);

	if (r < 0)
		return r;
	table_text(showing->table, showing->kind, showing->word);
	table_text(showing->table, showing->program, program);
	return 0;
}

static int check_add(void *context, const char *program, char *fields[FACTS_FIELDS_MAX],
		     size_t count)
{
	struct showing *showing = context;
	uint64_t seen, faults;
	int r;

	if (count != 4 || !text_read_u64(fields[1], INT64_MAX, &seen) ||
	    !text_read_u64(fields[2], INT64_MAX, &faults))
		return -EINVAL;
	r = row_begin(showing, program);
	if (r < 0)
		return r;
	table_text(showing->table, showing->rule, fields[0]);
	table_text(showing->table, showing->title, fields[3]);
	table_number(showing->table, showing->count, (int64_t)seen);
	table_number(showing->table, showing->faults, (int64_t)faults);
	return 0;
}

static int fault_add(void *context, const char *program, char *fields[FACTS_FIELDS_MAX],
		     size_t count)
{
	struct showing *showing = context;
	int r = count == 2 ? row_begin(showing, program) : -EINVAL;

	if (r < 0)
		return r;
	table_text(showing->table, showing->rule, fields[0]);
	table_text(showing->table, showing->text, fields[1]);
	return 0;
}

/* A line with one field. */
static int text_add(void *context, const char *program, char *fields[FACTS_FIELDS_MAX],
		    size_t count)
{
	struct showing *showing = context;
	int r = count == 1 ? row_begin(showing, program) : -EINVAL;

	if (r == 0)
		table_text(showing->table, showing->text, fields[0]);
	return r;
}

static int rows_add(struct showing *showing, const struct books *books)
{
	static const struct {
		const char *fact;
		const char *word;
		facts_visitor *add;
	} kinds[] = {{"check", "prövat", check_add},
		     {"fault", "fel", fault_add},
		     {"note", "inte prövat", text_add},
		     {"state", "tillstånd", text_add}};
	int r = 0;

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds && r == 0; i++) {
		showing->word = kinds[i].word;
		r = facts_each(books->text, kinds[i].fact, kinds[i].add, showing);
	}
	showing->word = "tillstånd";
	if (r == 0 && books->state[0])
		r = row_begin(showing, "alla");
	if (r == 0 && books->state[0])
		table_text(showing->table, showing->text, books->state);
	return r;
}

static int note_print(void *context, const char *program, char *fields[FACTS_FIELDS_MAX],
		      size_t count)
{
	(void)context;
	(void)count;
	printf("Inte prövat, %s: ", program);
	output_text(stdout, fields[0]);
	putchar('\n');
	return 0;
}

static int text_show(struct context *context, struct table *table, const struct books *books)
{
	static const char *const keys[] = {"del", "krav", "provat", "antal", "fel"};
	struct showing showing = columns_add(table);
	int r;

	table_title(table, "Prövning av det som är lagrat");
	showing.word = "";
	r = facts_each(books->text, "check", check_add, &showing);
	if (r < 0)
		return context_failure("att ställa upp", r);
	r = context_show(context,
			 context_narrow(context, table, keys, sizeof keys / sizeof *keys, NULL));
	if (r != EX_OK)
		return r;
	putchar('\n');
	facts_each(books->text, "note", note_print, NULL);
	books_faults_print(books, stdout);
	puts("I5, I8, I9 och I10 syns inte i lagren: de visas av proven.");
	if (books->state[0])
		printf("Tillstånd: %s\n", books->state);
	if (books->fault_count == 0)
		puts("Allt stämmer.");
	else
		printf("%" PRIu64 " fel.\n", books->fault_count);
	return EX_OK;
}

static int verify_show(struct context *context, const struct books *books)
{
	struct table *table = table_new(context->arena);
	struct showing showing;
	int r;

	if (!table)
		return context_failure("att ställa upp", -ENOMEM);
	if (context->options.format == VIEW_TEXT)
		return text_show(context, table, books);
	showing = columns_add(table);
	r = rows_add(&showing, books);
	return r < 0 ? context_failure("att ställa upp", r) : context_show(context, table);
}

static int verify_run(struct context *context)
{
	cleanup(books_finish) struct books books = {.text = NULL};
	int status = context_connect(context);

	if (status == EX_OK)
		status = books_gather(context, context->conf->state_dir, &books);
	if (status == EX_OK)
		status = verify_show(context, &books);
	return status == EX_OK && books.fault_count > 0 ? EX_DATAERR : status;
}

static int backup_run(struct context *context)
{
	int status = context_configure(context);

	return status == EX_OK ? backup_make(context, context->operands[0]) : status;
}

static int restore_run(struct context *context)
{
	int status = context_configure(context);

	return status == EX_OK ? backup_restore(context, context->operands[0]) : status;
}

static int rebuild_run(struct context *context)
{
	int status;

	if (!context->options.into)
		return complain(EX_USAGE, "ange en ny mapp med --into MAPP");
	status = context_connect(context);
	return status == EX_OK ? rebuild_make(context, context->options.into) : status;
}

const struct command books_commands[] = {
	{
		.name = "verify",
		.summary = "prövar att allt som är lagrat är helt och stämmer överens",
		.operands = "",
		.help = "Läser igenom lager och arkiv, medan delarna är igång eller när de är "
			"stoppade:\n"
			"varje värde mot sin kontrollsumma, journalernas kedjor, läsmärken mot "
			"journalen\n"
			"de följer, celler mot block, och varje import mot sin fil i arkivet, som "
			"läses på nytt.\n"
			"Slutkoden är 65 när något är fel, annars 0.\n",
		.run = verify_run,
	},
	{
		.name = "backup",
		.summary = "kopierar allt som är lagrat, medan delarna är igång",
		.operands = "MAPP",
		.help = "Kopian är av ett och samma ögonblick och prövas som av ”budgetvakt "
			"verify” "
			"innan den\n"
			"får sitt namn. MAPP får inte finnas. Filerna står i MAPP/SHA256SUMS.\n"
			"\n"
			"Exempel:\n"
			"  budgetvakt backup /backup/ekero-2020-09-01\n",
		.operand_min = 1,
		.operand_max = 1,
		.run = backup_run,
	},
	{
		.name = "restore",
		.summary = "återställer allt som är lagrat ur en säkerhetskopia",
		.operands = "MAPP",
		.help = "Delarna ska vara stoppade, och mappen state tom eller borta. Varje fil "
			"prövas mot kopians\n"
			"lista, och allt som av ”budgetvakt verify”, innan något läggs på plats. "
			"Lägg sedan in\n"
			"de exporter som kommit efter kopian i inkorgen igen.\n",
		.operand_min = 1,
		.operand_max = 1,
		.run = restore_run,
	},
	{
		.name = "rebuild",
		.summary = "bygger upp allt på nytt ur arkivets filer och vad människor beslutat",
		.operands = "--into MAPP",
		.help = "Läser arkivets filer i den ordning de kom och upprepar besluten "
			"däremellan, i en "
			"ny mapp\n"
			"och utan att röra det som finns eller berätta något för någon. Säger om "
			"tillståndet blev\n"
			"detsamma: slutkoden är 65 när det är ett annat. Delarna får vara igång.\n"
			"\n"
			"Exempel:\n"
			"  budgetvakt rebuild --into /var/lib/budgetvakt/ekero.ny\n",
		.options = OPTION_BIT(OPTION_INTO),
		.run = rebuild_run,
	},
	{.name = NULL},
};
