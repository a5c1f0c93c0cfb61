/* SPDX-License-Identifier: Apache-2.0 */
/* budgetvakt-alert: see daemon.h. */
#include "alert/daemon.h"

static const struct service_route routes[] = {
	{REQUEST_JOURNAL, alert_answer_journal},      {REQUEST_ALERTS, alert_answer_alerts},
	{REQUEST_ALERT_ACK, alert_order_acknowledge}, {REQUEST_PLANS, alert_answer_plans},
	{REQUEST_PLAN_DECIDE, alert_order_decide},    {REQUEST_PLAN_CLOSE, alert_order_close},
};

static const struct service_program program = {
	.name = "alert",
	.summary = "Raises alerts, and follows the plans that they demand.",
	.check = alert_check,
	.start = alert_start,
	.stop = alert_stop,
	.routes = routes,
	.route_count = sizeof routes / sizeof routes[0],
	.status = alert_status,
};

int main(int argc, char **argv)
{
	return service_main(argc, argv, &program);
}
