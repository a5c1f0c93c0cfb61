/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The settings of the whole instance, and the paths that follow from them.
 */
#include "lib/conf/conf.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

#include "lib/base/cleanup.h"
#include "lib/base/text.h"
#include "lib/conf/conf_load.h"
#include "lib/conf/problem.h"

/* The longest name a socket gets in the runtime folder. */
#define ENDPOINT_LONGEST "/aggregate.control"

enum {
	RUNTIME_LENGTH_MAX =
		(int)(sizeof(((struct sockaddr_un *)0)->sun_path) - sizeof(ENDPOINT_LONGEST)),
	STORE_SIZE_MIB_MIN = 16,
	STORE_SIZE_MIB_DEFAULT = 4096,
	FREE_SPACE_MIN_MIB_DEFAULT = 256,
	BALLAST_MIB_DEFAULT = 16,
	ROOM_MIB_MAX = 1024 * 1024,
	JOURNAL_KEEP_DAYS_DEFAULT = 400,
	JOURNAL_KEEP_DAYS_MAX = 36500,
};

void loader_problem(struct conf_loader *loader, unsigned line, const char *format, ...)
{
	char text[PROBLEM_SIZE];
	va_list arguments;

	loader->is_bad = true;
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	problem_print(loader->path, line, 0, "%s", text);
}

int loader_word(struct conf_loader *loader, cfg_t *section, const char *key,
		const struct word *words, int otherwise)
{
	const struct setting *setting = setting_get(section, key);
	char list[128] = "";
	size_t length = 0;

	if (!setting)
		return otherwise;
	for (const struct word *word = words; word->word; word++) {
		if (strcmp(setting->text, word->word) == 0)
			return word->value;
	}
	for (const struct word *word = words; word->word && length < sizeof(list); word++)
		length += (size_t)snprintf(list + length, sizeof(list) - length, "%s%s",
					   word == words      ? ""
					   : (word + 1)->word ? ", "
							      : " eller ",
					   word->word);
	loader_problem(loader, setting->line, "okänt värde ”%s” för %s; skriv %s", setting->text,
		       key, list);
	return otherwise;
}

bool name_is_plain(const char *name)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz0123456789-_";

	return *name && *name != '-' && *name != '_' && strlen(name) < SOURCE_NAME_SIZE &&
	       name[strspn(name, plain)] == '\0';
}

static void instance_load(struct conf_loader *loader)
{
	const struct setting *setting = setting_get(loader->file.cfg, "instance");

	if (!setting)
		loader_problem(loader, 0,
			       "instance saknas; skriv vad installationen heter, till exempel "
			       "instance = \"socialnamnden\"");
	else if (!name_is_plain(setting->text))
		loader_problem(loader, setting->line,
			       "namnet ”%s” kan inte användas; skriv a-z, 0-9, - och _, högst %d "
			       "tecken",
			       setting->text, SOURCE_NAME_SIZE - 1);
	else
		text_copy(loader->conf->instance, sizeof(loader->conf->instance), setting->text);
}

/* Takes "." and ".." and doubled slashes out of an absolute path, in place. */
static void path_simplify(char *path)
{
	char *out = path;
	char *in = path;

	while (*in) {
		size_t length;

		in += strspn(in, "/");
		length = strcspn(in, "/");
		if (length == 2 && strncmp(in, "..", 2) == 0) {
			while (out > path && *--out != '/')
				continue;
		} else if (length > 0 && !(length == 1 && *in == '.')) {
			*out++ = '/';
			memmove(out, in, length);
			out += length;
		}
		in += length;
	}
	if (out == path)
		*out++ = '/';
	*out = '\0';
}

/* The setting @key, or @otherwise, as an absolute path; its line in *line_out. */
static void path_load(struct conf_loader *loader, const char *key, const char *otherwise,
		      char path[static PATH_SIZE], unsigned *line_out)
{
	const struct setting *setting = setting_get(loader->file.cfg, key);
	const char *text = setting ? setting->text : otherwise;
	int r;

	*line_out = setting ? setting->line : 0;
	if (*text == '\0') {
		loader_problem(loader, *line_out, "%s är tom; skriv en sökväg eller ta bort raden",
			       key);
		return;
	}
	r = *text == '/' ? path_print(path, "%s", text)
			 : path_print(path, "%s/%s", loader->folder, text);
	if (r < 0)
		loader_problem(loader, *line_out, "sökvägen för %s är för lång; välj en kortare",
			       key);
	else
		path_simplify(path);
}

