/* SPDX-License-Identifier: Apache-2.0 */
/* Finds complete files in the inbox. */
#include "ingest/inbox.h"

#include <dirent.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "ingest/manifest.h"
#include "lib/base/cleanup.h"
#include "lib/base/error.h"
#include "lib/base/hash.h"
#include "lib/base/log.h"
#include "lib/base/text.h"

enum { TOLD_MAX = 1024 };

/* A file found by a scan. */
struct entry {
	struct inbox_file file;
	uint64_t key; /* of source, name, inode, size and time */
	int64_t modified_ns;
	int64_t source_oldest_ns;
	int64_t since_ms; /* in the list it is in */
	bool is_told;	  /* that it is being written to */
};

struct entry_list {
	struct entry *entries;
	size_t count;
	size_t capacity;
};

struct inbox {
	const struct conf *conf;
	int notify_fd;
	bool is_scan_due;
	bool are_folders_due;	    /* to be looked after */
	struct entry_list complete; /* of the last scan, in the order to be taken */
	size_t taken_count;	    /* of those */
	struct entry_list unsure;   /* of the last scan */
	struct entry_list writing;  /* of the last scan */
	size_t unknown_count;
	uint64_t told[TOLD_MAX]; /* keys of what has been logged: a ring */
	size_t told_next;
};

/* Network shares answer for themselves or not at all when asked who writes. */
static bool filesystem_sees_writers(int fd)
{
	enum {
		NFS = 0x6969,
		SMB = 0x517B,
		FUSE = 0x65735546,
		PLAN9 = 0x01021997,
	};
	static const unsigned long cifs = 0xFF534D42UL;
	static const unsigned long smb2 = 0xFE534D42UL;
	struct statfs status;
	unsigned long type;

	if (fstatfs(fd, &status) < 0)
		return false;
	type = (unsigned long)status.f_type & 0xFFFFFFFFUL;
	return type != NFS && type != SMB && type != FUSE && type != PLAN9 && type != cifs &&
	       type != smb2;
}

enum completeness inbox_completeness(int fd)
{
	if (!filesystem_sees_writers(fd))
		return FILE_UNSURE;
	/* A read lease is granted only when nobody can write. */
	if (fcntl(fd, F_SETLEASE, F_RDLCK) == 0) {
		fcntl(fd, F_SETLEASE, F_UNLCK);
		return FILE_COMPLETE;
	}
	return errno == EAGAIN ? FILE_WRITING : FILE_UNSURE;
}

int inbox_path(const struct conf *conf, const struct inbox_file *file, char path[static PATH_SIZE])
{
	return path_print(path, "%s/%s/%s", conf->inbox_dir, file->source->name, file->name);
}

static int list_add(struct entry_list *list, const struct entry *entry)
{
	if (list->count == list->capacity) {
		size_t capacity = list->capacity ? list->capacity * 2 : 16;
		struct entry *entries = reallocarray(list->entries, capacity, sizeof *entries);

		if (!entries)
			return -ENOMEM;
		list->entries = entries;
		list->capacity = capacity;
	}
	list->entries[list->count++] = *entry;
	return 0;
}

static void list_finish(struct entry_list *list)
{
	free(list->entries);
	*list = (struct entry_list){0};
}

static void entry_tell(const struct entry *entry, const char *what)
{
	char shown[FILE_NAME_SIZE];

	report_name_show(shown, entry->file.name);
	log_warn("inbox/%s/%s is left alone: %s",
		 entry->file.source ? entry->file.source->name : "", shown, what);
}

/* One log line for one state of one file. */
static void tell_once(struct inbox *inbox, const struct entry *entry, const char *what)
{
	for (size_t i = 0; i < TOLD_MAX; i++)
		if (inbox->told[i] == entry->key)
			return;
	inbox->told[inbox->told_next] = entry->key;
	inbox->told_next = (inbox->told_next + 1) % TOLD_MAX;
	entry_tell(entry, what);
}

static uint64_t entry_key(const struct entry *entry, const struct stat *status)
{
	const int64_t parts[] = {(int64_t)status->st_dev, (int64_t)status->st_ino,
				 (int64_t)status->st_size, entry->modified_ns};
	const char *source = entry->file.source ? entry->file.source->name : "";
	uint64_t key = checksum(parts, sizeof parts);

	key = checksum_seeded(source, strlen(source), key);
	return checksum_seeded(entry->file.name, strlen(entry->file.name), key);
}

