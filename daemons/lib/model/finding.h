/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What can be wrong with a file, as codes that never change their meaning: they stand
 * in reports, in quarantine, in JSON and in a source's policy.  A code that is no
 * longer used is not given out again.  docs/findings.md tells controllers about each.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum finding_severity {
	FINDING_IGNORED = 1, /* only in a policy */
	FINDING_WARNING,     /* told, and the file is counted */
	FINDING_ERROR,	     /* the file is refused */
};

/* What a reader does after the finding. */
enum finding_effect {
	FINDING_GOES_ON = 1, /* an error: the next line is read, to find more */
	FINDING_ENDS,	     /* an error: what follows would be nonsense */
	FINDING_POLICY,	     /* its severity is the source's to choose */
};

/* X(name, code, severity, effect, title in Swedish) */

/* Of any file. */
#define FINDINGS_FILE(X)                                                                           \
	X(FILE_EMPTY, "F101", ERROR, ENDS, "Filen är tom")                                         \
	X(FILE_ENCODING, "F102", ERROR, ENDS, "Fel teckenkodning")                                 \
	X(FILE_MARKUP, "F103", ERROR, ENDS, "Ingen huvudboksexport")                               \
	X(FILE_NUL, "F104", ERROR, ENDS, "Nollbyte i filen")                                       \
	X(FILE_LINE_LENGTH, "F105", ERROR, ENDS, "Raden är för lång")                              \
	X(FILE_YEARS, "F106", ERROR, ENDS, "För många år i filen")                                 \
	X(FILE_SUM, "F107", ERROR, ENDS, "Summan går inte att bokföra")                            \
	X(CODE_LENGTH, "F110", ERROR, GOES_ON, "Koden är för lång")                                \
	X(CODES_MANY, "F111", ERROR, ENDS, "För många olika koder")                                \
	X(CODE_CHARACTER, "F112", ERROR, GOES_ON, "Koden har ett otillåtet tecken")                \
	X(AMOUNT_MISSING, "F120", ERROR, GOES_ON, "Beloppet saknas")                               \
	X(AMOUNT_NUMBER, "F121", ERROR, GOES_ON, "Beloppet är inget tal")                          \
	X(AMOUNT_DECIMALS, "F122", ERROR, GOES_ON, "För många decimaler")                          \
	X(AMOUNT_SIZE, "F123", ERROR, GOES_ON, "Beloppet är för stort")                            \
	X(READER_BROKEN, "F130", ERROR, ENDS, "Filen kunde inte läsas")                            \
	X(MANIFEST_DEVIATES, "F140", ERROR, GOES_ON, "Filen stämmer inte med kontrollfilen")       \
	X(MANIFEST_FORM, "F141", ERROR, ENDS, "Kontrollfilen går inte att läsa")

