/* SPDX-License-Identifier: Apache-2.0 */
#include "ingest/stall.h"

#include <errno.h>
#include <string.h>

const char *stall_text(int stall)
{
	switch (stall) {
	case STALL_WRITING:
		return "a process keeps it open for writing";
	case STALL_CHANGED:
		return "it changed while it was read";
	default:
		return strerror(-stall);
	}
}

const char *stall_words(int stall)
{
	switch (stall) {
	case STALL_WRITING:
		return "ett program håller filen öppen för skrivning";
	case STALL_CHANGED:
		return "filen ändrades medan den lästes";
	case -ENOSPC:
	case -EDQUOT:
		return "disken är full";
	case -EACCES:
	case -EPERM:
		return "behörighet saknas";
	case -EIO:
		return "disken svarar fel";
	default:
		return strerror(-stall);
	}
}
