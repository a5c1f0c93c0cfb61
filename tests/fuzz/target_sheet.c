/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Workbooks.  A zip's checksums would keep nearly every input out, so the input is the parts:
 * sheet, shared strings, styles and the workbook itself, with a byte 0x1E between them, and a
 * zip is made of those.  What begins as a zip is taken as it is.
 */
#include <string.h>

#include "fuzz/fuzz.h"

enum { GIVEN_MAX = 4, PARTS_MAX, PART_MARK = 0x1E, HEADS_SIZE = 30 + 46 + 2 * 32, END_SIZE = 22 };

static const char configuration[] =
	"instance = \"prov\"\n"
	"source \"prov\" { format = \"xlsx\" mode = \"delta\" columns = {\"Datum=datum\", "
	"\"Konto=konto\", \"Belopp=belopp\"} }\n";

static const char *const names[PARTS_MAX] = {"xl/worksheets/sheet1.xml", "xl/sharedStrings.xml",
					     "xl/styles.xml", "xl/workbook.xml",
					     "xl/_rels/workbook.xml.rels"};
static const char book[] = "<workbook><sheets><sheet name=\"A\" id=\"rId1\"/></sheets></workbook>";
static const char relations[] = "<Relationships><Relationship Id=\"rId1\" "
				"Target=\"worksheets/sheet1.xml\"/></Relationships>";

struct part {
	const uint8_t *bytes;
	size_t size;
	uint32_t crc;
	size_t at; /* in the zip */
};

static uint32_t crc32_of(const uint8_t *bytes, size_t size)
{
	uint32_t crc = UINT32_MAX;

	for (size_t i = 0; i < size; i++) {
		crc ^= bytes[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320 : 0);
	}
	return ~crc;
}

static uint8_t *little(uint8_t *at, uint64_t value, int bytes)
{
	for (int i = 0; i < bytes; i++)
		*at++ = (uint8_t)(value >> 8 * i);
	return at;
}

static uint8_t *bytes_put(uint8_t *at, const void *bytes, size_t size)
{
	if (size > 0)
		memcpy(at, bytes, size);
	return at + size;
}

/* What both heads of a part have, from the version on: stored, without a day. */
static uint8_t *head_put(uint8_t *at, const struct part *part, const char *name)
{
	at = little(little(at, 20, 2), 0, 8);
	at = little(at, part->crc, 4);
	at = little(little(at, part->size, 4), part->size, 4);
	return little(little(at, strlen(name), 2), 0, 2);
}

static uint8_t *local_put(uint8_t *at, const struct part *part, const char *name)
{
	at = head_put(little(at, 0x04034B50, 4), part, name);
	at = bytes_put(at, name, strlen(name));
	return bytes_put(at, part->bytes, part->size);
}

static uint8_t *central_put(uint8_t *at, const struct part *part, const char *name)
{
	at = head_put(little(little(at, 0x02014B50, 4), 20, 2), part, name);
	at = little(little(at, 0, 6), 0, 4);
	at = little(at, part->at, 4);
	return bytes_put(at, name, strlen(name));
}

static size_t zip_make(uint8_t *zip, struct part parts[static PARTS_MAX])
{
	uint8_t *at = zip;
	size_t start;
	size_t size;

	for (size_t i = 0; i < PARTS_MAX; i++) {
		parts[i].at = (size_t)(at - zip);
		parts[i].crc = crc32_of(parts[i].bytes, parts[i].size);
		at = local_put(at, &parts[i], names[i]);
	}
	start = (size_t)(at - zip);
	for (size_t i = 0; i < PARTS_MAX; i++)
		at = central_put(at, &parts[i], names[i]);
	size = (size_t)(at - zip) - start;
	at = little(little(at, 0x06054B50, 4), 0, 4);
	at = little(little(at, PARTS_MAX, 2), PARTS_MAX, 2);
	at = little(little(little(at, size, 4), start, 4), 0, 2);
	return (size_t)(at - zip);
}

static void parts_split(const uint8_t *bytes, size_t size, struct part parts[static PARTS_MAX])
{
	for (size_t i = 0; i < GIVEN_MAX; i++) {
		bool is_last = i + 1 == GIVEN_MAX;
		const uint8_t *mark = is_last || size == 0 ? NULL : memchr(bytes, PART_MARK, size);
		size_t length = mark ? (size_t)(mark - bytes) : size;

		parts[i] = (struct part){.bytes = bytes, .size = length};
		bytes += length + (mark != NULL);
		size -= length + (mark != NULL);
	}
	if (parts[GIVEN_MAX - 1].size == 0)
		parts[GIVEN_MAX - 1] = (struct part){(const uint8_t *)book, sizeof(book) - 1, 0, 0};
	parts[GIVEN_MAX] = (struct part){(const uint8_t *)relations, sizeof(relations) - 1, 0, 0};
}

static void parts_read(const struct source *source, const uint8_t *bytes, size_t size)
{
	struct part parts[PARTS_MAX];
	uint8_t *zip =
		malloc(size + sizeof(book) + sizeof(relations) + END_SIZE + PARTS_MAX * HEADS_SIZE);

	promise(zip != NULL);
	parts_split(bytes, size, parts);
	fuzz_reader(source, zip, zip_make(zip, parts));
	free(zip);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static const struct source *source;

	if (!source)
		source = fuzz_source(configuration, "prov");
	if (size >= 2 && memcmp(bytes, "PK", 2) == 0)
		fuzz_reader(source, bytes, size);
	else
		parts_read(source, bytes, size);
	return 0;
}
