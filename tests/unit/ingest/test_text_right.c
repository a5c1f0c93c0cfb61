/* SPDX-License-Identifier: Apache-2.0 */
/* Who may see texts, by the users and groups that every Debian has. */
#include "support/test.h"

#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <unistd.h>

#include "ingest/text_right.h"
#include "lib/base/text.h"

static bool has(const char *reader, uid_t uid)
{
	struct conf *conf = calloc(1, sizeof(*conf));
	bool has_right;

	assert_non_null(conf);
	text_copy(conf->text_readers[0], TEXT_READER_SIZE, "no-such-user");
	text_copy(conf->text_readers[1], TEXT_READER_SIZE, "@no-such-group");
	text_copy(conf->text_readers[2], TEXT_READER_SIZE, reader ? reader : "");
	conf->text_reader_count = reader ? 3 : 0;
	text_right_check(conf);
	has_right = text_right_has(conf, uid);
	free(conf);
	return has_right;
}

static uid_t uid_of(const char *name)
{
	const struct passwd *user = getpwnam(name);

	assert_non_null(user);
	return user->pw_uid;
}

static void nobody_has_it_but_root_and_ourselves(void **state)
{
	(void)state;
	assert_true(has(NULL, 0));
	assert_true(has(NULL, geteuid()));
	assert_false(has(NULL, uid_of("daemon")));
	/* What the kernel says of nobody. */
	assert_false(has("daemon", (uid_t)-1));
}

static void a_user_has_it_by_name(void **state)
{
	(void)state;
	assert_true(has("daemon", uid_of("daemon")));
	assert_false(has("daemon", uid_of("bin")));
	assert_false(has("daemo", uid_of("daemon")));
	assert_false(has("1", uid_of("daemon")));
}

static void a_member_has_it_by_the_group(void **state)
{
	(void)state;
	assert_non_null(getgrnam("daemon"));
	assert_true(has("@daemon", uid_of("daemon")));
	assert_false(has("@daemon", uid_of("bin")));
	assert_false(has("@bin", uid_of("daemon")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nobody_has_it_but_root_and_ourselves),
		cmocka_unit_test(a_user_has_it_by_name),
		cmocka_unit_test(a_member_has_it_by_the_group),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
