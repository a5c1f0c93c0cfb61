/* SPDX-License-Identifier: Apache-2.0 */
/*
 *     simulation CONFIG_DIR [--seed S] [--years N] [--town T] [--control cursor|commit] [--verbose]
 *
 * Municipalities of YEARS_A_TOWN years each, one after the other, each with a seed of its
 * own (--town: only that one): the months' files come, people order, messages and processes are
 * lost, until all is quiet; then the clock leaps to the next month.  The trace goes to stdout.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "lib/base/cleanup.h"
#include "simulation/town.h"
#include "simulation/world.h"

enum { YEARS_A_TOWN = 3, STEPS_MAX = 200000, STEPS_ROUGH_MAX = 4000 };

static const int64_t month_ms = INT64_C(30) * 24 * 60 * 60 * 1000;

static int64_t least(int64_t one, int64_t other)
{
	return one < other ? one : other;
}

static void step(void)
{
	int64_t next_ms = least(least(wire_next_ms(), processes_next_ms()), operators_next_ms());

	if (next_ms > world.now_ms)
		world.now_ms = next_ms;
	wire_deliver_due();
	processes_run_due();
	operators_run();
}

static bool month_is_done(void)
{
	return !inbox_first() && operators_are_idle() && observer_is_drained() &&
	       processes_are_up();
}

/* Some towns are calm, most are not. */
static struct faults faults_draw(void)
{
	if (chance_per_mille(100))
		return (struct faults){.lost_per_mille = 0};
	return (struct faults){
		.lost_per_mille = chance_below(150),
		.doubled_per_mille = chance_below(150),
		.delay_max_ms = chance_below(4000),
		.kills_per_mille = chance_below(40),
		.disk_per_mille = chance_below(100),
	};
}

/* Until all is quiet; after many steps nothing is broken any more, so that it can be. */
static void month_drain(int year, int month)
{
	struct faults faults = world.faults;
	int steps = 0;

	for (; steps < STEPS_MAX && !month_is_done(); steps++) {
		if (steps == STEPS_ROUGH_MAX)
			world.faults = (struct faults){.lost_per_mille = 0};
		step();
	}
	if (steps == STEPS_MAX)
		world_bad("not quiet after %d steps", steps);
	world.faults = faults;
	files_tell();
	if (month == 1)
		observer_tell_cube(year - 1);
	observer_tell_cube(year);
	printf("drained %d%02d\n", year, month);
}

/* Nobody sees the month pass; now and then the wall clock jumps. */
static void clock_leap(void)
{
	world.now_ms += month_ms - chance_below(100000000);
	if (!chance_per_mille(50))
		return;
	world.counts.jumps++;
	world.wall_ms += ((int64_t)chance_below(7306) - 3653) * 24 * 60 * 60 * 1000;
}

static void town_live(uint64_t seed, int years)
{
	int first_year = 2000 + (int)(seed % 40);

	world.random = seed;
	world.now_ms = 0;
	world.wall_ms = (int64_t)(first_year - 1970) * 365 * 24 * 60 * 60 * 1000;
	world.faults = faults_draw();
	printf("town %" PRIu64 " %d\n", seed, first_year);
	town_found(first_year);
	operators_arrive();
	processes_boot();
	for (int i = 0; i < years * MONTHS; i++) {
		town_month(first_year + i / MONTHS, i % MONTHS + 1);
		operators_month(first_year + i / MONTHS, i % MONTHS + 1);
		month_drain(first_year + i / MONTHS, i % MONTHS + 1);
		clock_leap();
	}
	processes_halt();
	operators_leave();
	town_leave();
	wire_forget();
	disks_forget();
	files_forget();
	observer_forget();
}

struct wishes {
	const char *folder;
	uint64_t seed;
	uint64_t town;
	int years;
};

static bool option_read(struct wishes *wishes, const char *name, const char *value)
{
	if (strcmp(name, "--seed") == 0)
		wishes->seed = strtoull(value, NULL, 10);
	else if (strcmp(name, "--town") == 0)
		wishes->town = strtoull(value, NULL, 10);
	else if (strcmp(name, "--years") == 0)
		wishes->years = (int)strtol(value, NULL, 10);
	else if (strcmp(name, "--control") == 0 && strcmp(value, "cursor") == 0)
		world.control = CONTROL_CURSOR;
	else if (strcmp(name, "--control") == 0 && strcmp(value, "commit") == 0)
		world.control = CONTROL_COMMIT;
	else if (strcmp(name, "--verbose") == 0)
		world.is_verbose = strcmp(value, "yes") == 0;
	else
		return false;
	return true;
}

static bool options_read(int argc, char **argv, struct wishes *wishes)
{
	if (argc < 2 || argc % 2 != 0)
		return false;
	wishes->folder = argv[1];
	for (int i = 2; i < argc; i += 2) {
		if (!option_read(wishes, argv[i], argv[i + 1]))
			return false;
	}
	return true;
}

static struct conf *conf_make(const char *folder)
{
	struct conf *conf = calloc(1, sizeof *conf);

	if (!conf)
		abort();
	snprintf(conf->instance, sizeof conf->instance, "simulation");
	snprintf(conf->tables_dir, sizeof conf->tables_dir, "%s", folder);
	/* The observer reads journals whole. */
	conf->journal_keep_days = 36500;
	/* Nothing is written there: only names are made of it. */
	snprintf(conf->state_dir, sizeof conf->state_dir, "%s", folder);
	snprintf(conf->runtime_dir, sizeof conf->runtime_dir, "%s", folder);
	return conf;
}

static void counts_tell(int years)
{
	const struct counts *counts = &world.counts;

	printf("end years=%d kills=%" PRIu64 " lost=%" PRIu64 " doubled=%" PRIu64
	       " delayed=%" PRIu64 " jumps=%" PRIu64 " full=%" PRIu64 " handled=%" PRIu64
	       " bad=%" PRIu64 "\n",
	       years, counts->kills, counts->lost, counts->doubled, counts->delayed, counts->jumps,
	       counts->full, counts->handled, counts->bad);
}

int main(int argc, char **argv)
{
	struct wishes wishes = {.seed = 1, .years = YEARS_A_TOWN};
	static char buffer[1 << 16];
	int years = 0;

	if (!options_read(argc, argv, &wishes)) {
		fprintf(stderr, "simulation CONFIG_DIR [--seed S] [--years N] "
				"[--control cursor|commit] [--verbose yes]\n");
		return EX_USAGE;
	}
	setvbuf(stdout, buffer, _IOFBF, sizeof buffer);
	world.conf = conf_make(wishes.folder);
	for (uint64_t i = 0; years < wishes.years; i++) {
		town_live(wishes.town ? wishes.town : wishes.seed * 1000003 + i, YEARS_A_TOWN);
		years += YEARS_A_TOWN;
	}
	counts_tell(years);
	free(world.conf);
	return fflush(stdout) == 0 ? EX_OK : EX_IOERR;
}
