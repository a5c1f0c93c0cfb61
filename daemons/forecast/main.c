/* SPDX-License-Identifier: Apache-2.0 */
/* budgetvakt-forecast: see daemon.h. */
#include "forecast/daemon.h"

int main(int argc, char **argv)
{
	return service_main(argc, argv, &forecast_program);
}
