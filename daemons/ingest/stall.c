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
	case STALL_MANIFEST:
		return "its control file is missing";
	case STALL_PARSER:
		return "budgetvakt-parse does not start, or has another configuration";
	case STALL_SPACE:
		return "less room is left on the disk than free_space_min_mib";
	case STALL_STORE:
		return "the store of aggregate is nearly full, see store_size_mib";
	case STALL_EXTRACT:
		return "it is counted, but its extract could not be made";
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
	case STALL_MANIFEST:
		return "kontrollfilen (.sum) saknas";
	case STALL_PARSER:
		return "läsaren (budgetvakt-parse) startar inte, eller har en annan "
		       "budgetvakt.conf än ingest: starta om";
	case STALL_SPACE:
		return "plats på disken: mindre än free_space_min_mib är kvar; det går vidare av "
		       "sig "
		       "självt när det finns plats";
	case STALL_STORE:
		return "plats i huvudbokens databas: höj store_size_mib och starta om";
	case STALL_EXTRACT:
		return "filen är inräknad, men utdraget ur den kunde inte göras";
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
