/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who may see what rows and vouchers say in words: root and our own user, who can read the
 * archive anyhow, and those whom text_readers names.  Users and groups are looked up in the
 * system's database at every question, so that a change there counts at once.
 */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

#include "lib/conf/conf.h"

/* @uid: what the kernel says of the peer. */
bool text_right_has(const struct conf *conf, uid_t uid);
/* Tells the log of names that the database does not have. */
void text_right_check(const struct conf *conf);
