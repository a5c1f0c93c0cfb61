/* SPDX-License-Identifier: Apache-2.0 */
#include "budgetvakt/import_files.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>

#include "budgetvakt/delivery.h"
#include "budgetvakt/output.h"

const char *import_file_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static int path_add(struct import_files *files, const char *path)
{
	const char **paths = reallocarray(files->paths, files->count + 1, sizeof *paths);

	if (!path || !paths)
		return complain(EX_OSERR, "minnet räcker inte");
	files->paths = paths;
	paths[files->count++] = path;
	return EX_OK;
}

static bool path_is(const char *path, mode_t type)
{
	struct stat status;

	return stat(path, &status) == 0 && (status.st_mode & S_IFMT) == type;
}

static int name_add(struct arena *arena, const struct source *source, const char *folder,
		    const char *name, struct import_files *files)
{
	const char *path = arena_print(arena, "%s/%s", folder, name);

	if (source_name_is_manifest(source, name) || !delivery_name_fits(source, name))
		return EX_OK;
	return path && !path_is(path, S_IFREG) ? EX_OK : path_add(files, path);
}

/* The order of bytes, whatever the locale: 2020-01 before 2020-02. */
static int name_compare(const struct dirent **left, const struct dirent **right)
{
	return strcmp((*left)->d_name, (*right)->d_name);
}

static int folder_add(struct arena *arena, const struct source *source, const char *folder,
		      struct import_files *files)
{
	struct dirent **entries = NULL;
	size_t before = files->count;
	int status = EX_OK;
	int count = scandir(folder, &entries, NULL, name_compare);

	if (count < 0)
		return complain(errno == EACCES ? EX_NOPERM : EX_NOINPUT,
				"mappen %s kan inte läsas: %s", folder, output_reason(-errno));
	for (int i = 0; i < count; i++) {
		if (status == EX_OK)
			status = name_add(arena, source, folder, entries[i]->d_name, files);
		free(entries[i]);
	}
	free(entries);
	if (status == EX_OK && files->count == before)
		return complain(EX_NOINPUT, "mappen %s har inga filer för källan %s (%s)", folder,
				source->name, source->pattern);
	return status;
}

static int operand_add(struct arena *arena, const struct source *source, const char *operand,
		       struct import_files *files)
{
	if (path_is(operand, S_IFDIR))
		return folder_add(arena, source, operand, files);
	return source_name_is_manifest(source, import_file_name(operand))
		       ? EX_OK
		       : path_add(files, operand);
}

int import_files_find(struct arena *arena, const struct source *source, const char *const *operands,
		      size_t operand_count, struct import_files *files_out)
{
	int status = EX_OK;

	for (size_t i = 0; i < operand_count && status == EX_OK; i++)
		status = operand_add(arena, source, operands[i], files_out);
	if (status == EX_OK && files_out->count == 0)
		return complain(EX_USAGE, "%s är en kontrollfil; ange filen som den hör till",
				operands[0]);
	return status;
}

void import_files_finish(struct import_files *files)
{
	free(files->paths);
	*files = (struct import_files){0};
}
