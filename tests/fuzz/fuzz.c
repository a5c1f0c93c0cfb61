/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz/fuzz.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/conf/problem.h"

static char folder[64];

static void folder_leave(void)
{
	DIR *entries = opendir(folder);
	const struct dirent *entry;

	while (entries && (entry = readdir(entries)))
		unlinkat(dirfd(entries), entry->d_name, 0);
	if (entries)
		closedir(entries);
	rmdir(folder);
}

void fuzz_file_write(const char *path, const uint8_t *bytes, size_t size)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	promise(fd >= 0 && write(fd, bytes, size) == (ssize_t)size);
	close(fd);
}

const char *fuzz_folder(void)
{
	bool has_memory = access("/dev/shm", W_OK) == 0;

	if (folder[0])
		return folder;
	snprintf(folder, sizeof(folder), "%s/budgetvakt-fuzz-XXXXXX",
		 has_memory ? "/dev/shm" : "/tmp");
	promise(mkdtemp(folder) != NULL);
	atexit(folder_leave);
	return folder;
}

void fuzz_file_put(const char *name, const uint8_t *bytes, size_t size, char path[static PATH_SIZE])
{
	promise(path_print(path, "%s/%s", fuzz_folder(), name) == 0);
	fuzz_file_write(path, bytes, size);
}

const struct source *fuzz_source(const char *text, const char *name)
{
	struct conf *conf = NULL;
	char path[PATH_SIZE];
	const struct source *source;

	fuzz_file_put("budgetvakt.conf", (const uint8_t *)text, strlen(text), path);
	promise(conf_load(&conf, path) == 0);
	source = conf_source(conf, name);
	promise(source != NULL);
	return source;
}

void fuzz_problems_silence(void)
{
	static FILE *nowhere;

	if (nowhere)
		return;
	nowhere = fopen("/dev/null", "w");
	promise(nowhere != NULL);
	problem_stream_set(nowhere);
}
