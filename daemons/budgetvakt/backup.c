/* SPDX-License-Identifier: Apache-2.0 */
#include "budgetvakt/backup.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "budgetvakt/books.h"
#include "budgetvakt/output.h"
#include "budgetvakt/program.h"
#include "budgetvakt/tree.h"
#include "lib/archive/archive_file.h"
#include "lib/base/cleanup.h"
#include "lib/base/clock.h"

#define LIST_NAME  "SHA256SUMS"
#define STATE_LINE "# state "

enum { LIST_LINE_SIZE = PATH_SIZE + HASH_TEXT_SIZE + 4 };

struct backup {
	struct context *context;
	const char *from;
	char to[PATH_SIZE];
	char partial[PATH_SIZE]; /* what it is called until all is there */
	struct tree_tally tally;
	struct books books;
	int64_t begun_ms;
	int64_t copied_ms;
};

static const char *const store_folders[] = {"notify", "alert", "forecast", "ledger", "ingest"};
enum { STORE_COUNT = sizeof store_folders / sizeof *store_folders };

static void backup_finish(struct backup *backup)
{
	books_finish(&backup->books);
}

static int paths_print(struct backup *backup, const char *folder)
{
	size_t length = strlen(folder);
	int r;

	while (length > 1 && folder[length - 1] == '/')
		length--;
	r = path_print(backup->to, "%.*s", (int)length, folder);
	return r == 0 ? path_print(backup->partial, "%s.partial", backup->to) : r;
}

static int failed(const char *what, int error)
{
	return complain(EX_IOERR, "%s: %s", what, output_reason(error));
}

static int told(const struct backup *backup, const char *done)
{
	int64_t copy_ms = backup->copied_ms - backup->begun_ms;
	int64_t look_ms = clock_monotonic_ms() - backup->copied_ms;

	printf("%s: %" PRIu64 " filer, %" PRIu64 " byte.\n"
	       "Kopierat på %" PRId64 ",%02" PRId64 " s, prövat på %" PRId64 ",%02" PRId64 " s.\n"
	       "Tillstånd: %s\n",
	       done, backup->tally.file_count, backup->tally.byte_count, copy_ms / 1000,
	       copy_ms % 1000 / 10, look_ms / 1000, look_ms % 1000 / 10, backup->books.state);
	return EX_OK;
}

static int partial_make(struct backup *backup)
{
	int r = mkdir(backup->partial, 0700) < 0 ? -errno : 0;

	if (r == -EEXIST)
		return complain(EX_CANTCREAT,
				"%s är en påbörjad kopia som inte blev klar; ta bort den först",
				backup->partial);
	return r < 0 ? complain(EX_CANTCREAT, "%s kan inte skapas: %s", backup->partial,
				output_reason(r))
		     : EX_OK;
}

/* Looks through the copy as `verify` does. */
static int copy_verify(struct backup *backup)
{
	int status;
	int r = 0;

	backup->copied_ms = clock_monotonic_ms();
	status = books_gather(backup->context, backup->partial, &backup->books);
	if (status == EX_OK && backup->books.fault_count > 0) {
		books_faults_print(&backup->books, stderr);
		return complain(EX_DATAERR, "kopian %s är inte hel, se ovan", backup->partial);
	}
	/* Whoever looks into a store leaves a lock file behind. */
	for (size_t i = 0; i < STORE_COUNT && status == EX_OK && r == 0; i++) {
		char path[PATH_SIZE];

		r = path_print(path, "%s/%s/lock.mdb", backup->partial, store_folders[i]);
		if (r == 0 && unlink(path) < 0 && errno != ENOENT)
			r = -errno;
	}
	return r < 0 ? failed("kopian kan inte prövas", r) : status;
}

/* ---- backup ------------------------------------------------------------------ */

static int stores_copy(struct backup *backup)
{
	char folder[PATH_SIZE];
	int status = program_folder_find(folder);

	for (size_t i = 0; i < BOOKS_PROGRAM_COUNT && status == EX_OK; i++) {
		const char *const words[] = {"--config", backup->context->conf->path, "--copy",
					     backup->partial, NULL};
		const int fds[] = {STDIN_FILENO, STDERR_FILENO, STDERR_FILENO};
		int pid;
		int r = program_start(folder, books_programs[i], words, fds, &pid);

		r = r < 0 ? EX_OSERR : program_wait(pid);
		if (r != EX_OK)
			status = complain(r == EX_NOINPUT ? EX_NOINPUT : EX_IOERR,
					  "lagret för budgetvakt-%s kan inte kopieras (kod %d)",
					  books_programs[i], r);
	}
	return status;
}

