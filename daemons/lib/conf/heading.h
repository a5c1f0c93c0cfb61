/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Headings of lists are compared as people see them: "Ver.nr", "VER NR" and "vernr"
 * are one.  And the names of months, which head columns too.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/model/code.h"

/* Folds case, and takes off blanks, dots, colons, quotes, byte order marks and the
 * "_x000D_" of spreadsheets.  What does not fit is cut. */
void heading_fold(const char *text, char folded[static CODE_SIZE]);
bool heading_equal(const char *left, const char *right);

/* A month by the beginning of its name in Swedish or English, at least three letters;
 * 0: none.  @text is lower case, @length its bytes. */
int month_named(const char *text, size_t length);
/* What a heading of a month says: "jan", "Augusti", "202008", "2020-08", "aug-20",
 * "P08", "2020 M08"; the year is 0 when it is not said.  0: no month. */
uint32_t heading_month(const char *text);
