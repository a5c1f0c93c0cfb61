/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Putting a file into the inbox the way a careful sender does: a copy under a
 * name that begins with a dot, on disk, then one rename.  What is already there
 * is never overwritten.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "budgetvakt/progress.h"
#include "lib/base/file.h"
#include "lib/base/hash.h"
#include "lib/conf/conf.h"

enum {
	DELIVERY_NO_NAME = 1, /* the inbox is full of files of this name */
	DELIVERY_INTERRUPTED, /* a signal that ends us is waiting; nothing was left behind */
};

struct delivery {
	char name[PATH_SIZE]; /* in the inbox: the file's own, or with a suffix */
	struct hash hash;
};

/* Copies the open file @fd, called @name, into the inbox of @source, and before it its
 * control file @manifest_fd, unless that is -1.  0, an outcome above, or a negative errno. */
int delivery_make(const struct conf *conf, const struct source *source, const char *name, int fd,
		  int manifest_fd, struct progress *progress, struct delivery *delivery_out);

/* The hash of the open file's bytes, which is then read from its beginning again. */
int delivery_hash(int fd, struct hash *hash_out);

/* Whether a file called so is taken from this source's folder. */
bool delivery_name_fits(const struct source *source, const char *name);

/* @name with "-NUMBER" before its extension: "2020-08-2.se"; @number 1 is @name
 * itself.  -ENAMETOOLONG when it does not fit. */
int delivery_name_number(const char *name, unsigned number, char numbered[static PATH_SIZE]);
