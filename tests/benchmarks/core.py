"""The speed of the core: each workload beside PyTorch, other libraries, and both passes written by hand.

python tests/benchmarks/core.py [--rounds 5] [--only W3 import] [--plain-malloc]

Every number is a median of ratios, one a round, between fresh processes that take turns in shuffled order,
with one thread, on one core where the system can pin them, and with the garbage collector on. A contender
whose gradients are not those of the others gets no ratio. Nothing is written to a file.

Our package has glibc's malloc keep what is freed (autograd_lab/base/memory.py), and so every contender
is given that: no ratio depends on it. ``--plain-malloc`` leaves it to nobody.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import os
import pickle
import random
import statistics
import subprocess
import sys
import time
from typing import Any, NamedTuple

import numpy as np
from imports import probe
from workloads import LACKS, WORKLOADS, Step, Workload


class Contender(NamedTuple):
    """A name, the module it is imported as, and the module of workloads/ that is written for it."""

    name: str
    module: str
    style: str


OURS = Contender("autograd_lab", "autograd_lab", "torch_style")
LIMIT = Contender("by hand", "numpy", "limit")
TORCH = Contender("PyTorch", "torch", "torch_style")
OTHERS = (  # in the order of the columns
    TORCH,
    Contender("MyGrad", "mygrad", "mygrad_style"),
    Contender("HIPS autograd", "autograd", "hips_style"),
    Contender("micrograd", "micrograd.engine", "micrograd_style"),
    LIMIT,
)
CONTENDERS = {contender.name: contender for contender in (OURS, *OTHERS)}
WRONG = "WRONG"  # how the reason starts where gradients differ
IMPORT_GOAL = (10, 2)  # milliseconds and MiB over NumPy's own
SECONDS, BATCHES, PATIENCE = 0.25, 15, 60  # a measurement, its parts, and when to give up
KEEP_MEMORY = {"MALLOC_MMAP_THRESHOLD_": str(2**25), "MALLOC_TRIM_THRESHOLD_": str(2**26)}
PLAIN_MALLOC = {"AUTOGRAD_LAB_KEEP_MEMORY": "0"}

Outcome = tuple[float | None, Any]  # seconds a step and its gradients; or None and the reason


# ------------------------------------------------------------------ in the process that is measured
def seconds_a_step(step: Step) -> float:
    """The median over batches of steps, after a warm-up."""
    steps, start = 0, time.perf_counter()
    while (passed := time.perf_counter() - start) < SECONDS / 5 or not steps:
        step()
        steps += 1
    size = max(1, round(SECONDS / BATCHES * steps / passed))
    taken, end = [], time.perf_counter() + SECONDS
    while len(taken) < 3 or time.perf_counter() < end:
        start = time.perf_counter()
        for _ in range(size):
            step()
        taken.append((time.perf_counter() - start) / size)
    return statistics.median(taken)


def as_array(gradient: Any) -> np.ndarray:
    return gradient.detach().numpy() if hasattr(gradient, "detach") else np.asarray(gradient)


def worker(workload: str, contender: Contender) -> Outcome:
    """One measurement. The gradients are those of the second step, so that they show the update too."""
    style = importlib.import_module(f"workloads.{contender.style}")
    try:
        library = importlib.import_module(contender.module)
        if hasattr(style, "prepare"):
            style.prepare(library)
        step = getattr(style, workload.lower())(library)
        step()
        gradients = [as_array(gradient).copy() for gradient in step()]
        return seconds_a_step(step), gradients
    except Exception as error:  # noqa: BLE001 - the table says what failed, and goes on
        return None, f"{type(error).__name__}: {str(error).splitlines()[0][:90]}"


# ------------------------------------------------------------------ in the process that measures
def measure(workload: Workload, contender: Contender) -> Outcome:
    """The outcome of a fresh process."""
    if why := LACKS.get(contender.style, {}).get(workload.name):
        return None, why
    command = [sys.executable, "-W", "ignore", __file__, "--worker", workload.name, contender.name]
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, check=True, timeout=PATIENCE)
    except subprocess.CalledProcessError as error:
        return None, f"its process ended with {error.returncode}"
    except subprocess.TimeoutExpired:
        return None, f"took more than {PATIENCE} s"
    return pickle.loads(done.stdout)


def apart(found: list[np.ndarray], wanted: list[np.ndarray]) -> float:
    """The largest difference between gradients, relative to the largest number of each."""
    if [np.shape(g) for g in found] != [np.shape(g) for g in wanted]:
        return float("inf")
    return max(float(np.max(abs(f - w)) / (np.max(abs(w)) or 1)) for f, w in zip(found, wanted, strict=True))


def one_round(workload: Workload, contenders: list[Contender], failed: dict[str, str]) -> dict[str, float]:
    """Seconds of each contender, by name. Who fails is noted in ``failed``, and not asked again."""
    seconds, gradients = {}, {}
    for contender in random.sample(contenders, len(contenders)):
        if contender.name not in failed:
            taken, result = measure(workload, contender)
            if taken is None:
                failed[contender.name] = result
            else:
                seconds[contender.name], gradients[contender.name] = taken, result
    order = [name for name in (LIMIT.name, *CONTENDERS) if name in gradients and name != OURS.name]
    for name in list(seconds) if order else ():
        if not (far := apart(gradients[name], gradients[order[0]])) <= workload.tolerance:
            failed[name] = f"{WRONG}: its gradients are {far:.1e} from those of {order[0]}"
            del seconds[name]
    return seconds


def ratios(rounds: list[dict[str, float]], other: str) -> list[float]:
    """Ours through the other's, of each round that has both."""
    return [taken[OURS.name] / taken[other] for taken in rounds if OURS.name in taken and other in taken]


