# SPDX-License-Identifier: Apache-2.0
"""What must be the same after any number of kills, as bytes; times are when, and paths are where,
not what."""

import json

from asking import ALERTS, PLANS, of_all

PASSED_OVER = {"tid", "nar", "när", "frist", "mottagen", "rapport"}


def without(value, keys):
    if isinstance(value, list):
        return [without(item, keys) for item in value]
    if isinstance(value, dict):
        return {key: without(item, keys) for key, item in value.items() if key not in keys}
    return value


def canonical(rows, keys=frozenset()):
    return json.dumps(without(rows, PASSED_OVER | keys), ensure_ascii=False, sort_keys=True)


def delivered_of(instance):
    """name -> text.  What is told of files comes by another way than what is told of money: each in
    its order, and one number after the other for all."""
    with open(instance.path("state", "larm.jsonl"), encoding="utf-8") as file:
        lines = [json.loads(line) for line in file]
    numbers = [line["seq"] for line in lines]
    kinds = {"delivered": [line for line in lines if line["typ"] != "fil"],
             "delivered files": [line for line in lines if line["typ"] == "fil"]}
    outcome = {name: "\n".join(canonical(line, {"seq", "id"}) for line in lines)
               for name, lines in kinds.items()}
    outcome["numbers"] = f"{len(numbers)} {numbers == list(range(1, len(numbers) + 1))}"
    return outcome


def outcome_of(fleet):
    """name -> text"""
    with fleet.client("alert") as client:
        asked = {"alerts": canonical(client.rows(ALERTS, of_all())),
                 "plans": canonical(client.rows(PLANS, of_all()))}
    return asked | delivered_of(fleet)


def different(expected, actual):
    return [name for name in expected if expected[name] != actual.get(name)]
