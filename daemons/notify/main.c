/* SPDX-License-Identifier: Apache-2.0 */
/* budgetvakt-notify: see daemon.h. */
#include "notify/daemon.h"

int main(int argc, char **argv)
{
	return service_main(argc, argv, &notify_program);
}