enum finding_kind { FOUND_NOTHING, FOUND_ODD, FOUND_UNKNOWN, FOUND_CANDIDATE };

/* What a name in the folder of @source (NULL: the inbox itself) stands for. */
static enum finding_kind entry_classify(int folder_fd, const struct source *source,
					const char *name, struct entry *entry)
{
	struct stat status;

	*entry = (struct entry){.file.source = source};
	if (name[0] == '.' || !text_copy(entry->file.name, sizeof entry->file.name, name) ||
	    fstatat(folder_fd, name, &status, AT_SYMLINK_NOFOLLOW) < 0)
		return FOUND_NOTHING;
	if (!source && S_ISDIR(status.st_mode))
		return FOUND_NOTHING;
	entry->modified_ns =
		(int64_t)status.st_mtim.tv_sec * 1000000000 + (int64_t)status.st_mtim.tv_nsec;
	entry->key = entry_key(entry, &status);
	if (!S_ISREG(status.st_mode))
		return FOUND_ODD;
	if (source && source_name_is_manifest(source, name))
		return FOUND_NOTHING;
	if (!source || fnmatch(source->pattern, name, FNM_CASEFOLD) != 0)
		return FOUND_UNKNOWN;
	return FOUND_CANDIDATE;
}

/* Whether it is complete; a negative errno when it cannot be opened. */
static int candidate_completeness(int folder_fd, const char *name)
{
	cleanup(close_fd) int fd =
		openat(folder_fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		return errno == EAGAIN ? FILE_WRITING : -errno;
	return (int)inbox_completeness(fd);
}

/* Takes over from the last scan since when the file has stood still. */
static void unsure_remember(const struct inbox *inbox, struct entry *entry, int64_t now_ms)
{
	entry->since_ms = now_ms;
	for (size_t i = 0; i < inbox->unsure.count; i++)
		if (inbox->unsure.entries[i].key == entry->key)
			entry->since_ms = inbox->unsure.entries[i].since_ms;
}

/* The same for one that is written to, whose size and time may have changed. */
static void writing_remember(const struct inbox *inbox, struct entry *entry, int64_t now_ms)
{
	entry->since_ms = now_ms;
	for (size_t i = 0; i < inbox->writing.count; i++) {
		const struct entry *last = &inbox->writing.entries[i];

		if (last->file.source != entry->file.source ||
		    strcmp(last->file.name, entry->file.name) != 0)
			continue;
		entry->since_ms = last->since_ms;
		entry->is_told = last->is_told;
	}
}

/* It comes when it comes. */
static bool manifest_is_missing(int folder_fd, const struct entry *entry)
{
	char name[FILE_NAME_SIZE + sizeof MANIFEST_END];

	if (entry->file.source->manifest != MANIFEST_REQUIRED)
		return false;
	snprintf(name, sizeof name, "%s" MANIFEST_END, entry->file.name);
	return faccessat(folder_fd, name, F_OK, AT_SYMLINK_NOFOLLOW) < 0;
}

struct scan {
	struct inbox *inbox;
	int64_t now_ms;
	struct entry_list complete;
	struct entry_list unsure;
	struct entry_list writing;
	size_t unknown_count;
};

static int writing_scan(struct scan *scan, struct entry *entry)
{
	writing_remember(scan->inbox, entry, scan->now_ms);
	if (!entry->is_told && scan->now_ms - entry->since_ms >= INBOX_WRITING_MS) {
		entry_tell(entry, "a process keeps it open for writing");
		entry->is_told = true;
	}
	return list_add(&scan->writing, entry);
}

static int candidate_scan(struct scan *scan, int folder_fd, struct entry *entry)
{
	int state = candidate_completeness(folder_fd, entry->file.name);

	if (state == -ENOENT)
		return 0;
	if (state == FILE_WRITING)
		return writing_scan(scan, entry);
	if (state < 0) {
		tell_once(scan->inbox, entry, strerror(-state));
		return 0;
	}
	if (manifest_is_missing(folder_fd, entry))
		return list_add(&scan->unsure, entry);
	if (state == FILE_COMPLETE)
		return list_add(&scan->complete, entry);
	unsure_remember(scan->inbox, entry, scan->now_ms);
	if (scan->now_ms - entry->since_ms >= INBOX_STILL_MS)
		return list_add(&scan->complete, entry);
	return list_add(&scan->unsure, entry);
}

static int entry_scan(void *context, int folder_fd, enum finding_kind kind, struct entry *entry)
{
	struct scan *scan = context;

	switch (kind) {
	case FOUND_NOTHING:
		return 0;
	case FOUND_ODD:
		tell_once(scan->inbox, entry, "not a regular file");
		return 0;
	case FOUND_UNKNOWN:
		scan->unknown_count++;
		tell_once(scan->inbox, entry,
			  entry->file.source ? "its name does not match the source's pattern"
					     : "files belong in the folder of a source");
		return 0;
	case FOUND_CANDIDATE:
		return candidate_scan(scan, folder_fd, entry);
	}
	return 0;
}

typedef int folder_handler(void *context, int folder_fd, enum finding_kind kind,
			   struct entry *entry);

/* Calls @handler for every name; stops when it returns other than 0. */
static int folder_walk(const struct conf *conf, const struct source *source,
		       folder_handler *handler, void *context)
{
	char path[PATH_SIZE];
	int r = path_print(path, "%s/%s", conf->inbox_dir, source ? source->name : "");
	DIR *folder = r < 0 ? NULL : opendir(path);

	if (!folder)
		return r < 0 ? r : -errno;
	for (struct dirent *item; r == 0 && (item = readdir(folder));) {
		struct entry entry;
		enum finding_kind kind =
			entry_classify(dirfd(folder), source, item->d_name, &entry);

		r = handler(context, dirfd(folder), kind, &entry);
	}
	closedir(folder);
	return r;
}

/* Makes the folder, also when somebody has removed it, and hangs the doorbell on it. */
static int folder_ensure(struct inbox *inbox, const struct source *source)
{
	char path[PATH_SIZE];
	int r = path_print(path, "%s/%s", inbox->conf->inbox_dir, source->name);

	if (r < 0)
		return r;
	r = directory_make(path);
	if (r < 0)
		return r;
	/* Without a watch (too many in use) the timer still finds every file. */
	if (inbox->notify_fd >= 0)
		inotify_add_watch(inbox->notify_fd, path,
				  IN_CLOSE_WRITE | IN_MOVED_TO | IN_ONLYDIR);
	return 0;
}

static int folders_ensure(struct inbox *inbox)
{
	for (size_t s = 0; s < inbox->conf->source_count; s++) {
		int r = folder_ensure(inbox, &inbox->conf->sources[s]);

		if (r < 0)
			return r;
	}
	return 0;
}

static int entry_compare(const void *left, const void *right)
{
	const struct entry *l = left;
	const struct entry *r = right;

	if (l->source_oldest_ns != r->source_oldest_ns)
		return l->source_oldest_ns < r->source_oldest_ns ? -1 : 1;
	if (l->file.source != r->file.source)
		return l->file.source < r->file.source ? -1 : 1;
	return strcmp(l->file.name, r->file.name);
}

static void list_sort(struct entry_list *list, const struct conf *conf)
{
	int64_t oldest_ns[SOURCES_MAX];

	for (size_t s = 0; s < SOURCES_MAX; s++)
		oldest_ns[s] = INT64_MAX;
	for (size_t i = 0; i < list->count; i++) {
		size_t s = (size_t)(list->entries[i].file.source - conf->sources);

		if (list->entries[i].modified_ns < oldest_ns[s])
			oldest_ns[s] = list->entries[i].modified_ns;
	}
	for (size_t i = 0; i < list->count; i++) {
		size_t s = (size_t)(list->entries[i].file.source - conf->sources);

		list->entries[i].source_oldest_ns = oldest_ns[s];
	}
	if (list->count > 1)
		qsort(list->entries, list->count, sizeof list->entries[0], entry_compare);
}

static int folders_walk(const struct conf *conf, folder_handler *handler, void *context)
{
	int r = folder_walk(conf, NULL, handler, context);

	for (size_t s = 0; r == 0 && s < conf->source_count; s++)
		r = folder_walk(conf, &conf->sources[s], handler, context);
	return r;
}

static int inbox_scan(struct inbox *inbox, int64_t now_ms)
{
	struct scan scan = {.inbox = inbox, .now_ms = now_ms};
	int r = inbox->are_folders_due ? folders_ensure(inbox) : 0;

	if (r == 0)
		r = folders_walk(inbox->conf, entry_scan, &scan);
	/* Somebody has removed one. */
	inbox->are_folders_due = r < 0;
	if (r < 0) {
		list_finish(&scan.complete);
		list_finish(&scan.unsure);
		list_finish(&scan.writing);
		return r;
	}
	list_sort(&scan.complete, inbox->conf);
	list_finish(&inbox->complete);
	list_finish(&inbox->unsure);
	list_finish(&inbox->writing);
	inbox->complete = scan.complete;
	inbox->unsure = scan.unsure;
	inbox->writing = scan.writing;
	inbox->unknown_count = scan.unknown_count;
	inbox->taken_count = 0;
	inbox->is_scan_due = false;
	return 0;
}

int inbox_new(struct inbox **inbox_out, const struct conf *conf)
{
	cleanup(inbox_destroy) struct inbox *inbox = calloc(1, sizeof *inbox);
	int r;

	if (!inbox)
		return -ENOMEM;
	inbox->conf = conf;
	inbox->is_scan_due = true;
	/* Whoever opens a file for writing while we hold its lease sends us SIGIO,
	 * which would end the process. */
	signal(SIGIO, SIG_IGN);
	inbox->notify_fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (inbox->notify_fd < 0)
		log_warn("no inotify (%s): the inbox is scanned by the clock only",
			 strerror(errno));
	r = folders_ensure(inbox);
	if (r < 0)
		return r;
	*inbox_out = inbox;
	inbox = NULL;
	return 0;
}

void inbox_destroy(struct inbox **inbox)
{
	if (!*inbox)
		return;
	list_finish(&(*inbox)->complete);
	list_finish(&(*inbox)->unsure);
	list_finish(&(*inbox)->writing);
	close_fd(&(*inbox)->notify_fd);
	free(*inbox);
	*inbox = NULL;
}

int inbox_fd(const struct inbox *inbox)
{
	return inbox->notify_fd;
}

void inbox_rang(struct inbox *inbox)
{
	char events[4096];

	while (read(inbox->notify_fd, events, sizeof events) > 0)
		continue;
	inbox->is_scan_due = true;
}

void inbox_rescan(struct inbox *inbox)
{
	inbox->are_folders_due = true;
	inbox->is_scan_due = true;
}

/* A file may have been removed or opened again since the scan. */
static bool file_is_still_there(const struct inbox *inbox, const struct inbox_file *file)
{
	char path[PATH_SIZE];
	int state;

	if (inbox_path(inbox->conf, file, path) < 0)
		return false;
	state = candidate_completeness(AT_FDCWD, path);
	return state == FILE_COMPLETE || state == FILE_UNSURE;
}

static int scanned_next(struct inbox *inbox, struct inbox_file *file_out)
{
	while (inbox->taken_count < inbox->complete.count) {
		*file_out = inbox->complete.entries[inbox->taken_count++].file;
		if (file_is_still_there(inbox, file_out))
			return 0;
	}
	return INBOX_EMPTY;
}

int inbox_next(struct inbox *inbox, int64_t now_ms, struct inbox_file *file_out)
{
	int r = scanned_next(inbox, file_out);

	if (r != INBOX_EMPTY || !inbox->is_scan_due)
		return r;
	r = inbox_scan(inbox, now_ms);
	return r < 0 ? r : scanned_next(inbox, file_out);
}

enum { WALK_FOUND = 1 };

static int entry_find(void *context, int folder_fd, enum finding_kind kind, struct entry *entry)
{
	int state;

	(void)context;
	if (kind != FOUND_CANDIDATE)
		return 0;
	state = candidate_completeness(folder_fd, entry->file.name);
	return state == FILE_COMPLETE || state == FILE_UNSURE ? WALK_FOUND : 0;
}

bool inbox_holds(const struct inbox *inbox, const struct source *source)
{
	return folder_walk(inbox->conf, source, entry_find, NULL) == WALK_FOUND;
}

static int entry_count(void *context, int folder_fd, enum finding_kind kind, struct entry *entry)
{
	size_t *count = context;

	(void)folder_fd;
	(void)entry;
	if (kind == FOUND_CANDIDATE)
		(*count)++;
	return 0;
}

size_t inbox_waiting_count(const struct inbox *inbox)
{
	size_t count = 0;

	for (size_t s = 0; s < inbox->conf->source_count; s++)
		folder_walk(inbox->conf, &inbox->conf->sources[s], entry_count, &count);
	return count;
}

size_t inbox_unknown_count(const struct inbox *inbox)
{
	return inbox->unknown_count;
}

size_t inbox_writing_count(const struct inbox *inbox)
{
	return inbox->writing.count;
}
