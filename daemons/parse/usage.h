/* SPDX-License-Identifier: Apache-2.0 */
/* What the words on budgetvakt-parse's command line can be. */
#pragma once

/* On stderr; EX_USAGE. */
int usage_print(void);
/* [--json] [--sheet NAME] -- FILE: inspects the file; its exit code. */
int inspect_words(char **words);
