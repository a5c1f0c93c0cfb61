# SPDX-License-Identifier: Apache-2.0
"""Just enough of protobuf's wire format to speak to a control socket and be misunderstood."""


def varint(value):
    out = b""
    while value > 127:
        out += bytes([value & 127 | 128])
        value >>= 7
    return out + bytes([value])


def number(field, value):
    return varint(field << 3) + varint(value)


def blob(field, value):
    return varint(field << 3 | 2) + varint(len(value)) + value


def request(kind, identity=b"0123456789abcdef", rest=b""):
    """An Envelope holding a Request (field 6)."""
    return blob(6, blob(1, identity) + number(2, kind) + rest)


def fields(data):
    """{field number: [values]} of varints and length-delimited fields."""
    found, at = {}, 0

    def read():
        nonlocal at
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value
    while at < len(data):
        key = read()
        value = read()
        if key & 7 == 2:
            value, at = data[at:at + value], at + value
        found.setdefault(key >> 3, []).append(value)
    return found
