/* SPDX-License-Identifier: Apache-2.0 */
/* The life of a daemon as its supervisor sees it: arguments, exit codes, signals. */
#include "support/test.h"

#include "unit/service/tenant.h"

enum { OUT_BYTES_MAX = 65536 };

#define EXIT_OF(tenant, ...) tenant_exit(tenant, (const char *const[]){__VA_ARGS__, NULL})

static void assert_printed(const struct tenant *tenant, const char *part)
{
	char *text = NULL;
	size_t length;

	assert_int_equal(file_read(tenant->out_path, OUT_BYTES_MAX, &text, &length), 0);
	assert_non_null(strstr(text, part));
	free(text);
}

static void help_and_version_are_printed(void **state)
{
	struct tenant *tenant = *state;

	assert_int_equal(EXIT_OF(tenant, "--help"), EX_OK);
	assert_printed(tenant, "Usage: budgetvakt-tenant");
	assert_printed(tenant, "A daemon for tests.");
	assert_int_equal(EXIT_OF(tenant, "--version"), EX_OK);
	assert_printed(tenant, "budgetvakt-tenant " BUDGETVAKT_VERSION);
}

static void wrong_usage_is_told_from_wrong_configuration(void **state)
{
	struct tenant *tenant = *state;

	assert_int_equal(EXIT_OF(tenant, "--no-such-option"), EX_USAGE);
	assert_int_equal(EXIT_OF(tenant, "--config"), EX_USAGE);
	assert_int_equal(EXIT_OF(tenant, "surplus"), EX_USAGE);
	assert_int_equal(EXIT_OF(tenant, "-n", "--config", "/nonexistent/b.conf"), EX_CONFIG);
}

static void checking_says_whether_the_configuration_is_good(void **state)
{
	struct tenant *tenant = *state;

	assert_int_equal(EXIT_OF(tenant, "-n", "--config", tenant->conf_path), EX_OK);
	assert_int_equal(EXIT_OF(tenant, "--check", "-c", tenant->conf_path), EX_OK);
	tenant_conf_write(tenant->conf_path, "no_such_setting = 1\n");
	assert_int_equal(EXIT_OF(tenant, "-n", "--config", tenant->conf_path), EX_CONFIG);
}

static void the_daemons_own_check_counts(void **state)
{
	struct tenant *tenant = *state;

	tenant_plan.check_result = CONF_BAD;
	assert_int_equal(EXIT_OF(tenant, "-n", "--config", tenant->conf_path), EX_CONFIG);
	assert_int_equal(EXIT_OF(tenant, "--config", tenant->conf_path), EX_CONFIG);
	/* Nothing that a person has to correct: it is started again. */
	tenant_plan.check_result = -ENOMEM;
	assert_int_equal(EXIT_OF(tenant, "-n", "--config", tenant->conf_path), EX_OSERR);
	assert_int_equal(EXIT_OF(tenant, "--config", tenant->conf_path), EX_OSERR);
}

static void checking_starts_nothing(void **state)
{
	struct tenant *tenant = *state;
	char path[PATH_SIZE];

	tenant_plan.start_result = -EIO;
	assert_int_equal(EXIT_OF(tenant, "-n", "--config", tenant->conf_path), EX_OK);
	scratch_path(&tenant->scratch, "state", path);
	assert_false(file_exists(path));
}

static void the_environment_names_the_configuration(void **state)
{
	struct tenant *tenant = *state;

	assert_int_equal(setenv("BUDGETVAKT_CONFIG", tenant->conf_path, 1), 0);
	assert_int_equal(EXIT_OF(tenant, "-n"), EX_OK);
	assert_int_equal(EXIT_OF(tenant, "-n", "--config", "/nonexistent/b.conf"), EX_CONFIG);
	assert_int_equal(setenv("BUDGETVAKT_CONFIG", "/nonexistent/b.conf", 1), 0);
	assert_int_equal(EXIT_OF(tenant, "-n"), EX_CONFIG);
	assert_int_equal(unsetenv("BUDGETVAKT_CONFIG"), 0);
}

static void a_failed_start_has_an_exit_code_that_says_why(void **state)
{
	static const struct {
		int result;
		int status;
	} failures[] = {
		{-EBUSY, EX_TEMPFAIL},
		{ERROR_CONFIGURATION, EX_CONFIG},
		{-ENOSPC, EX_IOERR},
		{-EINVAL, EX_SOFTWARE},
		{-EIO, EX_IOERR},
		{-EACCES, EX_NOPERM},
		{-EPERM, EX_NOPERM},
		{-ENOMEM, EX_OSERR},
		{ERROR_CORRUPT, EX_DATAERR},
	};
	struct tenant *tenant = *state;

	for (size_t i = 0; i < sizeof failures / sizeof failures[0]; i++) {
		tenant_plan.start_result = failures[i].result;
		assert_int_equal(EXIT_OF(tenant, "--config", tenant->conf_path),
				 failures[i].status);
	}
}

static bool has_stopped_in_order(struct tenant *tenant)
{
	char path[PATH_SIZE];

	scratch_path(&tenant->scratch, "state/stopped", path);
	return file_exists(path);
}

static void termination_stops_it_in_order(void **state)
{
	struct tenant *tenant = *state;

	tenant_run(tenant);
	assert_int_equal(tenant_ask(tenant, REQUEST_BATCHES, "").code, ANSWER_OK);
	assert_false(has_stopped_in_order(tenant));
	assert_int_equal(tenant_end(tenant), EX_OK);
	assert_true(has_stopped_in_order(tenant));
}

static void an_error_of_a_handler_ends_it_with_a_code(void **state)
{
	struct tenant *tenant = *state;
	struct request request = {.kind = REQUEST_ALERTS};
	struct answer answer;

	tenant_run(tenant);
	assert_int_equal(tenant_ask(tenant, REQUEST_BATCHES, "").code, ANSWER_OK);
	assert_int_equal(client_ask(tenant->client, &request, tenant->arena, &answer, 300),
			 CLIENT_NO_ANSWER);
	assert_int_equal(tenant_wait(tenant), EX_DATAERR);
	assert_true(has_stopped_in_order(tenant));
}

static void a_second_one_of_the_instance_gives_up(void **state)
{
	struct tenant *tenant = *state;
	pid_t first;

	tenant_run(tenant);
	assert_int_equal(tenant_ask(tenant, REQUEST_BATCHES, "").code, ANSWER_OK);
	first = tenant->child;
	assert_int_equal(EXIT_OF(tenant, "--config", tenant->conf_path), EX_TEMPFAIL);
	tenant->child = first;
	assert_int_equal(tenant_ask(tenant, REQUEST_BATCHES, "").code, ANSWER_OK);
	assert_int_equal(tenant_end(tenant), EX_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		tenant_test(help_and_version_are_printed),
		tenant_test(wrong_usage_is_told_from_wrong_configuration),
		tenant_test(checking_says_whether_the_configuration_is_good),
		tenant_test(the_daemons_own_check_counts),
		tenant_test(checking_starts_nothing),
		tenant_test(the_environment_names_the_configuration),
		tenant_test(a_failed_start_has_an_exit_code_that_says_why),
		tenant_test(termination_stops_it_in_order),
		tenant_test(an_error_of_a_handler_ends_it_with_a_code),
		tenant_test(a_second_one_of_the_instance_gives_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
