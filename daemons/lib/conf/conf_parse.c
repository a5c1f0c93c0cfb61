/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Three things libconfuse does not do by itself: it forgets which line a value
 * stood on (every value is therefore a pointer to a struct setting made by our
 * callback), lets a second value win in silence, and accepts a file that ends
 * inside a section or a comment (a last setting of our own is appended, which
 * must come out at the top level).
 */
#include "lib/conf/conf_parse.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/cleanup.h"
#include "lib/base/error.h"
#include "lib/base/file.h"
#include "lib/base/text.h"
#include "lib/conf/conf.h"
#include "lib/conf/problem.h"

#define LAST_KEY     "filens_slut"
#define LAST_SETTING LAST_KEY " = 1\n"

enum { FILE_BYTES_MAX = 1024 * 1024 };

/* libconfuse's callbacks have no room for a pointer of ours.  Set during
 * conf_file_read() only. */
static const char *parsed_path;

static int end_missing_print(const cfg_t *cfg)
{
	problem_print(parsed_path, (unsigned)cfg->line - 1, 0,
		      "filen slutar för tidigt; avsluta värdet, listan eller avsnittet");
	return -1;
}

/* libconfuse forgets the values of an option that is set again without a trace,
 * so we count them, in the number that its default would have if it had one. */
static bool is_set_twice(cfg_opt_t *option)
{
	return option->def.number++ > 0 && option->nvalues == 1;
}

/* Called by libconfuse for every value. */
static int setting_make(cfg_t *cfg, cfg_opt_t *option, const char *value, void *result)
{
	size_t length = strlen(value);
	struct setting *setting;

	if (strcmp(value, LAST_KEY) == 0)
		return end_missing_print(cfg);
	if (is_set_twice(option)) {
		problem_print(parsed_path, (unsigned)cfg->line, 0,
			      "%s anges två gånger; ta bort den ena raden", option->name);
		return -1;
	}
	for (const char *c = value; *c; c++) {
		if ((unsigned char)*c >= ' ' || *c == '\t')
			continue;
		problem_print(
			parsed_path, (unsigned)cfg->line, 0,
			"värdet av %s innehåller en radbrytning eller ett styrtecken; ta bort "
			"det",
			option->name);
		return -1;
	}
	setting = malloc(sizeof(*setting) + length + 1);
	if (!setting)
		return -1;
	setting->line = (unsigned)cfg->line;
	memcpy(setting->text, value, length + 1);
	*(struct setting **)result = setting;
	return 0;
}

/* What libconfuse says, around the one word it quotes, and what we say. */
static const struct {
	const char *format;
	const char *before;
	const char *after;
} messages[] = {
	{"no such option '%s'", "okänd inställning ”",
	 "”; ta bort den eller rätta namnet, alla finns i exemplet budgetvakt.conf"},
	{"missing equal sign after option '%s'", "likhetstecken saknas efter ”",
	 "”; skriv namnet, = och värdet"},
	{"unexpected closing brace", "} utan motsvarande {; ta bort den", ""},
	{"unexpected token '%s'", "oväntat ”",
	 "”; se efter om citattecken, komma, = eller } saknas strax före"},
	{"premature end of file", "filen slutar inne i ett värde; avsluta det", ""},
	{"unterminated string constant", "texten slutar aldrig; sätt ett citattecken efter den",
	 ""},
	{"missing title for section '%s'", "avsnittet ",
	 " saknar namn; skriv det inom citattecken före {"},
	{"missing opening brace for section '%s'", "{ saknas efter namnet på avsnittet ", ""},
	{"found duplicate title '%s'", "källan ”", "” finns redan; ge den ena ett annat namn"},
	{"attempt to append to non-list option '%s'", "”",
	 "” är ingen lista; skriv = i stället för +="},
};

enum { MESSAGE_COUNT = sizeof(messages) / sizeof(messages[0]) };

/* The word that stands where @format has "%s"; @text is the format filled in and
 * is cut behind the word. */
static const char *word_take(const char *format, char *text)
{
	const char *place = strstr(format, "%s");
	size_t after;

	if (!place)
		return "";
	after = strlen(place) - strlen("%s");
	text[strlen(text) - after] = '\0';
	return text + (place - format);
}

/* Called by libconfuse for what it cannot read. */
static void error_print(cfg_t *cfg, const char *format, va_list arguments)
{
	char text[PROBLEM_SIZE];
	const char *word;
	size_t i = 0;

	vsnprintf(text, sizeof(text), format, arguments);
	while (i < MESSAGE_COUNT && strcmp(format, messages[i].format) != 0)
		i++;
	if (i == MESSAGE_COUNT) {
		problem_print(parsed_path, (unsigned)cfg->line, 0, "%s", text);
		return;
	}
	word = word_take(format, text);
	if (strcmp(word, LAST_KEY) == 0)
		end_missing_print(cfg);
	else
		problem_print(parsed_path, (unsigned)cfg->line, 0, "%s%s%s", messages[i].before,
			      word, messages[i].after);
}

#define SETTING(key)	  CFG_PTR_CB(key, NULL, CFGF_NODEFAULT, setting_make, free)
#define SETTING_LIST(key) CFG_PTR_LIST_CB(key, NULL, CFGF_NODEFAULT, setting_make, free)

