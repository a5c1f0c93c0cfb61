/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Answers who asks for the rows behind a figure: an archived file is read once more, by a
 * parser of its own, so that nobody's file waits for it.  One question at a time; whoever
 * hears nothing asks again.  Nothing of it is kept.  Who has not the right to texts is
 * answered ANSWER_FORBIDDEN; an answer with texts says in its own text why it has none.
 */
#pragma once

#include "lib/conf/conf.h"
#include "lib/service/service.h"

struct lookup;

/* @program: path of budgetvakt-parse.  All are borrowed. */
int lookup_new(struct lookup **lookup_out, struct service *service, const char *program);
void lookup_destroy(struct lookup **lookup);

/* REQUEST_ROWS, REQUEST_ROW_TEXTS: what a service_handler returns. */
int lookup_request(struct lookup *lookup, const struct source *source,
		   const struct request *request, const struct peer *peer, struct answer *answer);
