# SPDX-License-Identifier: Apache-2.0
"""Workbooks (XLSX) written part by part, so that a test decides every byte."""

import io
import zipfile
from xml.sax.saxutils import escape

SPREADSHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
DATE_STYLE, OWN_DATE_STYLE = 1, 2
STYLES = (f'{DECLARATION}<styleSheet xmlns="{SPREADSHEET}"><numFmts count="1">'
          '<numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/></numFmts>'
          '<cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/></cellXfs>'
          '</styleSheet>')
FIRST_DAY = (1980, 1, 1)  # of every part: equal workbooks are equal bytes


def letters(column):
    """0 -> A, 26 -> AA"""
    text = ""
    column += 1
    while column:
        column, digit = divmod(column - 1, 26)
        text = chr(ord("A") + digit) + text
    return text


def cell(content, kind="n", style=0):
    """What stands in a cell, as number of a row that is not known yet."""
    words = (f' t="{kind}"' if kind != "n" else "") + (f' s="{style}"' if style else "")
    return lambda place: f'<c r="{place}"{words}>{content}</c>'


def number(text, style=0):
    return cell(f"<v>{text}</v>", style=style)


def inline(text):
    return cell(f'<is><t xml:space="preserve">{escape(text)}</t></is>', "inlineStr")


def formula(expression, value, kind="n"):
    return cell(f"<f>{escape(expression)}</f><v>{escape(str(value))}</v>", kind)


def row(line, cells):
    """@cells: from column A on; None where there is none."""
    inside = "".join(make(f"{letters(column)}{line}") for column, make in enumerate(cells) if make)
    return f'<row r="{line}">{inside}</row>'


def sheet(rows):
    return (f'{DECLARATION}<worksheet xmlns="{SPREADSHEET}"><sheetData>' + "\n".join(rows)
            + "</sheetData></worksheet>")


class Book:
    """Sheets by name, and words that cells point to."""

    def __init__(self, is_1904=False):
        self.properties = '<workbookPr date1904="1"/>' if is_1904 else ""
        self.sheets = {}
        self.words = []
        self.parts = {}  # name -> text or bytes, in place of the usual ones or beside them

    def shared(self, text):
        self.words.append(text)
        return cell(f"<v>{len(self.words) - 1}</v>", "s")

    def add(self, name, rows):
        """@rows: cells of the rows from 1 on, or a finished part."""
        if not isinstance(rows, str):
            rows = sheet(row(line, cells) for line, cells in enumerate(rows, 1))
        self.sheets[name] = rows
        return self

    def usual_parts(self):
        names = list(self.sheets)
        listed = "".join(f'<sheet name="{escape(name)}" sheetId="{i}" r:id="rId{i}"/>'
                         for i, name in enumerate(names, 1))
        related = "".join(f'<Relationship Id="rId{i}" Type="{DOCUMENT}/worksheet" '
                          f'Target="worksheets/sheet{i}.xml"/>' for i in range(1, len(names) + 1))
        words = "".join(f"<si><t>{escape(word)}</t></si>" for word in self.words)
        return {
            "xl/workbook.xml": f'{DECLARATION}<workbook xmlns="{SPREADSHEET}" '
                               f'xmlns:r="{DOCUMENT}">{self.properties}'
                               f"<sheets>{listed}</sheets></workbook>",
            "xl/_rels/workbook.xml.rels": f'{DECLARATION}<Relationships xmlns="{PACKAGE}">'
                                          f"{related}</Relationships>",
            "xl/sharedStrings.xml": f'{DECLARATION}<sst xmlns="{SPREADSHEET}">{words}</sst>',
            "xl/styles.xml": STYLES,
            **{f"xl/worksheets/sheet{i}.xml": self.sheets[name]
               for i, name in enumerate(names, 1)},
        }

    def bytes(self, method=zipfile.ZIP_DEFLATED):
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", method) as archive:
            for name, content in {**self.usual_parts(), **self.parts}.items():
                part = zipfile.ZipInfo(name, (*FIRST_DAY, 0, 0, 0))
                part.compress_type = method
                archive.writestr(part, content)
        return stream.getvalue()