static cfg_t *cfg_new(void)
{
	cfg_opt_t source[] = {
		SETTING("format"),
		SETTING("mode"),
		SETTING("pattern"),
		SETTING("layer"),
		SETTING("encoding"),
		SETTING("delimiter"),
		SETTING("decimal"),
		SETTING("thousands"),
		SETTING("dates"),
		SETTING("year"),
		SETTING("sheet"),
		SETTING("sign"),
		SETTING("unit"),
		SETTING_LIST("dimensions"),
		SETTING_LIST("sie_dimensions"),
		SETTING_LIST("policy"),
		SETTING("manifest"),
		SETTING("redact"),
		SETTING_LIST("columns"),
		CFG_END(),
	};
	cfg_opt_t root[] = {
		SETTING("instance"),
		SETTING("tables"),
		SETTING("state"),
		SETTING("runtime"),
		SETTING("inbox"),
		SETTING("store_size_mib"),
		SETTING("free_space_min_mib"),
		SETTING("ballast_mib"),
		SETTING("journal_keep_days"),
		SETTING_LIST("allowed_uids"),
		SETTING_LIST("text_readers"),
		CFG_SEC("source", source, CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES),
		SETTING(LAST_KEY),
		CFG_END(),
	};
	cfg_t *cfg = cfg_init(root, CFGF_NONE);

	if (cfg)
		cfg_set_error_function(cfg, error_print);
	return cfg;
}

static int unreadable_print(const char *path, int error)
{
	if (error_passes(error))
		return error;
	if (error == -ENOENT)
		problem_print(path, 0, 0, "filen finns inte; ange rätt fil med --config");
	else if (error == ERROR_LIMIT)
		problem_print(path, 0, 0, "filen är större än 1 MiB; är det rätt fil?");
	else
		problem_print(path, 0, 0,
			      "filen kan inte läsas (%s); kontrollera att den är en fil och att "
			      "Budgetvakt får läsa den",
			      strerror(-error));
	return CONF_BAD;
}

/* The file without BOM, ending with our last setting. */
static int text_read(const char *path, char **text_out)
{
	cleanup(free_bytes) char *bytes = NULL;
	const char *start;
	size_t length;
	int r = file_read(path, FILE_BYTES_MAX, &bytes, &length);

	if (r < 0)
		return unreadable_print(path, r);
	if (memchr(bytes, '\0', length) || !text_is_utf8(bytes, length)) {
		problem_print(path, 0, 0, "filen är inte UTF-8; spara den som UTF-8");
		return CONF_BAD;
	}
	start = strncmp(bytes, "\xEF\xBB\xBF", 3) == 0 ? bytes + 3 : bytes;
	length = strlen(start);
	if (asprintf(text_out, "%s%s" LAST_SETTING, start,
		     length > 0 && start[length - 1] != '\n' ? "\n" : "") < 0)
		return -ENOMEM;
	return 0;
}

static int text_parse(struct conf_file *file, const char *path)
{
	cleanup(close_stream) FILE *stream = fmemopen(file->text, strlen(file->text), "r");
	int r;

	if (!stream)
		return -errno;
	parsed_path = path;
	errno = 0;
	r = cfg_parse_fp(file->cfg, stream);
	parsed_path = NULL;
	/* The one thing that libconfuse gives up for without a word. */
	if (r != CFG_SUCCESS)
		return errno == ENOMEM ? -ENOMEM : CONF_BAD;
	if (setting_get(file->cfg, LAST_KEY))
		return 0;
	problem_print(path, 0, 0, "filen slutar inne i en kommentar; avsluta den med */");
	return CONF_BAD;
}

int conf_file_read(struct conf_file *file, const char *path)
{
	int r = text_read(path, &file->text);

	if (r != 0)
		return r;
	file->cfg = cfg_new();
	return file->cfg ? text_parse(file, path) : -ENOMEM;
}

void conf_file_finish(struct conf_file *file)
{
	if (file->cfg)
		cfg_free(file->cfg);
	free(file->text);
	*file = (struct conf_file){0};
}

const struct setting *setting_get(cfg_t *section, const char *key)
{
	return cfg_size(section, key) > 0 ? cfg_getptr(section, key) : NULL;
}

size_t setting_list_count(cfg_t *section, const char *key)
{
	return cfg_size(section, key);
}

const struct setting *setting_list_at(cfg_t *section, const char *key, size_t index)
{
	return cfg_getnptr(section, key, (unsigned)index);
}

static bool line_has_title(const char *line, const char *title)
{
	const char *end = line + strcspn(line, "\n");
	const char *found;

	line += strspn(line, " \t");
	if (strncmp(line, "source", strlen("source")) != 0)
		return false;
	found = strstr(line, title);
	return found && found < end;
}

unsigned section_line(const struct conf_file *file, const cfg_t *section)
{
	unsigned found = (unsigned)section->line;
	const char *line = file->text;

	for (unsigned number = 1; number <= (unsigned)section->line; number++) {
		if (line_has_title(line, section->title))
			found = number;
		line += strcspn(line, "\n");
		line += *line == '\n';
	}
	return found;
}
