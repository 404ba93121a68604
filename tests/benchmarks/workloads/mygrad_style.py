"""The workloads for MyGrad, which forgets old gradients by itself."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from . import Step, data, models


def prepare(mg: Any) -> None:
    mg.turn_memory_guarding_off()  # what its documentation advises for speed


def update(params: list[Any]) -> list[Any]:
    for p in params:
        p.data -= data.RATE * p.grad
    return [p.grad for p in params]


def w1(mg: Any) -> Step:
    def step() -> list[Any]:
        a = mg.tensor([5.0, 4.0], dtype=np.float32)
        b = mg.tensor([6.0, 8.0], dtype=np.float32, constant=True)
        z = ((a**2) + (5 * b)).mean()
        z.backward()
        return [a.grad]

    return step


def w2(mg: Any) -> Step:
    x, y, arrays = data.line()
    params = weights, bias = [mg.tensor(array) for array in arrays]

    def step() -> list[Any]:
        loss = (mg.matmul(x, weights) + bias - y) ** 2
        loss.backward()
        return update(params)

    return step


def w3(mg: Any) -> Step:
    from mygrad.nnet.activations import relu

    params, sample = [mg.tensor(p) for p in data.SCALARS], [mg.tensor(x, constant=True) for x in data.SAMPLE]

    def step() -> list[Any]:
        models.scalar_loss(params, sample, relu).backward()
        return [p.grad for p in params]

    return step


def _w4(mg: Any, dtype: Any) -> Step:
    x, y, arrays = data.curve(dtype)
    x, params = mg.tensor(x, constant=True), [mg.tensor(array) for array in arrays]

    def step() -> list[Any]:
        loss = ((models.layers(params, x, mg.tanh) - y) ** 2).mean()
        loss.backward()
        return update(params)

    return step


w4, w4f = partial(_w4, dtype=np.float64), partial(_w4, dtype=np.float32)


def w5(mg: Any) -> Step:
    from mygrad.nnet.activations import relu
    from mygrad.nnet.losses import softmax_crossentropy

    x, target, arrays = data.digits()
    x, params = mg.tensor(x, constant=True), [mg.tensor(array) for array in arrays]

    def step() -> list[Any]:
        loss = softmax_crossentropy(models.layers(params, x, relu), target)
        loss.backward()
        return update(params)

    return step


def _w6(mg: Any, size: int, operations: int) -> Step:
    x = mg.tensor(data.normal(size))

    def step() -> list[Any]:
        models.chain(x, operations).sum().backward()
        return [x.grad]

    return step


w6a, w6b = partial(_w6, size=4, operations=10_000), partial(_w6, size=1_000_000, operations=20)


def w7a(mg: Any) -> Step:
    params = column, row, vector = [mg.tensor(array) for array in data.stretched()]

    def step() -> list[Any]:
        ((column * row + vector) ** 2).sum().backward()
        return [p.grad for p in params]

    return step


def w7b(mg: Any) -> Step:
    table, text = data.words()
    table = mg.tensor(table)

    def step() -> list[Any]:
        (table[text] ** 2).sum().backward()
        return [table.grad]

    return step
