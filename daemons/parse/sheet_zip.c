/* SPDX-License-Identifier: Apache-2.0 */
#include "parse/sheet_zip.h"

#include <errno.h>
#include <string.h>

enum {
	CHUNK_SIZE = 64 * 1024,
	DEPTH_MAX = 32,
	RATIO_MAX = 500,	   /* sheets of equal rows come to a hundred */
	RATIO_FREE_SIZE = 4 << 20, /* below that, any ratio will do */
	PART_SIZE_MAX = 1 << 30,
};

static const char *local_name(const char *name)
{
	const char *colon = strrchr(name, ':');

	return colon ? colon + 1 : name;
}

const char *attribute_get(const char **attributes, const char *name)
{
	for (; attributes[0]; attributes += 2)
		if (strcmp(local_name(attributes[0]), name) == 0)
			return attributes[1];
	return "";
}

void part_stop(struct part_parser *parser, int result)
{
	if (parser->result == 0)
		parser->result = result;
	XML_StopParser(parser->xml, XML_FALSE);
}

static void XMLCALL start_handle(void *data, const XML_Char *name, const XML_Char **attributes)
{
	struct part_parser *parser = data;

	if (++parser->depth > DEPTH_MAX)
		part_stop(parser, SHEET_BAD_XML);
	else if (parser->result == 0)
		parser->start(parser, local_name(name), attributes);
}

static void XMLCALL end_handle(void *data, const XML_Char *name)
{
	struct part_parser *parser = data;

	parser->depth--;
	if (parser->end && parser->result == 0)
		parser->end(parser, local_name(name));
}

static void XMLCALL text_handle(void *data, const XML_Char *text, int length)
{
	struct part_parser *parser = data;

	if (parser->text && parser->result == 0)
		parser->text(parser, text, (size_t)length);
}

/* No workbook has one, and entities live there. */
static void XMLCALL doctype_handle(void *data, const XML_Char *name, const XML_Char *system,
				   const XML_Char *public, int has_subset)
{
	(void)name;
	(void)system;
	(void)public;
	(void)has_subset;
	part_stop(data, SHEET_BAD_XML);
}

static int chunks_parse(zip_file_t *file, uint64_t packed_size, struct part_parser *parser)
{
	uint64_t total = 0;
	zip_int64_t length = 1;

	while (length > 0) {
		void *buffer = XML_GetBuffer(parser->xml, CHUNK_SIZE);

		if (!buffer)
			return -ENOMEM;
		length = zip_fread(file, buffer, CHUNK_SIZE);
		if (length < 0)
			return SHEET_NO_ZIP;
		total += (uint64_t)length;
		if (total > PART_SIZE_MAX ||
		    (total > RATIO_FREE_SIZE && total / RATIO_MAX > packed_size))
			return SHEET_TOO_BIG;
		if (XML_ParseBuffer(parser->xml, (int)length, length == 0) != XML_STATUS_OK)
			return parser->result != 0 ? parser->result : SHEET_BAD_XML;
	}
	return parser->result;
}

int part_parse(zip_t *zip, const char *name, struct part_parser *parser)
{
	zip_file_t *file;
	zip_stat_t status;
	int result;

	if (zip_stat(zip, name, ZIP_FL_NOCASE, &status) != 0)
		return SHEET_NO_SHEET;
	if (status.valid & ZIP_STAT_ENCRYPTION_METHOD && status.encryption_method != ZIP_EM_NONE)
		return SHEET_LOCKED;
	file = zip_fopen_index(zip, status.index, 0);
	if (!file)
		return SHEET_NO_ZIP;
	parser->xml = XML_ParserCreate(NULL);
	if (!parser->xml) {
		zip_fclose(file);
		return -ENOMEM;
	}
	XML_SetUserData(parser->xml, parser);
	XML_SetElementHandler(parser->xml, start_handle, end_handle);
	XML_SetCharacterDataHandler(parser->xml, text_handle);
	XML_SetStartDoctypeDeclHandler(parser->xml, doctype_handle);
	/* Its own needs a source of random numbers, which a locked-in process has not. */
	XML_SetHashSalt(parser->xml, (unsigned long)(uintptr_t)parser | 1);
	result = chunks_parse(file, status.comp_size, parser);
	XML_ParserFree(parser->xml);
	zip_fclose(file);
	return result;
}
