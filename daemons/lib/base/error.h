/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One error doctrine for the whole project.
 *
 *   0          success
 *   negative   -errno, fatal to the caller's task: pass it up unchanged
 *   positive   an outcome named in an enum of the function's header, which the
 *              direct caller must handle and never forwards
 *
 * Libraries return, daemons log: a function either logs or returns.
 */
#pragma once

#include <errno.h>
#include <stdbool.h>

/* Stored or received bytes that are not what was written. */
#define ERROR_CORRUPT (-EBADMSG)
/* Stored by another version of the program. */
#define ERROR_VERSION (-EPROTONOSUPPORT)
/* The configuration or a table is wrong, and why is told: a person has to correct it. */
#define ERROR_CONFIGURATION (-EDOM)
/* A store has reached the size it is given (store_size_mib); a full disk is -ENOSPC. */
#define ERROR_STORE_FULL (-EXFULL)
/* A limit of ours was reached; the header that names the limit says why. */
#define ERROR_LIMIT (-EMSGSIZE)

/* What another try may not meet: a person has nothing to correct. */
static inline bool error_passes(int error)
{
	return error == -ENOMEM || error == -EMFILE || error == -ENFILE || error == -EIO ||
	       error == -EAGAIN || error == -EINTR || error == -ENOSPC;
}
