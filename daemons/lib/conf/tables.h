/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The controller's tables, kept in Excel and saved as semicolon-separated text
 * (UTF-8 with or without BOM, or Windows-1252).  Every problem is printed on
 * stderr as "FILE:LINE:COLUMN: what was found; what to do", in Swedish, and all
 * problems of a file are printed, not only the first.
 *
 *   omraden.csv        område;överordnat;verksamhet;ansvar  (any dimension may be a column)
 *   resultatrader.csv  resultatrad;överordnad;radtyp;konton[;slag]
 *   larmregler.csv     regel;mått;nivå;område;gräns_tkr;gräns_procent;
 *                      återställning_tkr;återställning_procent;åtgärdsplan;frist_dagar
 *   mottagare.csv      mottagare;slag;adress
 *   periodisering.csv  nyckel;jan;feb;mar;apr;maj;jun;jul;aug;sep;okt;nov;dec
 *   volymer.csv        mått;enhet;slag
 *
 * The last three need not exist.
 */
#pragma once

#include "lib/base/hash.h"
#include "lib/conf/conf.h"
#include "lib/model/area.h"
#include "lib/model/line.h"
#include "lib/model/money.h"
#include "lib/model/period.h"

/* All of these: 0, CONF_BAD (problems were printed) or a negative errno. */
int areas_load(const struct conf *conf, struct area_tree **tree_out);
int lines_load(const struct conf *conf, struct line_tree **tree_out);
/* SHA-256 over both mapping files: tells when history must be restated. */
int mapping_hash(const struct conf *conf, struct hash *hash_out);

enum rule_measure {
	MEASURE_FORECAST = 1, /* prognos: forecast of the year minus budget of the year */
	MEASURE_OUTCOME,      /* utfall: outcome to date minus budget to date */
};

enum { RULES_MAX = 64, RULE_NAME_SIZE = 64, RULE_LEVEL_ANY = -1 };

/* An alert is raised when the deficit is at least every limit that is set, and
 * cleared when it is below one of the clear limits. */
struct rule {
	char name[RULE_NAME_SIZE];
	enum rule_measure measure;
	int level;	      /* of the area, RULE_LEVEL_ANY for all */
	char area[CODE_SIZE]; /* only this area; "" for all */
	bool has_amount;
	bool has_percent;
	struct money amount;	    /* limit, a positive deficit */
	int64_t percent_hundredths; /* of the budget's size: 150 = 1,5 % */
	struct money clear_amount;
	int64_t clear_percent_hundredths;
	bool demands_plan;
	int plan_days; /* until the plan must be decided */
};

struct rules {
	struct rule rules[RULES_MAX];
	size_t count;
};

int rules_load(const struct conf *conf, const struct area_tree *areas, struct rules **rules_out);
void rules_destroy(struct rules **rules);

enum recipient_kind { RECIPIENT_FILE = 1 };
enum { RECIPIENTS_MAX = 64 };

struct recipient {
	char name[RULE_NAME_SIZE];
	enum recipient_kind kind;
	char address[PATH_SIZE]; /* fil: absolute path; the table's is relative to the state folder
				  */
};

struct recipients {
	struct recipient recipients[RECIPIENTS_MAX];
	size_t count;
};

int recipients_load(const struct conf *conf, struct recipients **recipients_out);
void recipients_destroy(struct recipients **recipients);

enum { SPREAD_KEYS_MAX = 256, MEASURES_MAX = 256, UNIT_SIZE = 32 };

struct spread_key {
	char name[CODE_SIZE];
	int64_t weights[MONTHS]; /* millionths; for weights_share */
};

struct spread_keys {
	struct spread_key keys[SPREAD_KEYS_MAX];
	size_t count;
};

int spread_keys_load(const struct conf *conf, struct spread_keys **keys_out);
void spread_keys_destroy(struct spread_keys **keys);
/* By its name, any case; NULL when there is none. */
const struct spread_key *spread_key_find(const struct spread_keys *keys, const char *name);
/* Whether a budget may name it: one of those, or what means something without a table. */
bool spread_is_known(const struct spread_keys *keys, const char *name);

enum measure_kind {
	MEASURE_FLOW = 1, /* flöde: months are added (timmar) */
	MEASURE_STOCK,	  /* bestånd: months are never added (årsplatser) */
};

struct measure {
	char name[CODE_SIZE];
	char unit[UNIT_SIZE];
	enum measure_kind kind;
};

struct measures {
	struct measure measures[MEASURES_MAX];
	size_t count;
};

int measures_load(const struct conf *conf, struct measures **measures_out);
void measures_destroy(struct measures **measures);
/* Index by name, any case; -1 when there is none. */
int measure_find(const struct measures *measures, const char *name);
