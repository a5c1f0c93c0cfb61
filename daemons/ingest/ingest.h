/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The daemon budgetvakt-ingest: inbox in, rows to aggregate, verdicts to whoever
 * asks.
 */
#pragma once

#include "lib/service/service.h"

extern const struct service_program ingest_program;