static bool is_no_other(const char *name)
{
	for (size_t i = 0; i < STORE_COUNT; i++)
		if (strcmp(name, store_folders[i]) == 0)
			return true;
	/* The archive has its own way; the ballast only takes up room. */
	return strcmp(name, "archive") == 0 || strcmp(name, "ballast") == 0;
}

static int others_copy(struct backup *backup)
{
	DIR *folder = opendir(backup->from);
	int r = 0;

	if (!folder)
		return failed("mappen state kan inte läsas", -errno);
	for (struct dirent *entry; r == 0 && (entry = readdir(folder));)
		if (entry->d_name[0] != '.' && !is_no_other(entry->d_name))
			r = tree_copy(backup->from, backup->partial, entry->d_name);
	closedir(folder);
	return r < 0 ? failed("mappen state kan inte kopieras", r) : EX_OK;
}

/* The file of one batch, in the form in which it lies there; a plain one may be packed meanwhile.
 * What is committed and not archived yet was copied with the spool. */
static int batch_copy(void *context, const char *program, char *fields[FACTS_FIELDS_MAX],
		      size_t count)
{
	static const char *const ends[] = {ARCHIVE_PACKED_END, ARCHIVE_PLAIN_END,
					   ARCHIVE_EXTRACT_END, ARCHIVE_PACKED_END};
	enum { FIELD_SOURCE = 4, FIELD_HASH };
	struct backup *backup = context;
	char path[PATH_SIZE];
	struct hash hash;
	int r = count > FIELD_HASH ? -ENOENT : -EINVAL;

	(void)program;
	for (size_t i = 0; i < sizeof ends / sizeof *ends && r == -ENOENT; i++) {
		r = path_print(path, "archive/%s/%s%s", fields[FIELD_SOURCE], fields[FIELD_HASH],
			       ends[i]);
		if (r == 0)
			r = tree_file_copy(backup->from, backup->partial, path, &hash);
	}
	if (r < 0 && r != -ENOENT)
		return r;
	r = path_print(path, "archive/%s/%s.sum", fields[FIELD_SOURCE], fields[FIELD_HASH]);
	if (r == 0)
		r = tree_file_copy(backup->from, backup->partial, path, &hash);
	return r == -ENOENT ? 0 : r;
}

static int archive_copy(struct backup *backup)
{
	cleanup(books_finish) struct books ledger = {.text = NULL};
	int status = books_ask(backup->context, backup->partial, "aggregate", &ledger);
	int r = status == EX_OK ? facts_each(ledger.text, "batch", batch_copy, backup) : 0;

	return r < 0 ? failed("arkivet kan inte kopieras", r) : status;
}

static int copy_list(struct backup *backup)
{
	cleanup(close_stream) FILE *list = NULL;
	char path[PATH_SIZE];
	int r = path_print(path, "%s/" LIST_NAME, backup->partial);

	if (r < 0)
		return r;
	list = fopen(path, "we");
	if (!list)
		return -errno;
	fprintf(list, "# budgetvakt " BUDGETVAKT_VERSION ", %s\n" STATE_LINE "%s\n",
		backup->context->conf->instance, backup->books.state);
	r = tree_list(backup->partial, "", LIST_NAME, list, &backup->tally);
	if (r == 0 && (ferror(list) || fflush(list) != 0 || fsync(fileno(list)) < 0))
		r = -EIO;
	return r == 0 ? directory_sync(backup->partial) : r;
}

static int everything_copy(struct backup *backup)
{
	int status = partial_make(backup);
	int r = status == EX_OK ? tree_copy(backup->from, backup->partial, "spool") : 0;

	if (r < 0)
		status = failed("mappen state kan inte kopieras", r);
	if (status == EX_OK)
		status = stores_copy(backup);
	if (status == EX_OK)
		status = others_copy(backup);
	return status == EX_OK ? archive_copy(backup) : status;
}

int backup_make(struct context *context, const char *folder)
{
	cleanup(backup_finish) struct backup backup = {.context = context,
						       .from = context->conf->state_dir,
						       .begun_ms = clock_monotonic_ms()};
	int status;
	int r = paths_print(&backup, folder);

	if (r < 0)
		return complain(EX_USAGE, "sökvägen %s är för lång", folder);
	if (file_exists(backup.to))
		return complain(EX_CANTCREAT, "%s finns redan; ange en ny mapp", backup.to);
	status = everything_copy(&backup);
	if (status == EX_OK)
		status = copy_verify(&backup);
	if (status != EX_OK)
		return status;
	r = copy_list(&backup);
	if (r == 0)
		r = file_move(backup.partial, backup.to);
	return r < 0 ? failed("säkerhetskopian kan inte skrivas klart", r)
		     : told(&backup, "Säkerhetskopian är gjord");
}

