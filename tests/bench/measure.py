# SPDX-License-Identifier: Apache-2.0
"""Printing results, and the peak memory of daemons."""

import statistics
import subprocess
import time


def figure(name, value, unit):
    print(f"figure {name} {value:.3f} {unit}" if isinstance(value, float)
          else f"figure {name} {value} {unit}", flush=True)


def ratio(name, value):
    print(f"ratio {name} {value:.2f}", flush=True)


def spread(name, values, unit):
    """The median, and what it lies between."""
    figure(name, float(median(values)), unit)
    if len(values) > 1:
        figure(f"{name}_min", float(min(values)), unit)
        figure(f"{name}_max", float(max(values)), unit)


def seconds(words, **options):
    """Wall time of a command that must succeed."""
    start = time.perf_counter()
    subprocess.run(words, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                   **options)
    return time.perf_counter() - start


def median(values):
    return statistics.median(values)


def peak_memory(instance, prefix):
    """VmHWM of every daemon, as the kernel tells it."""
    for name, pid in sorted(instance.daemons().items()):
        with open(f"/proc/{pid}/status", encoding="ascii") as file:
            peak = next(line for line in file if line.startswith("VmHWM"))
        figure(f"{prefix}_peak_{name.removeprefix('budgetvakt-')}",
               int(peak.split()[1]) / 1024, "MiB")
