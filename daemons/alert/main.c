/* SPDX-License-Identifier: Apache-2.0 */
/* budgetvakt-alert: see daemon.h. */
#include "alert/daemon.h"

int main(int argc, char **argv)
{
	return service_main(argc, argv, &alert_program);
}
