/* SPDX-License-Identifier: Apache-2.0 */
/* A file in chunks, from its beginning. */
#pragma once

#include <stddef.h>
#include <stdint.h>

typedef int chunk_handler(void *context, const uint8_t *bytes, size_t length);

/* Every chunk in order and one of length 0 at the end; the handler's first result that is
 * not 0 ends it and is returned. */
int file_chunks_each(int fd, chunk_handler *handle, void *context);
