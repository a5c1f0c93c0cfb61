/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A file of the archive that is compressed with zstd, in chunks as it was: unpacked where
 * it is read, so that its plain bytes are nowhere else.
 */
#pragma once

#include "lib/archive/file_chunks.h"

/* As file_chunks_each; -EBADMSG when the file is not what was packed. */
int file_packed_each(int fd, chunk_handler *handle, void *context);
