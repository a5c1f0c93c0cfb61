/* SPDX-License-Identifier: Apache-2.0 */
/*
 * budgetvakt.conf: what the administrator decides (paths, sources, who may
 * talk to us).  Every error is printed on stderr as "FILE:LINE: what", in
 * Swedish, with what to do; see config/budgetvakt.conf for every setting.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "lib/base/file.h"
#include "lib/model/code.h"
#include "lib/model/finding.h"
#include "lib/model/rows.h"

enum { SOURCES_MAX = 64, SOURCE_NAME_SIZE = 64, COLUMNS_MAX = 32, UIDS_MAX = 16 };
enum { TEXT_READERS_MAX = 16, TEXT_READER_SIZE = 64 };

enum source_format { FORMAT_SIE4 = 1, FORMAT_CSV, FORMAT_XLSX };
enum text_encoding {
	ENCODING_AUTO,
	ENCODING_UTF8,
	ENCODING_WINDOWS_1252,
	ENCODING_CP437,
	ENCODING_CP850,
	ENCODING_UTF16LE,
	ENCODING_UTF16BE,
};
/* NAME.sum beside NAME, see the manual page. */
#define MANIFEST_END ".sum"
enum manifest_use { MANIFEST_NONE = 1, MANIFEST_IF_THERE, MANIFEST_REQUIRED };
enum source_sign { SIGN_LEDGER = 1, SIGN_REPORT }; /* debit + · income + */

/* What a column of a text list holds. */
enum column_role {
	ROLE_DIMENSION = 1, /* a code: see the column's dimension */
	ROLE_PERIOD,	    /* a month: field_list_period */
	ROLE_YEAR,	    /* YYYY: the whole year, spread by ROLE_SPREAD */
	ROLE_DATE,	    /* a day, gives the period when no column does: field_list_date */
	ROLE_AMOUNT,
	ROLE_SPREAD,	    /* periodisering: "rak" */
	ROLE_DEBIT,	    /* debet + ... */
	ROLE_CREDIT,	    /* ... kredit −, whatever the sign of the source */
	ROLE_MONTH,	    /* the amount of a month, in a list with months side by side */
	ROLE_VOLUME,	    /* antal: an amount in units of the mått */
	ROLE_DECISION_DATE, /* beslutsdatum of a budget row */
	ROLE_REFERENCE,	    /* and where it was decided */
	ROLE_VOUCHER,
	ROLE_SERIES,
	ROLE_TEXT, /* only for who may see it: it goes into no row */
	ROLE_COUNT,
};

/* How a date of six digits is read. */
enum date_form {
	DATE_FORM_AUTO,	 /* as the only one it can be, otherwise refused */
	DATE_FORM_SHORT, /* YYMMDD */
};

/* What parts thousands, when it is said. */
enum { THOUSANDS_AUTO = 0, THOUSANDS_NONE = 1 };

struct source_column {
	char header[CODE_SIZE]; /* as printed in the file; compared by heading_equal */
	enum column_role role;
	enum dimension dimension;
	bool has_text;	 /* the code ends at the first blank: "4011 Köp av verksamhet" */
	uint32_t yyyymm; /* of ROLE_MONTH; year 0: the row's or the source's */
};

struct source {
	char name[SOURCE_NAME_SIZE];	/* a-z 0-9 - _ only: it is a folder name */
	char pattern[SOURCE_NAME_SIZE]; /* shell pattern of file names, "*" by default */
	enum source_format format;
	enum replace_mode mode;
	enum layer layer; /* of a text list */
	enum source_sign sign;
	enum manifest_use manifest;
	bool is_redacted; /* the archive keeps an extract, not the file */
	enum text_encoding encoding;
	char delimiter; /* ';' by default */
	char decimal;	/* ',' or '.' */
	char thousands; /* THOUSANDS_AUTO: blanks, ', and . when decimal is a comma */
	enum date_form date_form;
	uint32_t year;	       /* of rows that do not say one; 0: they do */
	char sheet[CODE_SIZE]; /* of a workbook; "": its first */
	/* Amounts are in öre × this: 100 for kr, 100 000 for tkr. */
	int64_t unit_ore;
	/* Dimensions that are kept; the rest of a code string is dropped. */
	bool keeps[DIMENSION_COUNT];
	struct source_column columns[COLUMNS_MAX]; /* text lists */
	size_t column_count;
	/* SIE: dimension number in the file -> our dimension, by number or by name. */
	struct {
		char word[CODE_SIZE]; /* "20" or "Verksamhet" */
		enum dimension dimension;
	} sie_dimensions[16];
	size_t sie_dimension_count;
	/* What a finding means for this source; 0: what it means by default. */
	enum finding_severity policy[FINDING_CODE_COUNT];
};

struct conf {
	char path[PATH_SIZE];
	char instance[SOURCE_NAME_SIZE];
	char tables_dir[PATH_SIZE]; /* omraden.csv, resultatrader.csv, larmregler.csv, mottagare.csv
				     */
	char state_dir[PATH_SIZE];  /* stores, archive, quarantine, spool */
	char runtime_dir[PATH_SIZE]; /* sockets */
	char inbox_dir[PATH_SIZE];   /* one folder per source */
	uint64_t store_size_mib;     /* fixed map size of every store */
	uint64_t free_space_min_mib; /* with less left on the disk, no files are taken in */
	uint64_t ballast_mib;	     /* kept in reserve there for alerts; 0: none */
	uint64_t journal_keep_days;  /* what all have read is pruned when it is older */
	uid_t uids[UIDS_MAX];	     /* who may talk to the sockets, besides ourselves */
	size_t uid_count;
	/* Who may see the texts of vouchers: a user's name, or "@" and a group's. */
	char text_readers[TEXT_READERS_MAX][TEXT_READER_SIZE];
	size_t text_reader_count;
	struct source sources[SOURCES_MAX];
	size_t source_count;
	bool is_rebuild; /* nothing of this configuration is to be told to anybody */
};

enum { CONF_BAD = 1 }; /* problems were printed */

/* Reads and checks the file.  Relative paths are relative to its folder. */
int conf_load(struct conf **conf_out, const char *path);
void conf_destroy(struct conf **conf);

const struct source *conf_source(const struct conf *conf, const char *name);
/* As the setting format has it: "sie", "csv", "xlsx". */
const char *source_format_name(const struct source *source);
/* Whether a file called so is a control file of this source, and no file to read. */
bool source_name_is_manifest(const struct source *source, const char *name);

/* ipc endpoint "ipc://RUNTIME_DIR/DAEMON.WHAT"; WHAT is "control", "bell" or "batch". */
int conf_endpoint(const struct conf *conf, const char *daemon, const char *what,
		  char endpoint[static PATH_SIZE]);
/* State, inbox and sockets become those of a rebuild into @directory: inbox and the moment that
 * is lived (lib/base/replay.h) in DIRECTORY/.rebuild, sockets in RUNTIME_DIR/rebuild. */
int conf_rebuild(struct conf *conf, const char *directory);
/* STATE_DIR/WHAT */
int conf_state_path(const struct conf *conf, const char *what, char path[static PATH_SIZE]);
