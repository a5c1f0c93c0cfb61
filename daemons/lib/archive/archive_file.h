/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The forms in which an accepted file lies in STATE/archive/SOURCE, by the ends of its name:
 * HASH as it came, HASH.zst compressed, HASH.rows.zst its extract, of a redacted source.
 */
#pragma once

#include <stdbool.h>

#include "lib/archive/file_chunks.h"
#include "lib/base/hash.h"

#define ARCHIVE_PLAIN_END   ""
#define ARCHIVE_PACKED_END  ".zst"
#define ARCHIVE_EXTRACT_END ".rows.zst"

enum archive_form { ARCHIVE_PLAIN = 1, ARCHIVE_PACKED, ARCHIVE_EXTRACT };

enum { ARCHIVE_NONE = 1 /* nothing with that hash */ };

/* Whether that is what an accepted file is called; @hash_out is set then. */
bool archive_file_name_read(const char *name, struct hash *hash_out);

/* 0, ARCHIVE_NONE or a negative errno. */
int archive_file_open(const char *state_dir, const char *source, const struct hash *hash,
		      int *fd_out, enum archive_form *form_out);

/* As file_chunks_each, of what was packed; -EBADMSG when the packing is damaged. */
int archive_file_each(int fd, enum archive_form form, chunk_handler *handle, void *context);
/* The SHA-256 of all of it. */
int archive_file_hash(int fd, enum archive_form form, struct hash *hash_out);
