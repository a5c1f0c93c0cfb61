/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CMocka's headers in the order they need, and ours: include this first.
 */
#pragma once

/* clang-format off */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#define assert_money_equal(money, ore_expected) assert_int_equal((money).ore, (ore_expected))
