"""The workloads for PyTorch and for autograd_lab: the same lines."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from . import Step, data, models


def prepare(torch: Any) -> None:
    if hasattr(torch, "set_num_threads"):
        torch.set_num_threads(1)


def learning(torch: Any, arrays: list[np.ndarray]) -> list[Any]:
    return [torch.tensor(array, requires_grad=True) for array in arrays]


def zero_grad(params: list[Any]) -> None:
    for p in params:
        p.grad = None


def update(torch: Any, params: list[Any]) -> list[Any]:
    with torch.no_grad():
        for p in params:
            p -= data.RATE * p.grad
    return [p.grad for p in params]


def w1(torch: Any) -> Step:
    def step() -> list[Any]:
        a = torch.tensor([5.0, 4.0], requires_grad=True)
        b = torch.tensor([6.0, 8.0])
        z = ((a**2) + (5 * b)).mean()
        z.backward()
        return [a.grad]

    return step


def w2(torch: Any) -> Step:
    x, y, arrays = data.line()
    x, y, params = torch.tensor(x), torch.tensor(y), learning(torch, arrays)
    weights, bias = params

    def step() -> list[Any]:
        zero_grad(params)
        loss = (torch.matmul(x, weights) + bias - y).pow(2)
        loss.backward()
        return update(torch, params)

    return step


def w3(torch: Any) -> Step:
    params = [torch.tensor(p, dtype=torch.float64, requires_grad=True) for p in data.SCALARS]
    sample = [torch.tensor(x, dtype=torch.float64) for x in data.SAMPLE]

    def step() -> list[Any]:
        zero_grad(params)
        models.scalar_loss(params, sample, torch.relu).backward()
        return [p.grad for p in params]

    return step


def _w4(torch: Any, dtype: Any) -> Step:
    x, y, arrays = data.curve(dtype)
    x, y, params = torch.tensor(x), torch.tensor(y), learning(torch, arrays)

    def step() -> list[Any]:
        zero_grad(params)
        loss = ((models.layers(params, x, torch.tanh) - y) ** 2).mean()
        loss.backward()
        return update(torch, params)

    return step


w4, w4f = partial(_w4, dtype=np.float64), partial(_w4, dtype=np.float32)


def w5(torch: Any) -> Step:
    x, target, arrays = data.digits()
    x, target, params = torch.tensor(x), torch.tensor(target), learning(torch, arrays)
    cross_entropy = torch.nn.functional.cross_entropy

    def step() -> list[Any]:
        zero_grad(params)
        loss = cross_entropy(models.layers(params, x, torch.relu), target)
        loss.backward()
        return update(torch, params)

    return step


def _w6(torch: Any, size: int, operations: int) -> Step:
    (x,) = params = learning(torch, [data.normal(size)])

    def step() -> list[Any]:
        zero_grad(params)
        models.chain(x, operations).sum().backward()
        return [x.grad]

    return step


w6a, w6b = partial(_w6, size=4, operations=10_000), partial(_w6, size=1_000_000, operations=20)


def w7a(torch: Any) -> Step:
    params = column, row, vector = learning(torch, data.stretched())

    def step() -> list[Any]:
        zero_grad(params)
        ((column * row + vector) ** 2).sum().backward()
        return [p.grad for p in params]

    return step


def w7b(torch: Any) -> Step:
    table, text = data.words()
    text, (table,) = torch.tensor(text), learning(torch, [table])

    def step() -> list[Any]:
        zero_grad([table])
        (table[text] ** 2).sum().backward()
        return [table.grad]

    return step


def w8(torch: Any) -> Step:
    x = torch.tensor(1.5, dtype=torch.float64, requires_grad=True)

    def step() -> list[Any]:
        y = x**5 * torch.sin(x)
        for _ in range(3):
            (y,) = torch.autograd.grad(y, x, create_graph=True)
        return [y]

    return step
