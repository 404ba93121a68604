"""The workloads for micrograd, which knows single numbers."""

from __future__ import annotations

from typing import Any

from . import Step, data, models


def w1(engine: Any) -> Step:
    def step() -> list[Any]:
        a = [engine.Value(5.0), engine.Value(4.0)]
        b = [engine.Value(6.0), engine.Value(8.0)]
        y = [(p**2) + (5 * q) for p, q in zip(a, b, strict=True)]
        z = (y[0] + y[1]) / 2
        z.backward()
        return [[p.grad for p in a]]

    return step


def w3(engine: Any) -> Step:
    params, sample = [engine.Value(p) for p in data.SCALARS], [engine.Value(x) for x in data.SAMPLE]

    def step() -> list[Any]:
        for p in params:
            p.grad = 0
        models.scalar_loss(params, sample, engine.Value.relu).backward()
        return [p.grad for p in params]

    return step


def w6a(engine: Any) -> Step:
    numbers = data.normal(4).tolist()

    def step() -> list[Any]:
        x = [engine.Value(number) for number in numbers]
        sum(models.chain(one, 10_000) for one in x).backward()
        return [[one.grad for one in x]]

    return step
