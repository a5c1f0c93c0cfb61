/* SPDX-License-Identifier: Apache-2.0 */
#include "ingest/text_right.h"

#include <grp.h>
#include <pwd.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/log.h"

/* Those of somebody in more groups are not all looked at. */
enum { GROUPS_MAX = 1024 };

static bool is_member(const char *group, const gid_t *groups, int count)
{
	const struct group *wanted = getgrnam(group);

	for (int i = 0; wanted && i < count; i++)
		if (groups[i] == wanted->gr_gid)
			return true;
	return false;
}

bool text_right_has(const struct conf *conf, uid_t uid)
{
	const struct passwd *user = getpwuid(uid);
	gid_t groups[GROUPS_MAX];
	int count = GROUPS_MAX;

	if (uid == 0 || uid == geteuid())
		return true;
	if (!user)
		return false;
	if (getgrouplist(user->pw_name, user->pw_gid, groups, &count) < 0)
		count = GROUPS_MAX;
	for (size_t i = 0; i < conf->text_reader_count; i++) {
		const char *reader = conf->text_readers[i];

		if (*reader == '@' ? is_member(reader + 1, groups, count)
				   : strcmp(reader, user->pw_name) == 0)
			return true;
	}
	return false;
}

void text_right_check(const struct conf *conf)
{
	for (size_t i = 0; i < conf->text_reader_count; i++) {
		const char *reader = conf->text_readers[i];

		if (*reader == '@' ? !getgrnam(reader + 1) : !getpwnam(reader))
			log_warn("text_readers names %s, which is no user or group here", reader);
	}
}
