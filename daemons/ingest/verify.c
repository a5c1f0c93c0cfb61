/* SPDX-License-Identifier: Apache-2.0 */
#include "ingest/verify.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ingest/archive.h"
#include "ingest/case_feed.h"
#include "ingest/extract_sum.h"
#include "ingest/parser.h"
#include "ingest/session.h"
#include "lib/base/cleanup.h"
#include "lib/base/error.h"
#include "lib/base/text.h"
#include "lib/books/books.h"

/* A batch, as aggregate told of it. */
struct entry {
	uint64_t number;
	uint64_t row_count;
	int64_t ore;
	char source[SOURCE_NAME_SIZE];
	struct hash hash;
};

struct verifying {
	const struct conf *conf;
	struct books *books;
	struct entry *entries;
	size_t count;
	size_t capacity;
	/* The files one after the other. */
	struct loop *loop;
	struct parser *parser;
	size_t next;
	uint64_t session;
	uint64_t read_count; /* by the parser */
	uint64_t misread_count;
};

/* ---- what was told ---------------------------------------------------------- */

static bool ore_read(const char *text, int64_t *ore_out)
{
	char *end = NULL;

	errno = 0;
	*ore_out = strtoll(text, &end, 10);
	return errno == 0 && end != text && !*end;
}

static int entry_take(void *context, const char *program, char *fields[FACTS_FIELDS_MAX],
		      size_t count)
{
	struct verifying *verifying = context;
	struct entry entry = {0};

	(void)program;
	if (count < 6 || !text_read_u64(fields[0], UINT64_MAX, &entry.number) ||
	    !text_read_u64(fields[2], UINT64_MAX, &entry.row_count) ||
	    !ore_read(fields[3], &entry.ore) ||
	    !text_copy(entry.source, sizeof entry.source, fields[4]) ||
	    hash_parse(fields[5], &entry.hash) != 0)
		return -EINVAL;
	if (verifying->count == verifying->capacity) {
		size_t capacity = 2 * verifying->capacity + 64;
		struct entry *more =
			reallocarray(verifying->entries, capacity, sizeof *verifying->entries);

		if (!more)
			return -ENOMEM;
		verifying->entries = more;
		verifying->capacity = capacity;
	}
	verifying->entries[verifying->count++] = entry;
	return 0;
}

static int entry_compare(const void *left, const void *right)
{
	const struct entry *one = left;
	const struct entry *other = right;
	int order = strcmp(one->source, other->source);

	return order ? order : memcmp(one->hash.bytes, other->hash.bytes, HASH_SIZE);
}

static int archived_verify(void *context, const char *program, char *fields[FACTS_FIELDS_MAX],
			   size_t count)
{
	struct verifying *verifying = context;
	struct entry wanted = {0};

	(void)program;
	if (count != 2 || !text_copy(wanted.source, sizeof wanted.source, fields[0]) ||
	    hash_parse(fields[1], &wanted.hash) != 0)
		return -EINVAL;
	books_count(verifying->books);
	if (!bsearch(&wanted, verifying->entries, verifying->count, sizeof wanted, entry_compare))
		books_fault(verifying->books, "arkivets fil %s/%.12s är ingen import i huvudboken",
			    fields[0], fields[1]);
	return 0;
}

/* ---- a batch's file --------------------------------------------------------- */

static int spooled_try(const char *folder, const char *name, const struct entry *entry, int *fd_out)
{
	char path[PATH_SIZE];
	struct hash hash;
	int r = path_print(path, "%s/%s", folder, name);

	if (r < 0)
		return r;
	*fd_out = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (*fd_out < 0)
		return errno == ENOENT ? ARCHIVE_NONE : -errno;
	r = archive_file_hash(*fd_out, ARCHIVE_PLAIN, &hash);
	if (r < 0 || memcmp(hash.bytes, entry->hash.bytes, HASH_SIZE) == 0)
		return r;
	close_fd(fd_out);
	return ARCHIVE_NONE;
}

static int spooled_find(const struct conf *conf, const struct entry *entry, int *fd_out)
{
	char folder[PATH_SIZE];
	int r = path_print(folder, "%s/spool/%s", conf->state_dir, entry->source);
	DIR *stream = r < 0 ? NULL : opendir(folder);

	if (!stream)
		return r < 0 ? r : errno == ENOENT ? ARCHIVE_NONE : -errno;
	r = ARCHIVE_NONE;
	for (struct dirent *file; r == ARCHIVE_NONE && (file = readdir(stream));) {
		if (file->d_name[0] != '.')
			r = spooled_try(folder, file->d_name, entry, fd_out);
	}
	closedir(stream);
	return r;
}