/* Of SIE 1 to 4. */
#define FINDINGS_SIE(X)                                                                            \
	X(SIE_LABEL, "S201", ERROR, GOES_ON, "Raden har ingen SIE-etikett")                        \
	X(SIE_TYPE, "S202", ERROR, GOES_ON, "Filtypen (#SIETYP) går inte")                         \
	X(SIE_YEAR, "S203", ERROR, GOES_ON, "Räkenskapsåret (#RAR) går inte")                      \
	X(SIE_DIMENSION, "S204", ERROR, GOES_ON, "Dimensionen (#DIM) kommer för sent")             \
	X(SIE_FIELD_MISSING, "S205", ERROR, GOES_ON, "Ett fält saknas på raden")                   \
	X(SIE_QUOTE, "S206", ERROR, GOES_ON, "Citattecknet stängs inte")                           \
	X(SIE_OBJECTS, "S207", ERROR, GOES_ON, "Objektlistan går inte att läsa")                   \
	X(SIE_DATE, "S208", ERROR, GOES_ON, "Datumet går inte att läsa")                           \
	X(SIE_PERIOD, "S209", ERROR, GOES_ON, "Perioden går inte att läsa")                        \
	X(SIE_OUTSIDE_YEAR, "S210", ERROR, GOES_ON, "Utanför räkenskapsåret")                      \
	X(SIE_BLOCK, "S211", ERROR, GOES_ON, "Klamrar runt verifikationen")                        \
	X(SIE_UNBALANCED, "S212", ERROR, POLICY, "Verifikationen balanserar inte")                 \
	X(SIE_CUT, "S213", ERROR, GOES_ON, "Filen är avklippt")                                    \
	X(SIE_EMPTY, "S214", ERROR, GOES_ON, "Filen har inga rader att räkna")                     \
	X(SIE_CONTROLS, "S215", ERROR, ENDS, "För många kontrollsummor")                           \
	X(SIE_ACCOUNT, "S216", ERROR, POLICY, "Kontot är inget nummer")                            \
	X(SIE_TWICE, "S217", ERROR, POLICY, "Raden står två gånger")                               \
	X(SIE_TEXT, "S218", ERROR, POLICY, "Citattecknet i en text stängs inte")                   \
	X(SIE_CHECKSUM_MISSING, "S220", ERROR, GOES_ON, "#KSUMMA saknas i slutet")                 \
	X(SIE_CHECKSUM, "S221", ERROR, POLICY, "#KSUMMA stämmer inte")                             \
	X(SIE_BOOKED, "S222", ERROR, POLICY, "Verifikationerna stämmer inte med #RES")             \
	X(SIE_UNDATED, "S301", WARNING, POLICY, "Text i datumfält")                                \
	X(SIE_UNMAPPED, "S302", WARNING, POLICY, "Ingen dimension är kopplad")                     \
	X(SIE_READING, "S303", WARNING, POLICY, "Tom objektlista läses som rest")                  \
	X(SIE_RESULT, "S304", WARNING, POLICY, "Periodsaldon stämmer inte med #RES")               \
	X(SIE_YEAR_TOTAL, "S305", WARNING, POLICY, "Årstotal utan månader")                        \
	X(SIE_OPENING_SUM, "S306", WARNING, POLICY, "Ingående balanser är inte noll")              \
	X(SIE_CLOSING_SUM, "S307", WARNING, POLICY, "Utgående balanser och resultat är inte noll") \
	X(SIE_BALANCE, "S308", WARNING, POLICY, "Verifikationerna stämmer inte med #UB")           \
	X(SIE_VOUCHER_EMPTY, "S309", WARNING, POLICY, "Verifikationen har inga rader")             \
	X(SIE_OTHER_YEAR, "S311", WARNING, POLICY, "Ett annat års #RAR går inte att läsa")         \
	X(SIE_CURRENCY, "S312", WARNING, POLICY, "Annan valuta än kronor")                         \
	X(SIE_BOTH, "S313", WARNING, POLICY, "Konton med både #UB och #RES")                       \
	X(SIE_YEARS, "S314", WARNING, POLICY, "Rader i flera år utan #RAR")                        \
	X(SIE_DIMENSIONS, "S315", WARNING, POLICY, "Objekt i flera dimensioner räknas en gång")

/* Of text lists and sheets. */
#define FINDINGS_LIST(X)                                                                           \
	X(LIST_QUOTE, "T201", ERROR, GOES_ON, "Citattecken i fältet")                              \
	X(LIST_FIELDS, "T202", ERROR, GOES_ON, "Fel antal fält på raden")                          \
	X(LIST_YEAR, "T203", ERROR, GOES_ON, "Året går inte att läsa")                             \
	X(LIST_PERIOD_MISSING, "T204", ERROR, GOES_ON, "Raden har ingen period")                   \
	X(LIST_PERIOD, "T205", ERROR, GOES_ON, "Perioden går inte att läsa")                       \
	X(LIST_DATE, "T206", ERROR, GOES_ON, "Datumet går inte att läsa")                          \
	X(LIST_PERIOD_YEAR, "T207", ERROR, GOES_ON, "Perioden hör inte till året")                 \
	X(LIST_SPREAD, "T208", ERROR, GOES_ON, "Okänd periodiseringsnyckel")                       \
	X(LIST_SUM_ROW, "T209", ERROR, POLICY, "Summaraden stämmer inte")                          \
	X(LIST_GAP, "T210", ERROR, GOES_ON, "Månader saknas i filen")                              \
	X(LIST_HEADER_MISSING, "T211", ERROR, ENDS, "Rubrikraden saknas")                          \
	X(LIST_EMPTY, "T212", ERROR, GOES_ON, "Filen har inga rader")                              \
	X(LIST_COLUMN_MISSING, "T213", ERROR, ENDS, "En kolumn saknas")                            \
	X(LIST_COLUMN_TWICE, "T214", ERROR, ENDS, "En kolumn finns två gånger")                    \
	X(LIST_SETTING, "T215", ERROR, ENDS, "Källans inställning räcker inte")                    \
	X(LIST_COLUMNS, "T216", ERROR, ENDS, "För många kolumner")                                 \
	X(LIST_POINT, "T217", ERROR, GOES_ON, "Punkten kan vara tusental eller decimaler")         \
	X(LIST_SIGN, "T301", WARNING, POLICY, "Tecknen ser omvända ut")

/* Of SIE 5. */
#define FINDINGS_SIE5(X)                                                                           \
	X(SIE5_SYNTAX, "X201", ERROR, ENDS, "Raden är ingen välformad XML")                        \
	X(SIE5_DTD, "X202", ERROR, ENDS, "Filen har en DOCTYPE")                                   \
	X(SIE5_DEPTH, "X203", ERROR, ENDS, "För många nivåer")                                     \
	X(SIE5_ATTRIBUTE, "X204", ERROR, GOES_ON, "Ett attribut saknas")                           \
	X(SIE5_OTHER_YEAR, "X301", WARNING, POLICY, "Rader av ett annat år räknas inte")

