/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mutation_judge CONFIG: reads files from standard input until it ends, each as a line
 * "SOURCE LENGTH" and LENGTH bytes, and answers with what check_file prints of it.  One
 * process for thousands of files; each is handed over as a file without a name.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/base/cleanup.h"
#include "lib/base/file.h"
#include "lib/conf/tables.h"
#include "parse/check.h"

enum { HEAD_SIZE = 256, FILE_SIZE_MAX = 64 << 20 };

static int bytes_take(int fd, size_t length)
{
	cleanup(free_bytes) uint8_t *bytes = malloc(length + 1);

	if (!bytes || fread(bytes, 1, length, stdin) != length)
		return EX_IOERR;
	return write(fd, bytes, length) == (ssize_t)length ? EX_OK : EX_IOERR;
}

/* EX_OK when there is a verdict, whatever it is. */
static int file_judge(const struct source *source, const struct spread_keys *keys, size_t length)
{
	cleanup(close_fd) int fd = memfd_create("fall", MFD_CLOEXEC);
	char path[PATH_SIZE];
	int result = fd < 0 ? EX_OSERR : bytes_take(fd, length);

	if (result != EX_OK)
		return result;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	result = check_file(source, keys, path, stdout);
	fflush(stdout);
	return result == EX_DATAERR ? EX_OK : result;
}

static int head_judge(const struct conf *conf, const struct spread_keys *keys, char *head)
{
	char *blank = strchr(head, ' ');
	const struct source *source;
	size_t length;

	if (!blank)
		return EX_USAGE;
	*blank = '\0';
	source = conf_source(conf, head);
	length = strtoul(blank + 1, NULL, 10);
	return source && length <= FILE_SIZE_MAX ? file_judge(source, keys, length) : EX_USAGE;
}

int main(int argc, char **argv)
{
	cleanup(conf_destroy) struct conf *conf = NULL;
	cleanup(spread_keys_destroy) struct spread_keys *keys = NULL;
	char head[HEAD_SIZE];
	int result = EX_OK;

	if (argc != 2)
		return EX_USAGE;
	if (conf_load(&conf, argv[1]) != 0 || spread_keys_load(conf, &keys) != 0)
		return EX_CONFIG;
	while (result == EX_OK && fgets(head, sizeof(head), stdin))
		result = head_judge(conf, keys, head);
	return result;
}
