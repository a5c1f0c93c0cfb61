/* SPDX-License-Identifier: Apache-2.0 */
/* Chance, the clock, the log, and whatever else the daemons ask of the system. */
#include "simulation/world.h"

#include <stdarg.h>
#include <string.h>
#include <sys/random.h>

#include "lib/base/clock.h"
#include "lib/base/log.h"

struct world world;

/* splitmix64, by Sebastiano Vigna: every state is a good one. */
uint64_t chance_next(void)
{
	uint64_t z = world.random += UINT64_C(0x9E3779B97F4A7C15);

	z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
	return z ^ z >> 31;
}

uint32_t chance_below(uint32_t limit)
{
	return (uint32_t)((chance_next() >> 32) * limit >> 32);
}

bool chance_per_mille(uint32_t count)
{
	return chance_below(1000) < count;
}

/* The linker puts it in the place of getrandom: stream ids and requests' ids reproduce. */
ssize_t __wrap_getrandom(void *buffer, size_t length, unsigned flags);
ssize_t __wrap_getrandom(void *buffer, size_t length, unsigned flags)
{
	uint8_t *bytes = buffer;

	(void)flags;
	for (size_t i = 0; i < length; i++)
		bytes[i] = (uint8_t)chance_next();
	return (ssize_t)length;
}

int64_t clock_wall_ms(void)
{
	return world.wall_ms + world.now_ms;
}

int64_t clock_monotonic_ms(void)
{
	return world.now_ms;
}

void world_bad(const char *format, ...)
{
	va_list arguments;

	world.counts.bad++;
	printf("bad ");
	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	printf("\n");
}

static void log_line(const char *kind, const char *format, va_list arguments)
{
	if (!world.is_verbose)
		return;
	fprintf(stderr, "%lld %s %s: ", (long long)world.now_ms,
		world.current ? world.current->program->name : "-", kind);
	vfprintf(stderr, format, arguments);
	fputc('\n', stderr);
}

void log_open(const char *name)
{
	(void)name;
}

void log_error(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	log_line("error", format, arguments);
	va_end(arguments);
}

void log_warn(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	log_line("warning", format, arguments);
	va_end(arguments);
}

void log_info(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	log_line("info", format, arguments);
	va_end(arguments);
}

int log_failure(int error, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	log_line("error", format, arguments);
	va_end(arguments);
	return error;
}
