/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Chooses the writer and sees to it that nothing half-written passes for done.
 */
#include "lib/view/view.h"

#include <errno.h>
#include <string.h>

#include "lib/view/writer.h"

static const struct writer *const writers[] = {
	[VIEW_TEXT] = &writer_text,
	[VIEW_CSV] = &writer_csv,
	[VIEW_JSON] = &writer_json,
};

static const struct {
	const char *name;
	int64_t unit_ore;
} units[] = {{"kr", VIEW_UNIT_KR}, {"tkr", VIEW_UNIT_TKR}, {"mnkr", VIEW_UNIT_MNKR}};

bool view_format_parse(const char *word, enum view_format *format_out)
{
	for (int format = VIEW_TEXT; format <= VIEW_JSON; format++) {
		if (strcmp(word, writers[format]->name) == 0) {
			*format_out = (enum view_format)format;
			return true;
		}
	}
	return false;
}

bool view_unit_parse(const char *word, int64_t *unit_ore_out)
{
	for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
		if (strcmp(word, units[i].name) == 0) {
			*unit_ore_out = units[i].unit_ore;
			return true;
		}
	}
	return false;
}

const char *view_unit_name(int64_t unit_ore)
{
	for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
		if (units[i].unit_ore == unit_ore)
			return units[i].name;
	}
	return "";
}

int view_write(FILE *stream, const struct table *table, const struct view_options *options)
{
	int r;

	if (table->failed)
		return -ENOMEM;
	r = writers[options->format]->write(stream, table, options);
	if (r < 0)
		return r;
	return fflush(stream) != 0 || ferror(stream) ? -EIO : 0;
}
