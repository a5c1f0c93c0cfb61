#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""clang-tidy over every C file of ours in BUILD_DIR/compile_commands.json.

A file is not read again until it, a header of ours that it includes, its compile command or
.clang-tidy changes: the hash of all of these is the name of a file in BUILD_DIR/check/tidy that
holds what clang-tidy said.
"""
import hashlib
import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from source import find_includes

ROOT = Path(__file__).resolve().parents[2]
INCLUDE_FOLDERS = [ROOT / "daemons", ROOT / "tests"]
NOISE = re.compile(r"^(\d+ warnings? (and \d+ errors? )?generated|\d+ warnings? treated as errors?"
                   r"|Suppressed .*|Use -header-filter=.*|Error while processing .*)", re.MULTILINE)


def own_includes(path, seen):
    """Adds the path and every header of ours below it to seen."""
    if path in seen:
        return
    seen.add(path)
    for include in find_includes(path.read_text(encoding="utf-8")):
        for folder in INCLUDE_FOLDERS + [path.parent]:
            target = folder / include.name
            if not include.is_system and target.is_file():
                own_includes(target, seen)
                break


def digest(entry, build):
    files = set()
    own_includes(Path(entry["file"]), files)
    files.update([ROOT / ".clang-tidy"], (build / "proto").glob("*.pb-c.h"))
    hasher = hashlib.sha256(entry.get("command", "").encode())
    for path in sorted(files):
        hasher.update(path.read_bytes())
    return hasher.hexdigest()


def tidy(entry, build, cache):
    """What clang-tidy says about one file; nothing when it is content."""
    known = cache / digest(entry, build)
    if known.exists():
        return known.read_text(encoding="utf-8")
    result = subprocess.run(["clang-tidy", "--quiet", "-p", build, entry["file"]], cwd=ROOT,
                            capture_output=True, text=True, check=False)
    said = ""
    if result.returncode != 0:
        said = NOISE.sub("", result.stdout + result.stderr).strip().replace(f"{ROOT}/", "")
        said = said or f"clang-tidy failed on {entry['file']}"
    known.write_text(said, encoding="utf-8")
    return said


def is_ours(path):
    return any(folder in Path(path).parents for folder in INCLUDE_FOLDERS)


def main():
    build = Path(sys.argv[1]).resolve()
    cache = build / "check" / "tidy"
    cache.mkdir(parents=True, exist_ok=True)
    commands = json.loads((build / "compile_commands.json").read_text(encoding="utf-8"))
    # One entry a file: the same file in two targets is the same code.
    entries = {entry["file"]: entry for entry in commands if is_ours(entry["file"])}
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        answers = list(pool.map(lambda entry: tidy(entry, build, cache), entries.values()))
    complaints = [answer for answer in answers if answer]
    for complaint in complaints:
        print(complaint, end="\n\n")
    print(f"{len(entries)} files read, {len(complaints)} with complaints")
    return 1 if complaints or not entries else 0


if __name__ == "__main__":
    sys.exit(main())
