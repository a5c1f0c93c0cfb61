/* SPDX-License-Identifier: Apache-2.0 */
/* A file put into the inbox: its name, its bytes, and what lay there before. */
#include "support/test.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "budgetvakt/delivery.h"
#include "lib/base/cleanup.h"

struct fixture {
	struct conf conf;
	struct source source;
	char file[PATH_SIZE];
	int fd;
};

static const char content[] = "#FLAGGA 0\n#SIETYP 4\n";

static int fixture_begin(void **state)
{
	static struct fixture fixture;
	char folder[] = "/tmp/budgetvakt-delivery-XXXXXX";

	memset(&fixture, 0, sizeof fixture);
	if (!mkdtemp(folder))
		return -1;
	path_print(fixture.conf.inbox_dir, "%s", folder);
	path_print(fixture.file, "%s/given", folder);
	snprintf(fixture.source.name, sizeof fixture.source.name, "myndighet");
	snprintf(fixture.source.pattern, sizeof fixture.source.pattern, "*.se");
	if (file_write(fixture.file, content, sizeof content - 1) < 0)
		return -1;
	fixture.fd = open(fixture.file, O_RDONLY | O_CLOEXEC);
	*state = &fixture;
	return fixture.fd < 0;
}

static size_t folder_empty(const char *path)
{
	DIR *folder = opendir(path);
	struct dirent *entry;
	size_t count = 0;

	while (folder && (entry = readdir(folder))) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		unlinkat(dirfd(folder), entry->d_name, 0);
		count++;
	}
	if (folder)
		closedir(folder);
	rmdir(path);
	return count;
}

static int fixture_end(void **state)
{
	struct fixture *fixture = *state;
	char inbox[PATH_SIZE];

	close_fd(&fixture->fd);
	path_print(inbox, "%s/myndighet", fixture->conf.inbox_dir);
	folder_empty(inbox);
	folder_empty(fixture->conf.inbox_dir);
	return 0;
}

static int deliver(struct fixture *fixture, const char *name, struct delivery *delivery)
{
	struct progress progress = {.name = name};

	lseek(fixture->fd, 0, SEEK_SET);
	return delivery_make(&fixture->conf, &fixture->source, name, fixture->fd, -1, &progress,
			     delivery);
}

static void a_second_file_of_the_same_name_gets_a_number(void **state)
{
	static const struct {
		const char *name;
		unsigned number;
		const char *numbered;
	} cases[] = {
		{"2020-08.se", 1, "2020-08.se"}, {"2020-08.se", 2, "2020-08-2.se"},
		{"export", 3, "export-3"},	 {"a.b.csv", 12, "a.b-12.csv"},
		{".dold", 2, ".dold-2"},	 {"slut.", 2, "slut-2."},
	};
	char numbered[PATH_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_int_equal(delivery_name_number(cases[i].name, cases[i].number, numbered), 0);
		assert_string_equal(numbered, cases[i].numbered);
	}
}

static void a_name_too_long_is_refused(void **state)
{
	char name[PATH_SIZE];
	char numbered[PATH_SIZE];

	(void)state;
	memset(name, 'n', sizeof name);
	name[sizeof name - 1] = '\0';
	assert_int_equal(delivery_name_number(name, 2, numbered), -ENAMETOOLONG);
}

static void names_fit_the_pattern_in_any_case(void **state)
{
	struct source source = {.pattern = "*.se"};

	(void)state;
	assert_true(delivery_name_fits(&source, "2020-08.se"));
	assert_true(delivery_name_fits(&source, "AUG.SE"));
	assert_false(delivery_name_fits(&source, "2020-08.csv"));
	assert_false(delivery_name_fits(&source, ".2020-08.se"));
}

static void a_delivered_file_is_whole_and_alone(void **state)
{
	struct fixture *fixture = *state;
	cleanup(free_bytes) char *bytes = NULL;
	struct delivery delivery;
	struct hash expected;
	char path[PATH_SIZE];
	size_t length;

	assert_int_equal(deliver(fixture, "a.se", &delivery), 0);
	assert_string_equal(delivery.name, "a.se");
	path_print(path, "%s/myndighet/a.se", fixture->conf.inbox_dir);
	assert_int_equal(file_read(path, 1024, &bytes, &length), 0);
	assert_int_equal(length, sizeof content - 1);
	assert_memory_equal(bytes, content, length);
	assert_int_equal(hash_bytes(content, sizeof content - 1, &expected), 0);
	assert_memory_equal(&delivery.hash, &expected, sizeof expected);
	path_print(path, "%s/myndighet", fixture->conf.inbox_dir);
	assert_int_equal(folder_empty(path), 1);
}

