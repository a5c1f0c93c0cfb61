# SPDX-License-Identifier: Apache-2.0
"""The harness must find one changed cell of forvantat/: exit code 1, exactly one deviating."""

import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
CASE = os.path.join(os.path.dirname(HERE), "data", "acceptance", "nacka-2020")
CHANGED = os.path.join("forvantat", "insatser-2020-08.csv")


def main():
    with tempfile.TemporaryDirectory(prefix="bvk") as folder:
        copy = os.path.join(folder, "nacka-2020")
        shutil.copytree(CASE, copy)
        path = os.path.join(copy, CHANGED)
        with open(path, encoding="utf-8") as file:
            text = file.read()
        changed = text.replace("Vuxen dygnsvård;Vuxna 21-64 år;-16145;",
                               "Vuxen dygnsvård;Vuxna 21-64 år;-16149;")
        assert changed != text
        with open(path, "w", encoding="utf-8") as file:
            file.write(changed)
        result = subprocess.run([sys.executable, os.path.join(HERE, "run"), copy,
                                 "--bin", sys.argv[1]], stdin=subprocess.DEVNULL,
                                capture_output=True, encoding="utf-8", check=False,
                                env={**os.environ, "TMPDIR": folder})
    print(result.stdout, result.stderr)
    assert result.returncode == 1, f"kod {result.returncode}"
    last = result.stdout.strip().splitlines()[-1]
    assert last.startswith("jämförda celler: ") and last.endswith(", avvikande: 1"), last
    assert not last.startswith("jämförda celler: 0"), last
    assert "”Vuxen dygnsvård”, Utfall jan-aug: väntat -16149" in result.stdout
    empty = subprocess.run([sys.executable, os.path.join(HERE, "run")], stdin=subprocess.DEVNULL,
                           capture_output=True, check=False)
    assert empty.returncode == 64, "användningsfel ger 64"
    print("en ändrad cell hittades")


if __name__ == "__main__":
    main()