static void runtime_check(struct conf_loader *loader, unsigned line)
{
	size_t length = strlen(loader->conf->runtime_dir);

	if (length > RUNTIME_LENGTH_MAX)
		loader_problem(loader, line,
			       "sökvägen för runtime är %zu byte, men socklarna i den ryms bara "
			       "under en på högst %d; välj en kortare, till exempel "
			       "/run/budgetvakt/%s",
			       length, RUNTIME_LENGTH_MAX, loader->conf->instance);
}

static void paths_load(struct conf_loader *loader)
{
	struct conf *conf = loader->conf;
	const char *instance = *conf->instance ? conf->instance : "instans";
	char state[PATH_SIZE];
	char runtime[PATH_SIZE];
	char inbox[PATH_SIZE];
	unsigned line;

	snprintf(state, sizeof(state), "/var/lib/budgetvakt/%s", instance);
	snprintf(runtime, sizeof(runtime), "/run/budgetvakt/%s", instance);
	snprintf(inbox, sizeof(inbox), "/var/spool/budgetvakt/%s", instance);
	path_load(loader, "tables", ".", conf->tables_dir, &line);
	path_load(loader, "state", state, conf->state_dir, &line);
	path_load(loader, "inbox", inbox, conf->inbox_dir, &line);
	path_load(loader, "runtime", runtime, conf->runtime_dir, &line);
	runtime_check(loader, line);
}

/* A whole number between @min and @max; @otherwise when the file does not say. */
static uint64_t number_load(struct conf_loader *loader, const char *key, uint64_t min, uint64_t max,
			    uint64_t otherwise)
{
	const struct setting *setting = setting_get(loader->file.cfg, key);
	uint64_t number = otherwise;

	if (setting && (!text_read_u64(setting->text, max, &number) || number < min))
		loader_problem(loader, setting->line,
			       "%s ”%s” går inte; skriv ett heltal mellan %" PRIu64 " och %" PRIu64,
			       key, setting->text, min, max);
	return number;
}

static void room_load(struct conf_loader *loader)
{
	struct conf *conf = loader->conf;

	conf->store_size_mib = number_load(loader, "store_size_mib", STORE_SIZE_MIB_MIN,
					   ROOM_MIB_MAX, STORE_SIZE_MIB_DEFAULT);
	conf->free_space_min_mib = number_load(loader, "free_space_min_mib", 0, ROOM_MIB_MAX,
					       FREE_SPACE_MIN_MIB_DEFAULT);
	conf->ballast_mib =
		number_load(loader, "ballast_mib", 0, ROOM_MIB_MAX, BALLAST_MIB_DEFAULT);
	conf->journal_keep_days = number_load(loader, "journal_keep_days", 0, JOURNAL_KEEP_DAYS_MAX,
					      JOURNAL_KEEP_DAYS_DEFAULT);
	/* What is given up must not let files in that fill it. */
	if (conf->free_space_min_mib > 0 && conf->ballast_mib >= conf->free_space_min_mib)
		loader_problem(loader, 0,
			       "ballast_mib (%" PRIu64 ") måste vara mindre än "
			       "free_space_min_mib (%" PRIu64 ")",
			       conf->ballast_mib, conf->free_space_min_mib);
}

static void uid_load(struct conf_loader *loader, const struct setting *setting)
{
	struct conf *conf = loader->conf;
	uint64_t uid;

	/* The highest uid means "no user" to the kernel. */
	if (!text_read_u64(setting->text, UINT32_MAX - 1, &uid)) {
		loader_problem(loader, setting->line,
			       "”%s” i allowed_uids är inget användarnummer; skriv det som id -u "
			       "NAMN visar",
			       setting->text);
		return;
	}
	for (size_t i = 0; i < conf->uid_count; i++) {
		if (conf->uids[i] != (uid_t)uid)
			continue;
		loader_problem(loader, setting->line,
			       "%s står två gånger i allowed_uids; ta bort det ena", setting->text);
		return;
	}
	if (conf->uid_count == UIDS_MAX) {
		loader_problem(loader, setting->line,
			       "allowed_uids har fler än %d användare; ta bort några", UIDS_MAX);
		return;
	}
	conf->uids[conf->uid_count++] = (uid_t)uid;
}

