"""What listening costs: W3 while it is recorded, as a ratio to the same steps while it is not, in turns.

python tests/benchmarks/recording.py [rounds]

Only the steps are timed, with the garbage collector on; what was heard is read when the recording is over.
"""

from __future__ import annotations

import statistics
import sys
import time

from workloads import Step, torch_style

import autograd_lab

GOAL = 1.5


def seconds(step: Step) -> float:
    start = time.perf_counter()
    step()
    return time.perf_counter() - start


def main(rounds: int) -> None:
    step = torch_style.w3(autograd_lab)
    step()
    plain, heard = [], []
    for _ in range(rounds):
        plain.append(seconds(step))
        with autograd_lab.record():
            heard.append(seconds(step))
    ratio = statistics.median(heard) / statistics.median(plain)
    print(f"W3 recorded / not recorded: {ratio:.2f} {'<=' if ratio <= GOAL else '> '} {GOAL}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100)