def goal(workload: Workload, other: Contender) -> float | None:
    return {TORCH: workload.beside_torch, LIMIT: workload.beside_limit}.get(other)


def import_row(contenders: list[Contender], rounds: int) -> None:
    """Print what each import costs over NumPy's own: medians of differences, one a round."""
    modules = {c.name: "numpy" if c is LIMIT else c.module for c in contenders}
    over: dict[str, list[tuple[float, float]]] = {name: [] for name in modules}
    failed: dict[str, str] = {}
    for turn in range(rounds + 1):
        taken = {}
        for name in random.sample(list(modules), len(modules)):
            try:
                taken[name] = probe(modules[name])
            except subprocess.CalledProcessError as error:
                failed[name] = f"its process ended with {error.returncode}"
        if turn and LIMIT.name in taken:  # the first turn reads files and compiles
            for name in taken:
                over[name].append(tuple(np.subtract(taken[name], taken[LIMIT.name])))
    print("\nimport, over NumPy's own:")
    for name in modules:
        if name in failed:
            print(f"  {name:14}       –   {failed[name]}")
        elif name != LIMIT.name and over[name]:
            ms, mib = (statistics.median(column) for column in zip(*over[name], strict=True))
            aim = "   (goal {:+} ms, {:+} MiB)".format(*IMPORT_GOAL) if name == OURS.name else ""
            print(f"  {name:14}{ms:+8.1f} ms {mib:+8.1f} MiB{aim}")


def main() -> int:
    names = [*(workload.name for workload in WORKLOADS), "import"]
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5, help="how often each contender runs (5)")
    parser.add_argument("--only", nargs="+", choices=names, default=names, metavar="W", help="some of it")
    parser.add_argument(
        "--plain-malloc", action="store_true", help="malloc gives back what is freed, for everyone"
    )
    parser.add_argument("--worker", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        pickle.dump(worker(options.worker[0], CONTENDERS[options.worker[1]]), sys.stdout.buffer)
        return 0

    os.environ |= {f"{name}_NUM_THREADS": "1" for name in ("OMP", "MKL", "OPENBLAS")}
    os.environ |= PLAIN_MALLOC if options.plain_malloc else KEEP_MEMORY
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})  # what it starts stays there too
    present = [c for c in CONTENDERS.values() if importlib.util.find_spec(c.module.partition(".")[0])]
    for contender in CONTENDERS.values():
        if contender not in present:
            print(f"{contender.name} is not installed: skipped")

    chosen = [workload for workload in WORKLOADS if workload.name in options.only]
    failed: dict[str, dict[str, str]] = {workload.name: {} for workload in chosen}
    rounds: dict[str, list[dict[str, float]]] = {workload.name: [] for workload in chosen}
    for turn in range(options.rounds if chosen else 0):
        print(f"round {turn + 1} of {options.rounds}", file=sys.stderr)
        for workload in random.sample(chosen, len(chosen)):
            rounds[workload.name].append(one_round(workload, present, failed[workload.name]))

    for name, reasons in failed.items():  # who failed in one round has no ratio from the others
        rounds[name] = [{c: s for c, s in taken.items() if c not in reasons} for taken in rounds[name]]
    if chosen:
        show(chosen, [other for other in OTHERS if other in present], rounds, failed)
    if "import" in options.only:
        import_row(present, options.rounds)
    if chosen:
        print("\n" + verdict(chosen, rounds))
    return any(why.startswith(WRONG) for reasons in failed.values() for why in reasons.values())


def show(
    chosen: list[Workload],
    others: list[Contender],
    rounds: dict[str, list[dict[str, float]]],
    failed: dict[str, dict[str, str]],
) -> None:
    """Print the table of ratios, and below it why there are dashes."""
    print(f"time of autograd_lab / time of …{'':19}" + "".join(f"{other.name:>16}" for other in others))
    for workload in chosen:
        cells = []
        for other in others:
            found, aim = ratios(rounds[workload.name], other.name), goal(workload, other)
            beside = f" {'<=' if statistics.median(found) <= aim else '> '} {aim:<4}" if found and aim else ""
            cells.append((f"{statistics.median(found):.2f}" if found else "–") + beside)
        print(f"{workload.name:4} {workload.text:46}" + "".join(f"{cell:>16}" for cell in cells))
    where: dict[tuple[str, str], list[str]] = {}
    for name, reasons in failed.items():
        for contender, why in reasons.items():
            where.setdefault((contender, why), []).append(name)
    for (contender, why), at in where.items():
        print(f"  – {contender}, {', '.join(at)}: {why}")


def verdict(chosen: list[Workload], rounds: dict[str, list[dict[str, float]]]) -> str:
    """The worst workload against its goal, in a sentence."""
    far = []
    for workload in chosen:
        for other in (TORCH, LIMIT):
            if (found := ratios(rounds[workload.name], other.name)) and (aim := goal(workload, other)):
                ratio = statistics.median(found)
                far.append((ratio / aim, f"{workload.name} beside {other.name}: {ratio:.2f}, goal {aim}"))
    missing = [name for name, each in rounds.items() if not any(OURS.name in taken for taken in each)]
    worst = "{1}, which is {0:.2f} of its goal".format(*max(far)) if far else "nothing could be compared"
    return f"worst: {worst}" + (f"; without a result: {', '.join(missing)}" if missing else "")


if __name__ == "__main__":
    sys.exit(main())
