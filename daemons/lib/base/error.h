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

/* Stored or received bytes that are not what was written. */
#define ERROR_CORRUPT (-EBADMSG)
/* Stored by another version of the program. */
#define ERROR_VERSION (-EPROTONOSUPPORT)
/* A limit of ours was reached; the header that names the limit says why. */
#define ERROR_LIMIT (-EMSGSIZE)
