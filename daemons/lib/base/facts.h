/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Facts that one program tells another, a line each: a word that says what kind it is, and
 * fields, parted by tabs.  A line "program NAME" says whose those after it are.
 */
#pragma once

#include <stddef.h>

enum { FACTS_FIELDS_MAX = 8 };

/* The fields after the kind; they live until the visitor returns. */
typedef int facts_visitor(void *context, const char *program, char *fields[FACTS_FIELDS_MAX],
			  size_t count);

/* Every line of @kind in order, until a visitor returns other than 0, which is returned.
 * Lines without a field, and of no kind that is known, are passed over. */
int facts_each(const char *text, const char *kind, facts_visitor *visit, void *context);
