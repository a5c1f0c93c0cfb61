/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The two reports of a follow-up, built from what aggregate and forecast
 * answered.  Sums are added here, from leaves to roots, to the öre; Ej fördelat
 * is a root of its own and is shown whenever it holds anything, so that the
 * totals equal the ledger's.
 */
#pragma once

#include "lib/model/area.h"
#include "lib/model/line.h"
#include "lib/model/period.h"
#include "lib/model/table.h"

/*
 * @cube (REQUEST_CUBE), one row per leaf area × leaf line:
 *   omrade, resultatrad (text); utfall_fg_ar (same months last year), utfall,
 *   budget_period (January..period), budget_ar (money)
 * @forecast (REQUEST_FORECAST), one row per leaf area; may be NULL:
 *   omrade (text); intakter, kostnader, netto, lag, hog (money)
 * Areas or lines that the trees do not know are an error of configuration and
 * go to Ej fördelat.
 *
 * Rows come in the order of the trees.  Of areas, Ej fördelat follows when it
 * holds anything, and a sum of all roots when more than one is shown.  The
 * forecast of a sum is left out when an area below it has outcome or budget but
 * no forecast.
 *
 * Both return NULL when the arena is full, or when a column above is not there.
 */

/* Columns: omrade, niva, utfall_fg_ar_netto, utfall_intakter, utfall_kostnader,
 * utfall_netto, budget_period_intakter, budget_period_kostnader,
 * budget_period_netto, avvikelse_period, prognos_intakter, prognos_kostnader,
 * prognos_netto, budget_ar_intakter, budget_ar_kostnader, budget_ar_netto,
 * avvikelse_ar. */
struct table *report_areas(struct arena *arena, const struct area_tree *areas,
			   const struct line_tree *lines, const struct table *cube,
			   const struct table *forecast, struct period period);

/* Columns: resultatrad, niva, radtyp, utfall_fg_ar, utfall, budget_period,
 * avvikelse_period, budget_ar; for @area and all below it, or everything when -1. */
struct table *report_lines(struct arena *arena, const struct area_tree *areas,
			   const struct line_tree *lines, const struct table *cube, int area,
			   struct period period);
