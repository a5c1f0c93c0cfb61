/* SPDX-License-Identifier: Apache-2.0 */
/* Questions over a control socket, between two processes. */
#include "support/test.h"

#include "lib/base/clock.h"
#include "unit/service/tenant.h"

enum { SHORT_MS = 200 };

static void a_question_is_answered_with_the_askers_uid(void **state)
{
	struct tenant *tenant = *state;
	char expected[64];

	tenant_run(tenant);
	snprintf(expected, sizeof expected, "%u: hej på dig", (unsigned)geteuid());
	assert_string_equal(tenant_ask(tenant, REQUEST_BATCHES, "hej på dig").text, expected);
	assert_int_equal(tenant_end(tenant), EX_OK);
}

/* The row of the status table with this key. */
static size_t status_row_find(const struct table *table, const char *key)
{
	const struct table_column *keys = table_find(table, "nyckel");

	assert_non_null(keys);
	for (size_t i = 0; i < table->row_count; i++) {
		if (strcmp(keys->texts[i], key) == 0)
			return i;
	}
	fail_msg("no row %s", key);
	return 0;
}

static int64_t status_number(const struct table *table, const char *key)
{
	return table_find(table, "tal")->numbers[status_row_find(table, key)];
}

static const char *status_text(const struct table *table, const char *key)
{
	return table_find(table, "text")->texts[status_row_find(table, key)];
}

static void the_status_has_everybodys_rows_and_the_daemons_own(void **state)
{
	struct tenant *tenant = *state;
	const struct table *table;

	tenant_run(tenant);
	tenant_ask(tenant, REQUEST_BATCHES, "en");
	tenant_ask(tenant, REQUEST_BATCHES, "två");
	table = tenant_ask(tenant, REQUEST_STATUS, "").table;
	assert_non_null(table);
	assert_string_equal(status_text(table, "version"), BUDGETVAKT_VERSION);
	assert_int_equal(status_number(table, "pid"), tenant->child);
	assert_int_equal(status_number(table, "besvarade"), 2);
	assert_int_equal(status_number(table, "okanda_meddelanden"), 0);
	assert_int_equal(status_number(table, "egna"), 17);
	assert_string_equal(status_text(table, "lage"), "bra");
	assert_int_equal(tenant_end(tenant), EX_OK);
}

static int64_t unknown_count(struct tenant *tenant)
{
	return status_number(tenant_ask(tenant, REQUEST_STATUS, "").table, "okanda_meddelanden");
}

static void a_kind_it_does_not_answer_is_refused_and_counted(void **state)
{
	struct tenant *tenant = *state;

	tenant_run(tenant);
	assert_int_equal(tenant_ask(tenant, REQUEST_CUBE, "").code, ANSWER_UNKNOWN_KIND);
	assert_int_equal(tenant_ask(tenant, REQUEST_KIND_MAX + 1, "").code, ANSWER_UNKNOWN_KIND);
	assert_int_equal(tenant_ask(tenant, UINT32_MAX, "").code, ANSWER_UNKNOWN_KIND);
	assert_int_equal(unknown_count(tenant), 3);
	assert_int_equal(tenant_end(tenant), EX_OK);
}

static void a_message_that_is_no_request_is_counted_and_survived(void **state)
{
	struct tenant *tenant = *state;
	struct message bell = {.kind = MESSAGE_BELL, .bell = {.last_seq = 1}};
	char endpoint[PATH_SIZE];

	tenant_run(tenant);
	assert_int_equal(conf_endpoint(tenant->conf, "tenant", "control", endpoint), 0);
	assert_int_equal(socket_open(&tenant->guest, tenant->wire, SOCKET_CLIENT, endpoint), 0);
	assert_int_equal(socket_send(tenant->guest, NULL, &bell), 0);
	/* It goes its own way: ask until it has arrived. */
	for (int64_t until = clock_monotonic_ms() + TENANT_WAIT_MS;
	     unknown_count(tenant) == 0 && clock_monotonic_ms() < until;)
		assert_int_equal(socket_wait(tenant->guest, 1), SOCKET_EMPTY);
	assert_int_equal(unknown_count(tenant), 1);
	assert_int_equal(tenant_end(tenant), EX_OK);
}

static int ask_shortly(struct tenant *tenant, struct request *request)
{
	struct answer answer;

	return client_ask(tenant->client, request, tenant->arena, &answer, SHORT_MS);
}

static void without_a_daemon_there_is_no_answer_in_time(void **state)
{
	struct tenant *tenant = *state;
	struct request request = {.kind = REQUEST_STATUS};
	int64_t started_ms;
	int64_t taken_ms;

	tenant_run(tenant);
	tenant_ask(tenant, REQUEST_BATCHES, "");
	assert_int_equal(tenant_end(tenant), EX_OK);
	client_destroy(&tenant->client);
	assert_int_equal(client_new(&tenant->client, tenant->conf, tenant->wire, "tenant"), 0);
	started_ms = clock_monotonic_ms();
	assert_int_equal(ask_shortly(tenant, &request), CLIENT_NO_ANSWER);
	taken_ms = clock_monotonic_ms() - started_ms;
	assert_in_range(taken_ms, SHORT_MS - 1, 50 * SHORT_MS);
}

