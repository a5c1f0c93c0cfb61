/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Room on the disk of the state folder.  With less than free_space_min_mib left no files
 * are taken in, so that there is room for what follows from those that were.  Should
 * somebody else fill the disk all the same, the ballast, a file that only takes up room, is
 * given up, so that the alert about it can be written.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "lib/conf/conf.h"

int space_free_mib(const struct conf *conf, uint64_t *free_mib_out);
/* False when nobody knows: a write that fails will tell. */
bool space_is_short(const struct conf *conf);

/* Takes the reserve, when it is not held and there is room for it above
 * free_space_min_mib. */
int ballast_hold(const struct conf *conf);
/* MiB that are held. */
uint64_t ballast_held_mib(const struct conf *conf);
/* For service_program.failed of who writes alerts: gives the reserve up after -ENOSPC. */
void ballast_release(const struct conf *conf, int error);
