/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Parts of a workbook through the XML parser.  Only for sheet_*.c.
 */
#pragma once

#include <expat.h>
#include <zip.h>

#include "parse/sheet_book.h"

enum { PART_NAME_SIZE = 256 };

struct part_parser {
	XML_Parser xml;
	int result; /* of the reading, when something ended it */
	unsigned depth;
	void *context;
	/* @name without its prefix; attributes as from expat. */
	void (*start)(struct part_parser *parser, const char *name, const char **attributes);
	void (*end)(struct part_parser *parser, const char *name);
	void (*text)(struct part_parser *parser, const char *text, size_t length);
};

void part_stop(struct part_parser *parser, int result);
/* 0, SHEET_NO_SHEET when there is no such part, or why not. */
int part_parse(zip_t *zip, const char *name, struct part_parser *parser);
/* "" when there is none; the prefix does not count. */
const char *attribute_get(const char **attributes, const char *name);
