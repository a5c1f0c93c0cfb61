/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Copies of files and folders that are on disk when they are reported as made, and a list of
 * them as sha256sum writes it.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "lib/base/file.h"
#include "lib/base/hash.h"

/* FROM/PATH to TO/PATH, with its mode; makes the folders that PATH names, and writes a file that
 * is there already anew.  -ENOENT when there is no such file any more. */
int tree_file_copy(const char *from, const char *to, const char *path, struct hash *hash_out);
/* The same for a file, or a folder with all below it; what begins with a dot is left, and what
 * goes away meanwhile. */
int tree_copy(const char *from, const char *to, const char *path);

struct tree_tally {
	uint64_t file_count;
	uint64_t byte_count;
};

/* A line on @list for every file below the folder ROOT/PATH ("": ROOT itself) but @list_name;
 * each is on disk then. */
int tree_list(const char *root, const char *path, const char *list_name, FILE *list,
	      struct tree_tally *tally);

/* The folder with all below it goes; one that is not there is fine. */
int tree_remove(const char *path);

/* Whether there is no such folder, or one with nothing in it. */
int tree_is_empty(const char *path, bool *is_empty_out);
