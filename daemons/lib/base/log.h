/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Logging to stderr, in English, one line an event.
 *
 * With JOURNAL_STREAM set the line starts with "<N>", the syslog priority that
 * systemd's journal understands; otherwise with the daemon's name.  No ledger
 * text is ever logged: counts, names of sources, hashes and positions only.
 */
#pragma once

/* Sets the name before each line; @name must live as long as the process. */
void log_open(const char *name);

void log_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_warn(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Logs "MESSAGE: what errno says" and returns @error, a negative errno. */
int log_failure(int error, const char *format, ...) __attribute__((format(printf, 2, 3)));