/* Of XLSX. */
#define FINDINGS_SHEET(X)                                                                          \
	X(SHEET_ZIP, "X401", ERROR, ENDS, "Ingen arbetsbok")                                       \
	X(SHEET_LOCKED, "X402", ERROR, ENDS, "Arbetsboken är låst")                                \
	X(SHEET_MISSING, "X403", ERROR, ENDS, "Bladet saknas")                                     \
	X(SHEET_XML, "X404", ERROR, ENDS, "Arbetsboken är skadad")                                 \
	X(SHEET_SIZE, "X405", ERROR, ENDS, "Arbetsboken är för stor")                              \
	X(SHEET_CELL, "X406", ERROR, GOES_ON, "Formeln i cellen har ett fel")

/* Of what the file holds against what was there, told by aggregate. */
#define FINDINGS_LEDGER(X)                                                                         \
	X(LEDGER_ARRIVAL, "K401", ERROR, ENDS, "Alla rader kom inte fram")                         \
	X(LEDGER_BALANCE, "K402", ERROR, GOES_ON, "Debet och kredit är inte lika")                 \
	X(LEDGER_RESULT, "K403", ERROR, POLICY, "Raderna stämmer inte med #RES")                   \
	X(LEDGER_PERIOD_SUM, "K404", ERROR, POLICY, "Raderna stämmer inte med #PSALDO")            \
	X(LEDGER_COVERAGE, "K405", ERROR, GOES_ON, "Rader utanför filens perioder")                \
	X(LEDGER_OLDER, "K406", ERROR, GOES_ON, "En nyare export är redan inläst")                 \
	X(LEDGER_CLOSED, "K407", ERROR, GOES_ON, "Filen ändrar en definitiv period")               \
	X(LEDGER_SUM, "K408", ERROR, ENDS, "Summan går inte att bokföra")                          \
	X(LEDGER_LIMIT, "K409", ERROR, ENDS, "Filen är större än vad som ryms")                    \
	X(LEDGER_ROWS, "K410", ERROR, ENDS, "Raderna går inte att tolka")                          \
	X(LEDGER_VOUCHER, "K411", ERROR, POLICY, "Verifikationen finns redan")                     \
	X(LEDGER_MEASURE, "K412", ERROR, GOES_ON, "Okänt mått")                                    \
	X(LEDGER_SPREAD, "K413", ERROR, GOES_ON, "Periodiseringen går inte")                       \
	X(LEDGER_DECISION, "K414", ERROR, GOES_ON, "Beslutet går inte att läsa")                   \
	X(LEDGER_SPREAD_OTHER, "K415", WARNING, POLICY, "En annan periodisering används")

#define FINDINGS(X)                                                                                \
	FINDINGS_FILE(X)                                                                           \
	FINDINGS_SIE(X)                                                                            \
	FINDINGS_LIST(X)                                                                           \
	FINDINGS_SIE5(X)                                                                           \
	FINDINGS_SHEET(X)                                                                          \
	FINDINGS_LEDGER(X)

enum finding_code {
	FINDING_NONE,
#define FINDING_ENUM(name, code, severity, effect, title) FINDING_##name,
	FINDINGS(FINDING_ENUM)
#undef FINDING_ENUM
		FINDING_CODE_COUNT
};

enum { FINDING_TEXT_SIZE = 256 };

/* Never holds content of a text field; codes, dates and amounts may be quoted. */
struct finding {
	enum finding_code code;
	enum finding_severity severity;
	uint32_t line;			  /* 1-based; 0: the whole file */
	uint32_t column;		  /* 1-based byte column; 0: the whole line */
	char found[FINDING_TEXT_SIZE];	  /* Swedish: what was found */
	char expected[FINDING_TEXT_SIZE]; /* Swedish: what was expected, and what to do */
};

/* What was found in one file, warnings too, in the order of the file. */
struct findings {
	const struct finding *items; /* borrowed */
	size_t count;
	uint64_t error_count; /* all, kept or not */
	uint64_t warning_count;
};

/* The first error that was kept; NULL when there is none. */
const struct finding *finding_first_error(const struct findings *findings);

/* "F101"; "" for FINDING_NONE. */
const char *finding_code_text(enum finding_code code);
/* By that text, any case. */
bool finding_code_parse(const char *text, enum finding_code *code_out);
const char *finding_title(enum finding_code code);
enum finding_severity finding_severity_default(enum finding_code code);
enum finding_effect finding_effect(enum finding_code code);
/* "fel", "varning", "ignoreras" */
const char *finding_severity_text(enum finding_severity severity);
bool finding_severity_parse(const char *text, enum finding_severity *severity_out);
