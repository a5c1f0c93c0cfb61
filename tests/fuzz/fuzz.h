/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the fuzz targets share.  A target is a C file with LLVMFuzzerTestOneInput, linked to
 * libFuzzer by the preset fuzz and to replay.c by every other build.  A broken promise ends the
 * process, as a sanitizer does.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/base/file.h"
#include "lib/conf/conf.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

#define promise(condition)                                                                         \
	do {                                                                                       \
		if (!(condition)) {                                                                \
			fprintf(stderr, "%s:%d: broken: %s\n", __FILE__, __LINE__, #condition);    \
			abort();                                                                   \
		}                                                                                  \
	} while (0)

/* The source NAME of a configuration written as text; lives as long as the process. */
const struct source *fuzz_source(const char *text, const char *name);
/* A folder of this process, removed when it ends as it should. */
const char *fuzz_folder(void);
void fuzz_file_write(const char *path, const uint8_t *bytes, size_t size);
/* Writes the file @name of the folder, for something that reads files. */
void fuzz_file_put(const char *name, const uint8_t *bytes, size_t size,
		   char path[static PATH_SIZE]);
/* Problems of configuration and tables go nowhere. */
void fuzz_problems_silence(void);

/* Reads the input as a file of the source, whole and in pieces, and holds the reader to what it
 * promises: equal rows and findings, a sum that is the rows', no rows after an error, and lines
 * that exist. */
void fuzz_reader(const struct source *source, const uint8_t *bytes, size_t size);
