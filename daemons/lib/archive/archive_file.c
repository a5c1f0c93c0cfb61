/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/archive/archive_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/archive/file_packed.h"
#include "lib/base/cleanup.h"
#include "lib/base/file.h"

enum { FORM_COUNT = 3 };

/* The plain one goes when the packed one is whole. */
static const struct {
	const char *end;
	enum archive_form form;
} forms[FORM_COUNT] = {{ARCHIVE_PACKED_END, ARCHIVE_PACKED},
		       {ARCHIVE_PLAIN_END, ARCHIVE_PLAIN},
		       {ARCHIVE_EXTRACT_END, ARCHIVE_EXTRACT}};

bool archive_file_name_read(const char *name, struct hash *hash_out)
{
	char text[HASH_TEXT_SIZE];

	if (strlen(name) < HASH_TEXT_SIZE - 1)
		return false;
	snprintf(text, sizeof text, "%s", name);
	if (hash_parse(text, hash_out) != 0)
		return false;
	for (size_t i = 0; i < FORM_COUNT; i++)
		if (strcmp(name + HASH_TEXT_SIZE - 1, forms[i].end) == 0)
			return true;
	return false;
}

int archive_file_open(const char *state_dir, const char *source, const struct hash *hash,
		      int *fd_out, enum archive_form *form_out)
{
	char text[HASH_TEXT_SIZE];

	hash_text(hash, text);
	for (size_t i = 0; i < FORM_COUNT; i++) {
		char path[PATH_SIZE];
		int r = path_print(path, "%s/archive/%s/%s%s", state_dir, source, text,
				   forms[i].end);

		if (r < 0)
			return r;
		*form_out = forms[i].form;
		*fd_out = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
		if (*fd_out >= 0 || errno != ENOENT)
			return *fd_out >= 0 ? 0 : -errno;
	}
	return ARCHIVE_NONE;
}

int archive_file_each(int fd, enum archive_form form, chunk_handler *handle, void *context)
{
	return form == ARCHIVE_PLAIN ? file_chunks_each(fd, handle, context)
				     : file_packed_each(fd, handle, context);
}

static int bytes_hash(void *context, const uint8_t *bytes, size_t length)
{
	return hasher_add(context, bytes, length);
}

int archive_file_hash(int fd, enum archive_form form, struct hash *hash_out)
{
	cleanup(hasher_destroy) struct hasher *hasher = NULL;
	int r = hasher_new(&hasher);

	if (r == 0)
		r = archive_file_each(fd, form, bytes_hash, hasher);
	return r == 0 ? hasher_end(hasher, hash_out) : r;
}
