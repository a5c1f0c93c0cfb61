/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a method of forecasting is: a pure function from what is known about
 * one series (area × line) after a month to what its year will end at.  All
 * that another method needs to do is to fill in a struct method.
 */
#pragma once

#include "lib/model/money.h"
#include "lib/model/period.h"

/* Months are in report sign.  A pointer is NULL when nothing is known. */
struct method_input {
	int month;		      /* the outcome is complete through it; 0 = none yet */
	const struct money *outcome;  /* this year: the first @month of MONTHS are read */
	const struct money *budget;   /* this year, MONTHS */
	const struct money *last;     /* the outcome of last year, when complete */
	const struct money *previous; /* of the year before last, when complete */
};

/* The whole year; low and high bound the middle 80 %. */
struct method_result {
	struct money point;
	struct money low;
	struct money high;
};

struct method {
	const char *name; /* with its version: it is kept with every forecast */
	void (*run)(const struct method_input *input, struct method_result *result);
};

/*
 * "profil-1".  Outcome to date, and for the rest the first of these that can be
 * trusted:
 *
 *   last year's rest, scaled as this year to date is to last year to date
 *   the budget's rest, scaled likewise
 *   last year's rest as it was
 *   the budget's rest as it is
 *   the mean month so far
 *
 * A scale is trusted between 1/2 and 2, and only where what it divides by is
 * at least a tenth of its straight share.  After m months the rest is moved m/12
 * of the way that the scale says: one month says little about eleven (on 815
 * series of public money the mean error after January falls from 29,5 to 25,3 %,
 * after June from 18,1 to 16,9 %).  Before the first month the budget is the
 * forecast.  A year of zeros is no profile.
 *
 * The interval comes from the method's own errors, replayed at every earlier
 * month of last year and of this one.  Where the year before last is unknown,
 * the spread of the months is used instead when that is wider.  With neither it
 * is too narrow: it held 55 to 60 of 100 there.
 */
extern const struct method method_profile;
