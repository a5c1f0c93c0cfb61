/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Compresses the archive, HASH to HASH.zst, in slices while nothing is read: a file is
 * in the archive, whole and durable, before its verdict is told; that it also becomes
 * small may take its time.  HASH goes when HASH.zst is on disk; what a crash cut short
 * begins again.
 */
#pragma once

#include "lib/conf/conf.h"

struct packing;

/* @conf is borrowed.  There may be files from before. */
int packing_new(struct packing **packing_out, const struct conf *conf);
void packing_destroy(struct packing **packing);

/* A file has come. */
void packing_ask(struct packing *packing);
/* The next slice of work: 0, PACKING_DONE when there is none, or a negative errno, after
 * which the file at work is begun anew when next asked. */
enum { PACKING_DONE = 1 };
int packing_step(struct packing *packing);
