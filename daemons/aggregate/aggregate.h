/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The daemon that adds up money: owns the ledger store, takes batches from
 * ingest, tells forecast what changed, answers questions about the cube.
 */
#pragma once

#include "lib/service/service.h"

extern const struct service_program aggregate_program;
