/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The grammar of budgetvakt.conf: libconfuse reads the file into settings, each
 * with the line it stands on; what they mean is decided in conf.c and
 * conf_source.c.
 */
#pragma once

#include <confuse.h>
#include <stddef.h>

/* One value as it is written in the file. */
struct setting {
	unsigned line;
	char text[];
};

struct conf_file {
	cfg_t *cfg;
	char *text; /* the file, for section_line() */
};

/* 0, CONF_BAD (printed) or a negative errno. */
int conf_file_read(struct conf_file *file, const char *path);
/* A zeroed one is fine. */
void conf_file_finish(struct conf_file *file);

/* NULL when the file does not have it. */
const struct setting *setting_get(cfg_t *section, const char *key);

size_t setting_list_count(cfg_t *section, const char *key);
const struct setting *setting_list_at(cfg_t *section, const char *key, size_t index);

/* The line with the section's title; its last line when that is not found. */
unsigned section_line(const struct conf_file *file, const cfg_t *section);
