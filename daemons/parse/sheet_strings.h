/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a workbook says once for all its cells.  Only for sheet_*.c.
 */
#pragma once

#include "parse/sheet_zip.h"

enum { STRINGS_MAX = 4 << 20, STYLES_MAX = 65536, FORMATS_MAX = 1024 };

struct sheet_text {
	char *bytes;
	size_t length;
	size_t capacity;
};

int sheet_text_add(struct sheet_text *text, const char *bytes, size_t length);

struct sheet_shared {
	struct sheet_text strings;
	size_t *starts; /* count + 1 of them */
	size_t count;
	size_t capacity;
	bool is_date[STYLES_MAX];
	size_t style_count;
	unsigned date_formats[FORMATS_MAX];
	size_t format_count;
	bool is_1904;
};

/* Both are fine with a workbook that has no such part. */
int sheet_strings_read(zip_t *zip, struct sheet_shared *shared);
int sheet_styles_read(zip_t *zip, struct sheet_shared *shared);
void sheet_shared_finish(struct sheet_shared *shared);
