# SPDX-License-Identifier: Apache-2.0
"""What must be the same after any number of kills, as bytes; times are when, not what."""

import json

TIMES = {"tid", "nar", "när", "frist"}


def without_times(value):
    if isinstance(value, list):
        return [without_times(item) for item in value]
    if isinstance(value, dict):
        return {key: without_times(item) for key, item in value.items()
                if key not in TIMES}
    return value


def canonical(rows):
    return json.dumps(without_times(rows), ensure_ascii=False, sort_keys=True)


def outcome_of(instance):
    """name -> text"""
    with open(instance.path("state", "larm.jsonl"), encoding="utf-8") as file:
        delivered = [json.loads(line) for line in file]
    outcome = {f"report {period}": instance.report_bytes(period)
               for period in ("2019-12", "2020-04", "2020-08")}
    outcome["forecast"] = canonical(instance.rows("forecast", "--period", "2020-08"))
    outcome["alerts"] = canonical(instance.rows("alerts", "--all"))
    outcome["plans"] = canonical(instance.rows("plans", "--all"))
    outcome["delivered"] = "\n".join(sorted(canonical(line) for line in delivered))
    return outcome