static void uids_load(struct conf_loader *loader)
{
	size_t count = setting_list_count(loader->file.cfg, "allowed_uids");

	for (size_t i = 0; i < count; i++)
		uid_load(loader, setting_list_at(loader->file.cfg, "allowed_uids", i));
}

static void text_reader_load(struct conf_loader *loader, const struct setting *setting)
{
	struct conf *conf = loader->conf;
	const char *name = setting->text;

	if (conf->text_reader_count == TEXT_READERS_MAX)
		loader_problem(loader, setting->line,
			       "text_readers har fler än %d namn; ta bort några eller skriv en "
			       "grupp",
			       TEXT_READERS_MAX);
	else if (name[*name == '@'] == '\0' ||
		 !text_copy(conf->text_readers[conf->text_reader_count], TEXT_READER_SIZE, name))
		loader_problem(loader, setting->line,
			       "”%s” i text_readers går inte; skriv en användares namn, eller @ "
			       "och en grupps, högst %d tecken",
			       name, TEXT_READER_SIZE - 1);
	else
		conf->text_reader_count++;
}

static void text_readers_load(struct conf_loader *loader)
{
	size_t count = setting_list_count(loader->file.cfg, "text_readers");

	for (size_t i = 0; i < count; i++)
		text_reader_load(loader, setting_list_at(loader->file.cfg, "text_readers", i));
}

static void sources_load(struct conf_loader *loader)
{
	unsigned count = cfg_size(loader->file.cfg, "source");

	for (unsigned i = 0; i < count; i++) {
		cfg_t *section = cfg_getnsec(loader->file.cfg, "source", i);

		if (i == SOURCES_MAX) {
			loader_problem(loader, section_line(&loader->file, section),
				       "filen har fler än %d källor; ta bort några", SOURCES_MAX);
			return;
		}
		source_load(loader, section);
	}
}

/* Where the file is, whatever the working directory and symbolic links. */
static int folder_find(struct conf_loader *loader)
{
	cleanup(free_bytes) char *real = realpath(loader->path, NULL);
	const char *slash;
	int r;

	if (!real)
		return -errno;
	r = path_print(loader->conf->path, "%s", real);
	if (r < 0)
		return r;
	slash = strrchr(real, '/');
	return path_print(loader->folder, "%.*s", (int)(slash - real), real);
}

static int settings_load(struct conf_loader *loader)
{
	int r = conf_file_read(&loader->file, loader->path);

	if (r == 0)
		r = folder_find(loader);
	if (r != 0)
		return r;
	instance_load(loader);
	paths_load(loader);
	room_load(loader);
	uids_load(loader);
	text_readers_load(loader);
	sources_load(loader);
	return loader->is_bad ? CONF_BAD : 0;
}

int conf_load(struct conf **conf_out, const char *path)
{
	cleanup(conf_destroy) struct conf *conf = calloc(1, sizeof(*conf));
	struct conf_loader loader = {.path = path, .conf = conf};
	int r;

	if (!conf)
		return -ENOMEM;
	r = settings_load(&loader);
	conf_file_finish(&loader.file);
	if (r != 0)
		return r;
	*conf_out = conf;
	conf = NULL;
	return 0;
}

void conf_destroy(struct conf **conf)
{
	free(*conf);
	*conf = NULL;
}

const struct source *conf_source(const struct conf *conf, const char *name)
{
	for (size_t i = 0; i < conf->source_count; i++) {
		if (strcmp(conf->sources[i].name, name) == 0)
			return &conf->sources[i];
	}
	return NULL;
}

int conf_endpoint(const struct conf *conf, const char *daemon, const char *what,
		  char endpoint[static PATH_SIZE])
{
	return path_print(endpoint, "ipc://%s/%s.%s", conf->runtime_dir, daemon, what);
}

int conf_rebuild(struct conf *conf, const char *directory)
{
	char runtime_dir[PATH_SIZE];
	int r = path_print(runtime_dir, "%s", conf->runtime_dir);

	conf->is_rebuild = true;
	if (r == 0)
		r = path_print(conf->runtime_dir, "%s/rebuild", runtime_dir);
	if (r == 0)
		r = path_print(conf->state_dir, "%s", directory);
	return r == 0 ? path_print(conf->inbox_dir, "%s/.rebuild/inbox", directory) : r;
}

int conf_state_path(const struct conf *conf, const char *what, char path[static PATH_SIZE])
{
	return path_print(path, "%s/%s", conf->state_dir, what);
}