/* A batch is committed before its file leaves the spool, and a file is packed while others look:
 * a second look finds it where it has gone. */
static int file_find(const struct verifying *verifying, const struct entry *entry, int *fd_out,
		     enum archive_form *form_out)
{
	int r = ARCHIVE_NONE;

	for (int look = 0; look < 2 && r == ARCHIVE_NONE; look++) {
		r = archive_file_open(verifying->conf->state_dir, entry->source, &entry->hash,
				      fd_out, form_out);
		if (r == ARCHIVE_NONE) {
			*form_out = ARCHIVE_PLAIN;
			r = spooled_find(verifying->conf, entry, fd_out);
		}
	}
	return r;
}

static void name_print(const struct entry *entry, char text[static 128])
{
	char hash[HASH_TEXT_SIZE];

	hash_text(&entry->hash, hash);
	snprintf(text, 128, "import %" PRIu64 " (%s/%.12s)", entry->number, entry->source, hash);
}

static void sums_judge(struct verifying *verifying, const struct entry *entry, uint64_t row_count,
		       int64_t ore)
{
	char name[128];

	verifying->read_count++;
	name_print(entry, name);
	if (row_count != entry->row_count || ore != entry->ore)
		books_fault(verifying->books,
			    "%s: filen har %" PRIu64 " rader och summan %" PRId64
			    " öre, huvudboken %" PRIu64 " och %" PRId64,
			    name, row_count, ore, entry->row_count, entry->ore);
}

static int extract_verify(struct verifying *verifying, const struct entry *entry, int fd)
{
	struct extract_sum sum;
	char name[128];
	int r = extract_sum_read(fd, &sum);

	if (r == ERROR_CORRUPT) {
		name_print(entry, name);
		books_fault(verifying->books, "%s: utdraget i arkivet är skadat", name);
		return 0;
	}
	if (r == 0)
		sums_judge(verifying, entry, sum.row_count, sum.ore);
	return r;
}

static int parser_give(struct verifying *verifying, const struct source *source, int fd,
		       enum archive_form form)
{
	int r = session_draw(&verifying->session);

	if (r == 0)
		r = parser_start(verifying->parser,
				 &(struct parser_job){.source = source,
						      .purpose = PARSER_BATCH,
						      .fd = fd,
						      .form = form,
						      .session = verifying->session,
						      .weighs_first = true});
	return r == 0 ? parser_listen(verifying->parser, true) : r;
}

/* 1 when the parser has the file now. */
static int file_verify(struct verifying *verifying, const struct entry *entry)
{
	const struct source *source = conf_source(verifying->conf, entry->source);
	cleanup(close_fd) int fd = -1;
	enum archive_form form;
	struct hash hash;
	char name[128];
	int r = file_find(verifying, entry, &fd, &form);

	name_print(entry, name);
	books_count(verifying->books);
	if (r == ARCHIVE_NONE)
		books_fault(verifying->books, "%s saknas i arkivet", name);
	if (r != 0)
		return r < 0 ? r : 0;
	if (form == ARCHIVE_EXTRACT)
		return extract_verify(verifying, entry, fd);
	r = archive_file_hash(fd, form, &hash);
	if (r == ERROR_CORRUPT || (r == 0 && memcmp(&hash, &entry->hash, sizeof hash) != 0)) {
		books_fault(verifying->books, "%s: arkivets fil är inte den som lästes in", name);
		return 0;
	}
	if (r < 0)
		return r;
	if (!source) {
		books_tell(verifying->books,
			   "note\t%s läses inte om: källan finns inte i inställningarna", name);
		return 0;
	}
	r = parser_give(verifying, source, fd, form);
	return r < 0 ? r : 1;
}

static int files_go_on(void *context)
{
	struct verifying *verifying = context;
	int r = 0;

	while (r == 0 && verifying->next < verifying->count)
		r = file_verify(verifying, &verifying->entries[verifying->next++]);
	if (r < 0)
		return r;
	if (r == 0)
		loop_stop(verifying->loop);
	return 0;
}