/* ---- restore ----------------------------------------------------------------- */

static bool path_is_below(const char *path)
{
	return *path && *path != '/' && *path != '.' && !strstr(path, "/.");
}

/* One line of the list: "HASH  PATH". */
static int line_restore(struct backup *backup, char *line)
{
	struct hash listed;
	struct hash found;
	char *path;
	int r;

	if (strlen(line) < HASH_TEXT_SIZE + 1)
		return -EBADMSG;
	path = line + HASH_TEXT_SIZE + 1;
	line[HASH_TEXT_SIZE - 1] = '\0';
	if (hash_parse(line, &listed) != 0 || !path_is_below(path))
		return -EBADMSG;
	r = tree_file_copy(backup->from, backup->partial, path, &found);
	if (r == 0 && memcmp(&found, &listed, sizeof found) != 0) {
		complain(EX_DATAERR, "%s/%s är inte den fil som kopierades", backup->from, path);
		r = -EBADMSG;
	}
	backup->tally.file_count++;
	return r;
}

static int list_restore(struct backup *backup, FILE *list, char state[static HASH_TEXT_SIZE])
{
	char line[LIST_LINE_SIZE];
	int r = 0;

	while (r == 0 && fgets(line, sizeof line, list)) {
		line[strcspn(line, "\n")] = '\0';
		if (strncmp(line, STATE_LINE, strlen(STATE_LINE)) == 0)
			snprintf(state, HASH_TEXT_SIZE, "%.64s", line + strlen(STATE_LINE));
		else if (line[0] != '#')
			r = line_restore(backup, line);
	}
	return r == 0 && ferror(list) ? -EIO : r;
}

static int folder_restore(struct backup *backup, char state[static HASH_TEXT_SIZE])
{
	cleanup(close_stream) FILE *list = NULL;
	char path[PATH_SIZE];
	int status;
	int r = path_print(path, "%s/" LIST_NAME, backup->from);

	if (r < 0)
		return complain(EX_USAGE, "sökvägen %s är för lång", backup->from);
	list = fopen(path, "re");
	if (!list)
		return complain(EX_NOINPUT, "%s kan inte läsas (%s); är det en säkerhetskopia?",
				path, output_reason(-errno));
	status = partial_make(backup);
	if (status != EX_OK)
		return status;
	r = list_restore(backup, list, state);
	if (r == -EBADMSG)
		return complain(EX_DATAERR, "säkerhetskopian är skadad; inget är återställt");
	return r < 0 ? failed("säkerhetskopian kan inte läsas tillbaka", r) : EX_OK;
}

/* An empty folder gives way to a rename. */
static int state_place(struct backup *backup)
{
	struct tree_tally tally = {0};
	FILE *nowhere = fopen("/dev/null", "we");
	int r = nowhere ? tree_list(backup->partial, "", "", nowhere, &tally) : -errno;

	if (nowhere)
		fclose(nowhere);
	backup->tally = tally;
	if (r == 0 && chmod(backup->partial, 0750) < 0)
		r = -errno;
	return r == 0 ? file_move(backup->partial, backup->to) : r;
}

int backup_restore(struct context *context, const char *folder)
{
	cleanup(backup_finish) struct backup backup = {
		.context = context, .from = folder, .begun_ms = clock_monotonic_ms()};
	char state[HASH_TEXT_SIZE] = "";
	bool is_empty = false;
	int status;
	int r = paths_print(&backup, context->conf->state_dir);

	if (r == 0)
		r = tree_is_empty(backup.to, &is_empty);
	if (r < 0)
		return failed("mappen state kan inte läsas", r);
	if (!is_empty)
		return complain(EX_CANTCREAT,
				"%s är inte tom; stoppa delarna och flytta undan den först",
				backup.to);
	status = folder_restore(&backup, state);
	if (status == EX_OK)
		status = copy_verify(&backup);
	if (status == EX_OK && strcmp(state, backup.books.state) != 0)
		status = complain(EX_DATAERR, "tillståndet är ett annat än när kopian gjordes");
	if (status != EX_OK)
		return status;
	r = state_place(&backup);
	return r < 0 ? failed("mappen state kan inte läggas på plats", r)
		     : told(&backup, "Säkerhetskopian är återställd");
}
