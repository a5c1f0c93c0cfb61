/* SPDX-License-Identifier: Apache-2.0 */
/* budgetvakt-notify: see daemon.h. */
#include "notify/daemon.h"

static const struct service_program program = {
	.name = "notify",
	.summary = "Tells recipients of alerts and plans.",
	.check = notify_check,
	.start = notify_start,
	.stop = notify_stop,
	.status = notify_status,
};

int main(int argc, char **argv)
{
	return service_main(argc, argv, &program);
}
