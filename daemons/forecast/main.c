/* SPDX-License-Identifier: Apache-2.0 */
/* budgetvakt-forecast: see daemon.h. */
#include "forecast/daemon.h"

static const struct service_route routes[] = {
	{REQUEST_JOURNAL, forecast_answer_journal},
	{REQUEST_FORECAST, forecast_answer_table},
	{REQUEST_FORECAST_SET, forecast_order_set},
};

static const struct service_program program = {
	.name = "forecast",
	.summary = "Forecasts what the year of every area will end at.",
	.check = forecast_check,
	.start = forecast_start,
	.stop = forecast_stop,
	.routes = routes,
	.route_count = sizeof routes / sizeof routes[0],
	.status = forecast_status,
};

int main(int argc, char **argv)
{
	return service_main(argc, argv, &program);
}
