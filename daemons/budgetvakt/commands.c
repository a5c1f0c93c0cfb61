/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the words on the command line to one command, or to help about it.
 */
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "budgetvakt/command.h"
#include "budgetvakt/nearest.h"
#include "budgetvakt/output.h"
#include "lib/base/text.h"

enum { COMMANDS_MAX = 48, COMMAND_NAME_SIZE = 64, NAME_COLUMN = 18 };

static const struct command *const families[] = {
	run_commands,	   import_commands,	inspect_commands,   report_commands,
	forecast_commands, alerts_commands,	period_commands,    explain_commands,
	status_commands,   quarantine_commands, subscribe_commands, books_commands,
};

struct command_list {
	const struct command *commands[COMMANDS_MAX];
	const char *names[COMMANDS_MAX];
	size_t count;
};

static void list_fill(struct command_list *list)
{
	list->count = 0;
	for (size_t i = 0; i < sizeof families / sizeof *families; i++) {
		for (const struct command *command = families[i]; command->name; command++) {
			list->commands[list->count] = command;
			list->names[list->count++] = command->name;
		}
	}
}

static const struct command *command_named(const struct command_list *list, const char *name)
{
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->names[i], name) == 0)
			return list->commands[i];
	return NULL;
}

/* "forecast" or "forecast set", whichever the first words say; @used: how many. */
static const struct command *command_find(const struct command_list *list, const char *const *words,
					  size_t word_count, size_t *used)
{
	const struct command *command = NULL;
	char name[COMMAND_NAME_SIZE];

	if (word_count > 1) {
		snprintf(name, sizeof name, "%s %s", words[0], words[1]);
		command = command_named(list, name);
	}
	*used = command ? 2 : 1;
	return command ? command : command_named(list, words[0]);
}

static int unknown_report(const struct command_list *list, const char *const *words,
			  size_t word_count)
{
	char name[COMMAND_NAME_SIZE];
	const char *nearest = NULL;

	if (word_count > 1) {
		snprintf(name, sizeof name, "%s %s", words[0], words[1]);
		nearest = nearest_find(name, list->names, list->count);
	}
	if (!nearest)
		nearest = nearest_find(words[0], list->names, list->count);
	if (nearest)
		return complain(EX_USAGE, "okänt kommando ”%s”; menades ”budgetvakt %s”?", words[0],
				nearest);
	return complain(EX_USAGE, "okänt kommando ”%s”; ”budgetvakt help” visar alla", words[0]);
}

static int overview_print(FILE *stream, const struct command_list *list)
{
	fputs("budgetvakt: följer upp budgeten när huvudboken ändras\n\n"
	      "Användning: budgetvakt KOMMANDO [FLAGGOR]\n\nKommandon:\n",
	      stream);
	for (size_t i = 0; i < list->count; i++)
		fprintf(stream, "  %-*s%s\n", NAME_COLUMN, list->names[i],
			list->commands[i]->summary);
	fputs("\nFlaggor för alla kommandon:\n", stream);
	options_help(stream, OPTIONS_COMMON);
	fputs("\n”budgetvakt help KOMMANDO” berättar mer, med exempel.\n"
	      "Slutkoder: 0 allt gick bra, 64 fel användning, 65 uppgifter som inte godtas,\n"
	      "66 filen finns inte, 69 en del av budgetvakt svarar inte, 74 skrivfel, "
	      "78 fel i inställningarna.\n",
	      stream);
	return EX_OK;
}

static int command_print(const struct command *command)
{
	printf("budgetvakt %s: %s\n\nAnvändning: budgetvakt %s%s%s [FLAGGOR]\n", command->name,
	       command->summary, command->name, *command->operands ? " " : "", command->operands);
	printf("\n%s", command->help);
	if (command->options) {
		puts("\nFlaggor:");
		options_help(stdout, command->options);
	}
	puts("\nFlaggor för alla kommandon:");
	options_help(stdout, OPTIONS_COMMON);
	return EX_OK;
}

static int help_print(const struct command_list *list, const char *const *words, size_t word_count)
{
	const struct command *command;
	size_t used;

	if (word_count == 0)
		return overview_print(stdout, list);
	command = command_find(list, words, word_count, &used);
	return command ? command_print(command) : unknown_report(list, words, word_count);
}

static int options_check(const struct command *command, const struct options *options)
{
	uint32_t foreign = options->given & ~(OPTIONS_COMMON | command->options);

	for (size_t i = 0; i < OPTION_COUNT; i++)
		if (foreign & OPTION_BIT(i))
			return complain(
				EX_USAGE, "”%s” tar inte flaggan %s; se ”budgetvakt help %s”",
				command->name, option_name((enum option_id)i), command->name);
	return EX_OK;
}

static int operands_check(const struct command_list *list, const struct context *context)
{
	const struct command *command = context->command;
	char name[COMMAND_NAME_SIZE];
	const char *nearest = NULL;

	if (context->operand_count < command->operand_min)
		return complain(EX_USAGE, "något saknas; skriv: budgetvakt %s %s", command->name,
				command->operands);
	if (context->operand_count <= command->operand_max)
		return EX_OK;
	snprintf(name, sizeof name, "%s %s", command->name, context->operands[0]);
	if (command->operand_max == 0)
		nearest = nearest_find(name, list->names, list->count);
	if (nearest && strcmp(nearest, command->name) != 0)
		return complain(EX_USAGE, "okänt kommando ”%s”; menades ”budgetvakt %s”?", name,
				nearest);
	return complain(EX_USAGE, "”%s” är ett ord för mycket; skriv: budgetvakt %s %s",
			context->operands[command->operand_max], command->name, command->operands);
}

static int command_take(struct context *context, const struct command_list *list)
{
	const char *const *words = context->options.operands;
	size_t word_count = context->options.operand_count, used;
	int status;

	context->command = command_find(list, words, word_count, &used);
	if (!context->command)
		return unknown_report(list, words, word_count);
	context->operands = words + used;
	context->operand_count = word_count - used;
	status = options_check(context->command, &context->options);
	return status != EX_OK ? status : operands_check(list, context);
}

bool command_choose(struct context *context, int argc, char **argv, int *status_out)
{
	struct command_list list;
	struct options *options = &context->options;
	char problem[OPTIONS_PROBLEM_SIZE];

	list_fill(&list);
	if (options_read(argc, argv, options, problem) != 0) {
		*status_out = complain(EX_USAGE, "%s", problem);
	} else if (options_has(options, OPTION_VERSION)) {
		puts("budgetvakt " BUDGETVAKT_VERSION);
		*status_out = EX_OK;
	} else if (options->operand_count > 0 && strcmp(options->operands[0], "help") == 0) {
		*status_out = help_print(&list, options->operands + 1, options->operand_count - 1);
	} else if (options_has(options, OPTION_HELP)) {
		*status_out = help_print(&list, options->operands, options->operand_count);
	} else if (options->operand_count == 0) {
		overview_print(stderr, &list);
		*status_out = EX_USAGE;
	} else {
		*status_out = command_take(context, &list);
		return *status_out == EX_OK;
	}
	return false;
}
