/* SPDX-License-Identifier: Apache-2.0 */
/* Where the control file of a file lies, and where it goes. */
#include <errno.h>
#include <string.h>

#include "ingest/archive.h"
#include "ingest/manifest.h"
#include "lib/base/cleanup.h"
#include "lib/base/error.h"

static int inbox_print(char path[static PATH_SIZE], const struct conf *conf,
		       const struct report *file, const char *name)
{
	return path_print(path, "%s/%s/%s" MANIFEST_END, conf->inbox_dir, file->source, name);
}

static int kept_print(char path[static PATH_SIZE], const struct conf *conf,
		      const struct report *file, const char *folder)
{
	char hash[HASH_TEXT_SIZE];

	hash_text(&file->hash, hash);
	return path_print(path, "%s/%s/%s/%s" MANIFEST_END, conf->state_dir, folder, file->source,
			  hash);
}

/* One that is too large cannot be read, which is said of its text. */
static int text_read(const char *path, char **text_out)
{
	size_t length;
	int r = file_read(path, MANIFEST_SIZE_MAX, text_out, &length);

	if (r == ERROR_LIMIT) {
		*text_out = strdup("?");
		return *text_out ? 0 : -ENOMEM;
	}
	return r;
}

int archive_manifest_read(const struct conf *conf, const struct report *file, const char *name,
			  char **text_out)
{
	static const char *const folders[] = {"archive", "quarantine"};
	char path[PATH_SIZE];
	int r = inbox_print(path, conf, file, name);

	if (r == 0)
		r = text_read(path, text_out);
	for (size_t i = 0; r == -ENOENT && i < sizeof folders / sizeof folders[0]; i++) {
		r = kept_print(path, conf, file, folders[i]);
		if (r == 0)
			r = text_read(path, text_out);
	}
	return r == -ENOENT ? ARCHIVE_NONE : r;
}

int archive_manifest_keep(const struct conf *conf, const struct report *file, const char *name,
			  bool is_refused)
{
	cleanup(free_bytes) char *text = NULL;
	char path[PATH_SIZE];
	int r = archive_manifest_read(conf, file, name, &text);

	if (r != 0)
		return r == ARCHIVE_NONE ? 0 : r;
	r = kept_print(path, conf, file, is_refused ? "quarantine" : "archive");
	if (r == 0)
		r = file_write(path, text, strlen(text));
	if (r == 0)
		r = inbox_print(path, conf, file, name);
	return r == 0 && file_exists(path) ? file_remove(path) : r;
}