static int file_end(struct verifying *verifying)
{
	int r = parser_listen(verifying->parser, false);

	return r < 0 ? r : loop_later(verifying->loop, files_go_on, verifying);
}

/* Read by rules that are others now, or the parser is not what it was. */
static int file_misread(struct verifying *verifying)
{
	char name[128];

	name_print(&verifying->entries[verifying->next - 1], name);
	books_fault(verifying->books,
		    "%s: filen kan inte läsas om; är källans inställningar ändrade?", name);
	return file_end(verifying);
}

static int parser_heard(void *context, const struct parser_news *news)
{
	struct verifying *verifying = context;
	const struct message *message = news->message;

	if (news->event != PARSER_SAID)
		return file_misread(verifying);
	if (message->kind == MESSAGE_FINDINGS && message->findings.findings.error_count > 0)
		return file_misread(verifying);
	if (message->kind != MESSAGE_BATCH_END)
		return 0;
	sums_judge(verifying, &verifying->entries[verifying->next - 1],
		   message->batch_end.row_count, message->batch_end.sum.ore);
	return file_end(verifying);
}

static int files_verify(struct verifying *verifying)
{
	char program[PATH_SIZE];
	int r = parser_program_find(program);

	books_rule(verifying->books, "I1", "importer mot sina filer i arkivet, lästa på nytt");
	if (r == 0)
		r = loop_new(&verifying->loop);
	if (r == 0)
		r = parser_new(&verifying->parser,
			       &(struct parser_options){.loop = verifying->loop,
							.program = program,
							.conf_path = verifying->conf->path,
							.handler = parser_heard,
							.context = verifying});
	if (r == 0)
		r = loop_later(verifying->loop, files_go_on, verifying);
	if (r == 0)
		r = loop_run(verifying->loop);
	if (r == 0 && verifying->next < verifying->count)
		r = -ECANCELED; /* SIGTERM */
	return r;
}

/* ---- quarantine ------------------------------------------------------------- */

static int refused_verify(void *context, const char *source, const struct hash *hash)
{
	struct verifying *verifying = context;
	cleanup(close_fd) int fd = -1;
	char path[PATH_SIZE];
	char name[HASH_TEXT_SIZE];
	struct hash found;
	int r;

	hash_text(hash, name);
	r = path_print(path, "%s/quarantine/%s/%s", verifying->conf->state_dir, source, name);
	if (r < 0)
		return r;
	fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? 0 : -errno; /* decided since */
	r = archive_file_hash(fd, ARCHIVE_PLAIN, &found);
	books_count(verifying->books);
	if (r == 0 && memcmp(&found, hash, sizeof found) != 0)
		books_fault(verifying->books, "filen %s/%.12s i karantän är inte den som lades dit",
			    source, name);
	return r;
}

static int folders_verify(struct verifying *verifying)
{
	int r;

	books_rule(verifying->books, "I6", "filer i arkivet, var och en en import");
	r = books_before_each(verifying->books, "archived", archived_verify, verifying);
	if (r < 0)
		return r;
	books_rule(verifying->books, "I6", "filer i karantän");
	r = archive_each(verifying->conf, NULL, refused_verify, verifying);
	return r == -ENOENT ? 0 : r;
}

/* ---- all of it -------------------------------------------------------------- */

static int verify(void *context, struct books *books, struct store_txn *txn)
{
	struct verifying verifying = {.conf = context, .books = books};
	int r = books_before_each(books, "batch", entry_take, &verifying);

	(void)txn;
	if (r == 0 && verifying.count > 0)
		qsort(verifying.entries, verifying.count, sizeof *verifying.entries, entry_compare);
	if (r == 0)
		r = files_verify(&verifying);
	parser_destroy(&verifying.parser);
	loop_destroy(&verifying.loop);
	if (r == 0)
		r = folders_verify(&verifying);
	free(verifying.entries);
	return r;
}

int ingest_verify(const struct conf *conf, const char *copy_dir)
{
	const struct books_options options = {
		.name = "ingest",
		.folder = "ingest",
		.tables = case_feed_table_names,
		.table_count = CASE_FEED_TABLE_COUNT,
		.journal_table = CASE_FEED_JOURNAL,
		.meta_table = CASE_FEED_META,
		.cursor_table = BOOKS_NO_TABLE,
		.check = verify,
		.context = (void *)(uintptr_t)conf,
	};

	return books_run(conf, &options, copy_dir);
}