static void a_waiting_file_is_never_overwritten(void **state)
{
	struct fixture *fixture = *state;
	struct delivery delivery;
	char path[PATH_SIZE];

	assert_int_equal(deliver(fixture, "a.se", &delivery), 0);
	assert_int_equal(deliver(fixture, "a.se", &delivery), 0);
	assert_string_equal(delivery.name, "a-2.se");
	assert_int_equal(deliver(fixture, "a.se", &delivery), 0);
	assert_string_equal(delivery.name, "a-3.se");
	path_print(path, "%s/myndighet", fixture->conf.inbox_dir);
	assert_int_equal(folder_empty(path), 3);
}

static void a_control_file_has_the_name_of_its_file_whatever_lies_there(void **state)
{
	struct fixture *fixture = *state;
	struct progress progress = {.name = "a.se"};
	struct delivery delivery;
	char folder[PATH_SIZE], path[PATH_SIZE];

	path_print(folder, "%s/myndighet", fixture->conf.inbox_dir);
	assert_int_equal(directory_make(folder), 0);
	path_print(path, "%s/a.se.sum", folder); /* of somebody's file that is to come */
	assert_int_equal(file_write(path, "rader=9\n", 8), 0);
	path_print(path, "%s/a-2.se", folder);
	assert_int_equal(file_write(path, "x", 1), 0);
	for (int i = 0; i < 2; i++) {
		cleanup(close_fd) int manifest_fd = open(fixture->file, O_RDONLY | O_CLOEXEC);

		lseek(fixture->fd, 0, SEEK_SET);
		assert_int_equal(delivery_make(&fixture->conf, &fixture->source, "a.se",
					       fixture->fd, manifest_fd, &progress, &delivery),
				 0);
		assert_string_equal(delivery.name, i == 0 ? "a-3.se" : "a-4.se");
	}
	path_print(path, "%s/a-3.se.sum", folder);
	assert_true(file_exists(path));
	path_print(path, "%s/a-2.se.sum", folder);
	assert_false(file_exists(path));
	assert_int_equal(folder_empty(folder), 6);
}

static void a_numbered_name_must_fit_the_pattern_too(void **state)
{
	struct fixture *fixture = *state;
	struct delivery delivery;
	char path[PATH_SIZE];

	snprintf(fixture->source.pattern, sizeof fixture->source.pattern, "?.se");
	assert_int_equal(deliver(fixture, "a.se", &delivery), 0);
	assert_int_equal(deliver(fixture, "a.se", &delivery), DELIVERY_NO_NAME);
	path_print(path, "%s/myndighet", fixture->conf.inbox_dir);
	assert_int_equal(folder_empty(path), 1);
}

static void hashing_leaves_the_file_to_be_read_again(void **state)
{
	struct fixture *fixture = *state;
	struct delivery delivery;
	struct hash hash;

	assert_int_equal(delivery_hash(fixture->fd, &hash), 0);
	assert_int_equal(lseek(fixture->fd, 0, SEEK_CUR), 0);
	assert_int_equal(deliver(fixture, "a.se", &delivery), 0);
	assert_memory_equal(&delivery.hash, &hash, sizeof hash);
}

#define WITH_INBOX(test) cmocka_unit_test_setup_teardown(test, fixture_begin, fixture_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_second_file_of_the_same_name_gets_a_number),
		cmocka_unit_test(a_name_too_long_is_refused),
		cmocka_unit_test(names_fit_the_pattern_in_any_case),
		WITH_INBOX(a_delivered_file_is_whole_and_alone),
		WITH_INBOX(a_waiting_file_is_never_overwritten),
		WITH_INBOX(a_control_file_has_the_name_of_its_file_whatever_lies_there),
		WITH_INBOX(a_numbered_name_must_fit_the_pattern_too),
		WITH_INBOX(hashing_leaves_the_file_to_be_read_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
