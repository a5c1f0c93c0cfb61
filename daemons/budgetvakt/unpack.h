/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A file of the archive as it was when it came.
 */
#pragma once

#include "lib/conf/conf.h"

enum { UNPACK_NONE = 1, UNPACK_EXTRACT /* only its extract is kept */ };

/* STATE/archive/SOURCE/HASH or HASH.zst, into a file without a name at its beginning. */
int archive_unpack(const char *state_dir, const char *source, const char *hash, int *fd_out);
