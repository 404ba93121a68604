"""How much longer, and how much more memory, than NumPy's own import: fresh processes, taking turns.

python tests/benchmarks/imports.py [rounds]
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys

MODULES = ("numpy", "autograd_lab")
PROBE = """
import json, time
start = time.perf_counter()
import {module}
seconds = time.perf_counter() - start
status = open("/proc/self/status").read()
print(json.dumps([1000 * seconds, int(status.split("VmRSS:")[1].split()[0]) / 1024]))
"""


def probe(module: str) -> tuple[float, float]:
    """Milliseconds of the import, and MiB resident after it, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", PROBE.format(module=module)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": ""},  # bytecode is kept, as where it is installed
    )
    milliseconds, mebibytes = json.loads(done.stdout)
    return milliseconds, mebibytes


def main(rounds: int) -> None:
    for module in MODULES:
        probe(module)  # files read once, bytecode written
    taken = {module: [] for module in MODULES}
    for _ in range(rounds):
        for module in MODULES:
            taken[module].append(probe(module))
    middle = {m: [statistics.median(column) for column in zip(*taken[m], strict=True)] for m in MODULES}
    for module in MODULES:
        print(f"import {module:13} {middle[module][0]:6.1f} ms  {middle[module][1]:6.1f} MiB")
    (ms, mib), (our_ms, our_mib) = (middle[module] for module in MODULES)
    print(f"difference           {our_ms - ms:+6.1f} ms  {our_mib - mib:+6.1f} MiB")
    print(f"ratio                {our_ms / ms:6.2f}     {our_mib / mib:6.2f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 15)
