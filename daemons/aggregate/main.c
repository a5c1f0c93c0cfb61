/* SPDX-License-Identifier: Apache-2.0 */
/*
 * budgetvakt-aggregate - adds up ledger rows.
 *
 *     ingest --batches--> [aggregate] --ledger events--> forecast
 *
 * Owns the store `ledger`.  Everything in it but the closed periods can be
 * rebuilt from the archive of files.
 */
#include "aggregate/aggregate.h"

int main(int argc, char **argv)
{
	return service_main(argc, argv, &aggregate_program);
}
