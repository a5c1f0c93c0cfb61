/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What columns are called by the programs and municipalities whose lists have been seen.
 */
#include <string.h>

#include "lib/conf/heading.h"
#include "parse/inspect.h"

enum { WORDS_MAX = 20 };

/* The best word first. */
static const struct {
	const char *role;
	const char *words[WORDS_MAX];
} roles[] = {
	{"konto",
	 {"konto", "kto", "kontonr", "konto_nr", "kontonummer", "kontokod", "konto-id", "kontoid",
	  "account", "accountno", "accountnumber", "art", "artskonto"}},
	{"ansvar",
	 {"ansvar", "ansv", "kst", "kostnadsställe", "kostnadsstalle", "ansvarskod",
	  "ansvarsställe", "ansvarsnr", "enhetskod", "costcenter", "costcentre", "koststed"}},
	{"verksamhet",
	 {"verksamhet", "verks", "vht", "vhet", "verk", "verksamhetskod", "verksamhetsnr", "vkod",
	  "tjeneste", "funksjon"}},
	{"aktivitet", {"aktivitet", "aktiv", "akt", "aktivitetskod", "activity"}},
	{"projekt", {"projekt", "proj", "projektnr", "projektkod", "project", "prosjekt"}},
	{"objekt", {"objekt", "obj", "objektkod", "objektnr"}},
	{"motpart", {"motpart", "motp", "mp", "motpartskod", "counterpart"}},
	{"område", {"område", "omrade", "verksamhetsområde"}},
	{"resultatrad", {"resultatrad", "resultatpost"}},
	{"mått", {"mått", "matt", "volymmått", "nyckeltal", "measure"}},
	{"period",
	 {"period", "redovperiod", "redovisningsperiod", "bokföringsperiod", "bokfperiod", "per",
	  "månad", "manad", "mån", "month", "ååååmm"}},
	{"år", {"år", "ar", "year", "räkenskapsår", "budgetår", "redovisningsår"}},
	{"datum",
	 {"bokfdatum", "bokföringsdatum", "bokfdat", "bokfördatum", "verdatum",
	  "verifikationsdatum", "verdat", "transdatum", "transaktionsdatum", "postingdate", "datum",
	  "date", "bokförd", "fakturadatum", "utbetalningsdatum", "betaldatum", "dato"}},
	{"belopp",
	 {"belopp", "beloppkr", "beloppsek", "beloppexklmoms", "nettobelopp", "netto", "utfall",
	  "bokförtbelopp", "amount", "saldo", "budget", "årsbudget", "summa", "beløp", "regnskap",
	  "budsjett", "kr", "sek", "nettobelopp(sek)"}},
	{"debet", {"debet", "debit", "debetbelopp", "debetkr"}},
	{"kredit", {"kredit", "credit", "kreditbelopp", "kreditkr"}},
	{"antal", {"antal", "volym", "kvantitet", "quantity"}},
	{"periodisering", {"periodisering", "periodiseringsnyckel", "fördelningsnyckel"}},
	{"beslutsdatum", {"beslutsdatum", "beslutad"}},
	{"referens", {"referens", "beslutsreferens", "diarienummer", "dnr"}},
	{"verifikation",
	 {"vernr", "verifikationsnummer", "verifikationsnr", "verifikation", "vernummer", "ver",
	  "voucher", "voucherno"}},
	{"serie", {"serie", "verserie", "verifikationsserie", "vt", "vertyp"}},
};

/* "Utfall 2020", "Budget helår", "Belopp (tkr)": what follows says more. */
static const char *begins_amount(const char *folded, int *rank)
{
	static const char *const words[] = {"belopp", "utfall",	  "regnskap",
					    "budget", "budsjett", "nettobelopp"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strncmp(folded, words[i], strlen(words[i])) != 0)
			continue;
		*rank = WORDS_MAX + (int)i;
		return "belopp";
	}
	return NULL;
}

const char *inspect_heading_role(const char *heading, int *rank)
{
	char folded[CODE_SIZE];

	heading_fold(heading, folded);
	for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++)
		for (int k = 0; k < WORDS_MAX && roles[i].words[k]; k++)
			if (strcmp(folded, roles[i].words[k]) == 0) {
				*rank = k;
				return roles[i].role;
			}
	return begins_amount(folded, rank);
}
