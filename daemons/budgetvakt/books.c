/* SPDX-License-Identifier: Apache-2.0 */
#include "budgetvakt/books.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "budgetvakt/output.h"
#include "budgetvakt/program.h"
#include "budgetvakt/progress.h"
#include "lib/archive/archive_file.h"
#include "lib/base/cleanup.h"

enum { SIGNALLED = 128 };

const char *const books_programs[BOOKS_PROGRAM_COUNT] = {"notify", "alert", "forecast", "aggregate",
							 "ingest"};

void books_finish(struct books *books)
{
	free(books->text);
	books->text = NULL;
}

/* ---- what lies in the archive ------------------------------------------------- */

static int folder_tell(int fd, const char *archive, const char *source)
{
	char path[PATH_SIZE];
	struct hash hash;
	int r = path_print(path, "%s/%s", archive, source);
	DIR *folder = r < 0 ? NULL : opendir(path);

	if (!folder)
		return r < 0 ? r : errno == ENOTDIR ? 0 : -errno;
	for (struct dirent *entry; r >= 0 && (entry = readdir(folder));) {
		if (archive_file_name_read(entry->d_name, &hash))
			r = dprintf(fd, "archived\t%s\t%.*s\n", source, HASH_TEXT_SIZE - 1,
				    entry->d_name);
	}
	closedir(folder);
	return r < 0 ? -EIO : 0;
}

/* Before the ledger is read: whatever lies there was committed before it was moved there. */
static int archive_tell(int fd, const char *state_dir)
{
	char path[PATH_SIZE];
	int r = path_print(path, "%s/archive", state_dir);
	DIR *folder = r < 0 ? NULL : opendir(path);

	if (!folder)
		return r < 0 ? r : errno == ENOENT ? 0 : -errno;
	for (struct dirent *entry; r == 0 && (entry = readdir(folder));) {
		if (entry->d_name[0] != '.')
			r = folder_tell(fd, path, entry->d_name);
	}
	closedir(folder);
	return r;
}

/* ---- the programs -------------------------------------------------------------- */

/* Its stdin is all that was told before, its stdout what comes after. */
static int program_ask(struct context *context, const char *folder, const char *name,
		       const char *state_dir, int fd)
{
	const char *const words[] = {"--config", context->conf->path, "--verify",
				     "--state",	 state_dir,	      NULL};
	cleanup(close_fd) int before_fd = -1;
	struct progress progress = progress_begin(name);
	char path[64];
	int pid;
	int r;

	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	before_fd = open(path, O_RDONLY | O_CLOEXEC);
	if (before_fd < 0)
		return -errno;
	progress_waiting(&progress, 0);
	r = program_start(folder, name, words, (int[]){before_fd, fd, STDERR_FILENO}, &pid);
	r = r < 0 ? r : program_wait(pid);
	progress_end(&progress);
	if (r < 0 || r == EX_OK || r == EX_DATAERR)
		return r < 0 ? r : 0;
	r = r == EX_NOINPUT ? dprintf(fd, "fault\tCRC\tlagret finns inte\n")
	    : r > SIGNALLED ? dprintf(fd,
				      "fault\tCRC\tlagret kan inte läsas: programmet som läste det "
				      "avbröts av signal %d\n",
				      r - SIGNALLED)
			    : dprintf(fd, "fault\tCRC\tlagret kan inte läsas (kod %d)\n", r);
	return r < 0 ? -EIO : 0;
}

static int text_take(int fd, char **text_out)
{
	off_t size = lseek(fd, 0, SEEK_END);
	char *text = size < 0 ? NULL : malloc((size_t)size + 1);

	if (!text)
		return size < 0 ? -errno : -ENOMEM;
	*text_out = text;
	if (pread(fd, text, (size_t)size, 0) != size)
		return -EIO;
	text[size] = '\0';
	return 0;
}

/* ---- what they come to ---------------------------------------------------------- */

static int fault_count(void *context, const char *program, char *fields[FACTS_FIELDS_MAX],
		       size_t count)
{
	(void)program;
	(void)fields;
	(void)count;
	++*(uint64_t *)context;
	return 0;
}

struct combining {
	struct hasher *hasher;
	size_t count;
};

static int state_add(void *context, const char *program, char *fields[FACTS_FIELDS_MAX],
		     size_t count)
{
	static const char *const programs[] = {"alert", "forecast", "aggregate"};
	struct combining *combining = context;
	int r;

	(void)count;
	if (combining->count == sizeof programs / sizeof *programs ||
	    strcmp(program, programs[combining->count]) != 0)
		return 0;
	combining->count++;
	r = hasher_add(combining->hasher, fields[0], strlen(fields[0]));
	return r;
}

static int state_combine(struct books *books)
{
	cleanup(hasher_destroy) struct hasher *hasher = NULL;
	struct combining combining = {.count = 0};
	struct hash hash;
	int r = hasher_new(&hasher);

	combining.hasher = hasher;
	if (r == 0)
		r = facts_each(books->text, "state", state_add, &combining);
	if (r == 0)
		r = hasher_end(hasher, &hash);
	if (r == 0 && combining.count == 3)
		hash_text(&hash, books->state);
	return r;
}

/* @names: in this order. */
static int programs_ask(struct context *context, const char *state_dir, const char *const *names,
			size_t count, int fd)
{
	char folder[PATH_SIZE];
	int status = program_folder_find(folder);
	int r = status == EX_OK ? 0 : -ENOENT;

	for (size_t i = 0; i < count && r == 0; i++) {
		if (dprintf(fd, "program\t%s\n", names[i]) < 0)
			r = -EIO;
		if (r == 0)
			r = program_ask(context, folder, names[i], state_dir, fd);
	}
	return r;
}

int books_ask(struct context *context, const char *state_dir, const char *program,
	      struct books *books)
{
	cleanup(close_fd) int fd = memfd_create("books", MFD_CLOEXEC);
	int r = fd < 0 ? -errno : programs_ask(context, state_dir, &program, 1, fd);

	*books = (struct books){.text = NULL};
	if (r == 0)
		r = text_take(fd, &books->text);
	return r < 0 ? context_failure("att läsa lagren", r) : EX_OK;
}

int books_gather(struct context *context, const char *state_dir, struct books *books)
{
	cleanup(close_fd) int fd = memfd_create("books", MFD_CLOEXEC);
	int r = fd < 0 ? -errno : archive_tell(fd, state_dir);

	*books = (struct books){.text = NULL};
	if (r == 0)
		r = programs_ask(context, state_dir, books_programs, BOOKS_PROGRAM_COUNT, fd);
	if (r == 0)
		r = text_take(fd, &books->text);
	if (r == 0)
		r = facts_each(books->text, "fault", fault_count, &books->fault_count);
	if (r == 0)
		r = state_combine(books);
	return r < 0 ? context_failure("att läsa lagren", r) : EX_OK;
}

static int fault_print(void *context, const char *program, char *fields[FACTS_FIELDS_MAX],
		       size_t count)
{
	FILE *stream = context;

	fprintf(stream, "FEL %s %s: ", program, fields[0]);
	output_text(stream, count > 1 ? fields[1] : "");
	putc('\n', stream);
	return 0;
}

void books_faults_print(const struct books *books, FILE *stream)
{
	facts_each(books->text, "fault", fault_print, stream);
}
