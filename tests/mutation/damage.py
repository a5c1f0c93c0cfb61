# SPDX-License-Identifier: Apache-2.0
"""What the kinds of damage have in common: how they are listed, and those of any amount or file."""

KINDS = {}  # name -> Damage


class Damage:
    """@apply(document, chance) breaks one place in @document and gives the line that a reader
    must name, or None when the document has no such place.  @source: one that the damage is an
    error for, when to most it is a warning; @needs_ledger: what only the ledger can see."""

    def __init__(self, name, apply, formats, encodings=(), source=None, needs_ledger=False):
        self.name = name
        self.apply = apply
        self.formats = formats
        self.encodings = encodings
        self.source = source
        self.needs_ledger = needs_ledger

    def fits(self, format_name, encoding):
        return format_name in self.formats and (not self.encodings or encoding in self.encodings)


def damage(formats, encodings=(), name=None, **more):
    def keep(function):
        own = name or function.__name__
        KINDS[own] = Damage(own, function, formats, encodings, **more)
        return function
    return keep


def pick(document, chance, *kinds):
    """(index, line) of a line of these kinds; (None, None) when there is none."""
    places = document.places(*kinds)
    if not places:
        return None, None
    index = chance.choice(places)
    return index, document.lines[index]


def spoil_word(document, chance, kinds, at, spoil):
    """Puts what @spoil makes of the word at @at in its place, in a line of these kinds."""
    index, line = pick(document, chance, *kinds)
    if line is None or len(line.words) <= at:
        return None
    word = spoil(line.words[at], chance)
    if word is None or word == line.words[at]:
        return None
    document.lines[index] = line.with_word(at, word)
    return index + 1


def inside(text, chance, extra):
    """@extra somewhere between two characters of @text."""
    at = chance.randint(1, max(1, len(text) - 1))
    return text[:at] + extra + text[at:]


def digit_replaced(text, chance, new):
    places = [i for i, sign in enumerate(text) if sign.isdigit()]
    at = chance.choice(places)
    return text[:at] + new + text[at + 1:]


# name -> (amount, chance, decimal sign) -> what is no amount any more
AMOUNTS = {
    "amount_letter": lambda text, chance, sign: inside(text, chance, "a"),
    "amount_letter_o": lambda text, chance, sign: digit_replaced(text, chance, "O"),
    "amount_two_decimal_signs": lambda text, chance, sign:
        (text if sign in text else f"{text}{sign}0").replace(sign, f"{sign}5{sign}", 1),
    "amount_three_decimals": lambda text, chance, sign:
        f"{text.strip('-').split(sign)[0]}{sign}125",
    "amount_beyond_int64": lambda text, chance, sign: f"92233720368547758{sign}08",
    "amount_two_minuses": lambda text, chance, sign: f"--{text.strip('-')}",
    "amount_minus_at_both_ends": lambda text, chance, sign: f"-{text.strip('-')}-",
    "amount_exponent": lambda text, chance, sign: f"{text.strip('-').split(sign)[0]}e3",
    "amount_control_character": lambda text, chance, sign: inside(text, chance, "\x01"),
    "amount_currency": lambda text, chance, sign: f"{text.strip('-')}kr",
    "amount_hexadecimal": lambda text, chance, sign: "0x1F",
    "amount_only_sign": lambda text, chance, sign: "-",
    "amount_only_decimal_sign": lambda text, chance, sign: sign,
    "amount_minus_inside": lambda text, chance, sign: f"1-{text.strip('-')}",
}


def any_line(document, chance):
    """The index of a line with words, not the first."""
    return chance.choice([i for i, line in enumerate(document.lines)
                          if i > 0 and line.kind != "blank" and line.text.strip()])


def spoil_text(document, index, spoil):
    line = document.lines[index]
    at = len(line.words) - 1
    document.lines[index] = line.with_word(at, spoil(line.words[at]))
    return index + 1


def nul_byte(document, chance):
    return spoil_text(document, any_line(document, chance), lambda word: inside(word, chance, "\0"))


def invalid_utf8(document, chance):
    """A byte that begins no character, one that continues none, or an overlong form."""
    bad = chance.choice(("\udcff", "\udcbf", "\udcc0\udcaf", "\udced\udca0\udc80", "\udce5"))
    return spoil_text(document, any_line(document, chance),
                      lambda word: word[:1] + bad + word[1:])


def garbage_line(document, chance):
    """What a server wrote into the export."""
    index = any_line(document, chance)
    document.insert(index, chance.choice(("ORA-01555: snapshot too old", "<b>Error</b>", "%!PS",
                                          "Fel 500")))
    return index + 1
