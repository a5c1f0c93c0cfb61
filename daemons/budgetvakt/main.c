/* SPDX-License-Identifier: Apache-2.0 */
/*
 * budgetvakt: everything a person or a script asks or orders.
 *
 *     words -> command -> request -> [daemon] -> table -> stdout
 */
#include <signal.h>
#include <sysexits.h>

#include "budgetvakt/command.h"
#include "budgetvakt/output.h"
#include "lib/base/log.h"

int main(int argc, char **argv)
{
	static struct context context;
	int status = EX_OK;

	/* A reader that leaves is seen as a failed write, with its own exit code. */
	signal(SIGPIPE, SIG_IGN);
	log_open("budgetvakt");
	if (command_choose(&context, argc, argv, &status))
		status = context.command->run(&context);
	context_close(&context);
	return output_finish(status);
}
