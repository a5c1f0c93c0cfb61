/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a process of ours treats memory that it has freed.
 */
#pragma once

/* Keeps freed blocks of a few MiB for the next message of the same size.  By default
 * they go back to the kernel, which clears every page before it gives it again: nine
 * tenths of what it costs to pack and unpack a message of rows. */
void memory_keep(void);
