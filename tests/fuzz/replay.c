/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TARGET PATH...: feeds files, and the files in folders, to a fuzz target without a fuzzer.
 */
#include <dirent.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>

#include "fuzz/fuzz.h"

static size_t fed;

static int file_feed(const char *path)
{
	FILE *file = fopen(path, "rb");
	struct stat status;
	uint8_t *bytes;
	size_t size;

	if (!file || fstat(fileno(file), &status) != 0)
		return EX_NOINPUT;
	bytes = malloc((size_t)status.st_size + 1);
	promise(bytes != NULL);
	size = fread(bytes, 1, (size_t)status.st_size, file);
	fclose(file);
	LLVMFuzzerTestOneInput(bytes, size);
	free(bytes);
	fed++;
	return EX_OK;
}

static int folder_feed(const char *folder)
{
	DIR *entries = opendir(folder);
	const struct dirent *entry;
	int result = EX_OK;

	if (!entries)
		return EX_NOINPUT;
	while (result == EX_OK && (entry = readdir(entries))) {
		char path[4096];

		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		if (entry->d_name[0] != '.')
			result = file_feed(path);
	}
	closedir(entries);
	return result;
}

int main(int argc, char **argv)
{
	struct stat status;

	for (int i = 1; i < argc; i++) {
		bool is_folder = stat(argv[i], &status) == 0 && S_ISDIR(status.st_mode);
		int result = is_folder ? folder_feed(argv[i]) : file_feed(argv[i]);

		if (result != EX_OK)
			return result;
	}
	printf("%zu filer\n", fed);
	return fed > 0 ? EX_OK : EX_NOINPUT;
}