static void a_daemon_that_keeps_silent_gives_no_answer_in_time(void **state)
{
	struct tenant *tenant = *state;
	struct request request = {.kind = REQUEST_VERDICT};

	tenant_run(tenant);
	tenant_ask(tenant, REQUEST_BATCHES, "");
	assert_int_equal(ask_shortly(tenant, &request), CLIENT_NO_ANSWER);
	assert_int_equal(tenant_end(tenant), EX_OK);
}

/* The late answer to the first question comes before that to the second. */
static void an_answer_to_an_earlier_question_is_not_taken_for_this_one(void **state)
{
	struct tenant *tenant = *state;
	struct request first = {.kind = REQUEST_VERDICT};
	struct request release = {.kind = REQUEST_QUARANTINE, .id = {7}};
	struct answer answer;

	tenant_run(tenant);
	tenant_ask(tenant, REQUEST_BATCHES, "");
	assert_int_equal(ask_shortly(tenant, &first), CLIENT_NO_ANSWER);
	assert_int_equal(
		client_ask(tenant->client, &release, tenant->arena, &answer, TENANT_WAIT_MS), 0);
	assert_int_equal(release.id[0], 7);
	assert_int_equal(answer.id[0], 7);
	assert_string_equal(answer.text, "");
	assert_int_equal(tenant_end(tenant), EX_OK);
}

/* Asked by one, released by another: the first gets his answer at last. */
static void an_answer_put_off_arrives_at_its_asker(void **state)
{
	struct tenant *tenant = *state;
	struct message asked = {.kind = MESSAGE_REQUEST,
				.request = {.id = {9}, .kind = REQUEST_VERDICT}};
	struct message got;
	char endpoint[PATH_SIZE];
	int r = SOCKET_EMPTY;

	tenant_run(tenant);
	assert_int_equal(conf_endpoint(tenant->conf, "tenant", "control", endpoint), 0);
	assert_int_equal(socket_open(&tenant->guest, tenant->wire, SOCKET_CLIENT, endpoint), 0);
	assert_int_equal(socket_send(tenant->guest, NULL, &asked), 0);
	for (int64_t until = clock_monotonic_ms() + TENANT_WAIT_MS;
	     r == SOCKET_EMPTY && clock_monotonic_ms() < until;) {
		tenant_ask(tenant, REQUEST_QUARANTINE, "");
		r = socket_wait(tenant->guest, 1);
	}
	assert_int_equal(r, 0);
	assert_int_equal(socket_receive(tenant->guest, tenant->arena, &got, NULL), 0);
	assert_int_equal(got.answer.id[0], 9);
	assert_string_equal(got.answer.text, "till slut");
	assert_int_equal(tenant_end(tenant), EX_OK);
}

static void a_request_without_an_id_is_given_a_fresh_one(void **state)
{
	static const uint8_t none[REQUEST_ID_SIZE];
	struct tenant *tenant = *state;
	struct request one = {.kind = REQUEST_BATCHES};
	struct request other = {.kind = REQUEST_BATCHES};
	struct answer answer;

	tenant_run(tenant);
	assert_int_equal(client_ask(tenant->client, &one, tenant->arena, &answer, TENANT_WAIT_MS),
			 0);
	assert_int_equal(client_ask(tenant->client, &other, tenant->arena, &answer, TENANT_WAIT_MS),
			 0);
	assert_memory_not_equal(one.id, none, REQUEST_ID_SIZE);
	assert_memory_not_equal(one.id, other.id, REQUEST_ID_SIZE);
	assert_int_equal(tenant_end(tenant), EX_OK);
}

static void a_restarted_daemon_answers_the_same_client(void **state)
{
	struct tenant *tenant = *state;

	tenant_run(tenant);
	assert_int_equal(tenant_ask(tenant, REQUEST_BATCHES, "").code, ANSWER_OK);
	assert_int_equal(tenant_end(tenant), EX_OK);
	tenant_fork(tenant, (const char *const[]){"--config", tenant->conf_path, NULL});
	assert_int_equal(tenant_ask(tenant, REQUEST_BATCHES, "").code, ANSWER_OK);
	assert_int_equal(tenant_end(tenant), EX_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		tenant_test(a_question_is_answered_with_the_askers_uid),
		tenant_test(the_status_has_everybodys_rows_and_the_daemons_own),
		tenant_test(a_kind_it_does_not_answer_is_refused_and_counted),
		tenant_test(a_message_that_is_no_request_is_counted_and_survived),
		tenant_test(without_a_daemon_there_is_no_answer_in_time),
		tenant_test(a_daemon_that_keeps_silent_gives_no_answer_in_time),
		tenant_test(an_answer_to_an_earlier_question_is_not_taken_for_this_one),
		tenant_test(an_answer_put_off_arrives_at_its_asker),
		tenant_test(a_request_without_an_id_is_given_a_fresh_one),
		tenant_test(a_restarted_daemon_answers_the_same_client),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
