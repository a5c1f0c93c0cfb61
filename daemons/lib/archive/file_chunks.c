/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/archive/file_chunks.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/base/cleanup.h"

/* Beside the tables of codes and groups, this stays in the processor's own cache. */
enum { CHUNK_SIZE = 64 * 1024 };

int file_chunks_each(int fd, chunk_handler *handle, void *context)
{
	cleanup(free_bytes) uint8_t *chunk = malloc(CHUNK_SIZE);
	ssize_t length = 1;
	int result = 0;

	if (!chunk)
		return -ENOMEM;
	if (lseek(fd, 0, SEEK_SET) < 0)
		return -errno;
	while (result == 0 && length > 0) {
		length = read(fd, chunk, CHUNK_SIZE);
		if (length < 0 && errno == EINTR)
			length = 1;
		else
			result = length < 0 ? -errno : handle(context, chunk, (size_t)length);
	}
	return result;
}
