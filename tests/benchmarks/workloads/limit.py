"""The workloads without any library: both passes by hand, with NumPy, or with Python's floats for W3."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from . import Step, data, models


def update(params: list[np.ndarray], gradients: list[np.ndarray]) -> list[np.ndarray]:
    for p, g in zip(params, gradients, strict=True):
        p -= data.RATE * g
    return gradients


def w1(_: Any) -> Step:
    def step() -> list[Any]:
        a = np.array([5.0, 4.0], np.float32)
        b = np.array([6.0, 8.0], np.float32)
        y = (a**2) + (5 * b)
        y.sum() / 2
        return [0.5 * (2 * a)]

    return step


def w2(_: Any) -> Step:
    x, y, params = data.line()
    weights, bias = params

    def step() -> list[Any]:
        error = x @ weights + bias - y
        error**2
        upstream = 2 * error
        return update(params, [x.T @ upstream, upstream[0]])

    return step


def w3(_: Any) -> Step:
    each, network = iter(data.SCALARS), []
    for inputs, units in data.UNITS:
        network.append([(next(each), [next(each) for _ in range(inputs)]) for _ in range(units)])

    def step() -> list[Any]:
        seen, x = [], data.SAMPLE
        for layer in network:
            seen.append(x)
            outputs = []
            for bias, weights in layer:
                s = bias
                for w, value in zip(weights, x):  # noqa: B905
                    s += w * value
                outputs.append(s if s > 0 or len(layer) == 1 else 0.0)
            x = outputs
        error = x[0] - data.TARGET
        error**2
        upstream, gradients = [2 * error], []
        for layer, x in zip(reversed(network), reversed(seen), strict=True):
            behind, found = [0.0] * len(x), []
            for g, (_, weights) in zip(upstream, layer, strict=True):
                found.append(g)
                found += [g * value for value in x]
                behind = [b + g * w for b, w in zip(behind, weights)]  # noqa: B905
            gradients = found + gradients
            upstream = [g if value > 0 else 0.0 for g, value in zip(behind, x, strict=True)]
        return gradients

    return step


def _w4(_: Any, dtype: Any) -> Step:
    x, y, params = data.curve(dtype)
    w1, b1, w2, b2, w3, b3 = params

    def step() -> list[Any]:
        h1 = np.tanh(x @ w1 + b1)
        h2 = np.tanh(h1 @ w2 + b2)
        error = h2 @ w3 + b3 - y
        (error**2).sum() / len(x)
        g3 = 2 / len(x) * error
        g2 = g3 @ w3.T * (1 - h2 * h2)
        g1 = g2 @ w2.T * (1 - h1 * h1)
        return update(params, [x.T @ g1, g1.sum(0), h1.T @ g2, g2.sum(0), h2.T @ g3, g3.sum(0)])

    return step


w4, w4f = partial(_w4, dtype=np.float64), partial(_w4, dtype=np.float32)


def w5(_: Any) -> Step:
    x, target, params = data.digits()
    w1, b1, w2, b2 = params
    rows = np.arange(len(x))

    def step() -> list[Any]:
        h = np.maximum(x @ w1 + b1, 0)
        scores = h @ w2 + b2
        scores -= scores.max(1, keepdims=True)
        p = np.exp(scores)
        total = p.sum(1, keepdims=True)
        (np.log(total[:, 0]) - scores[rows, target]).sum() / len(x)
        p /= total
        p[rows, target] -= 1
        p /= len(x)
        g = p @ w2.T * (h > 0)
        return update(params, [x.T @ g, g.sum(0), h.T @ p, p.sum(0)])

    return step


def _w6(_: Any, size: int, operations: int) -> Step:
    x = data.normal(size)

    def step() -> list[Any]:
        models.chain(x, operations).sum()
        g = np.ones(size)
        for _ in range(operations // 2):
            g = g * 0.9999
        return [g]

    return step


w6a, w6b = partial(_w6, size=4, operations=10_000), partial(_w6, size=1_000_000, operations=20)


def w7a(_: Any) -> Step:
    column, row, vector = data.stretched()

    def step() -> list[Any]:
        s = column * row + vector
        (s**2).sum()
        g = 2 * s
        return [(g * row).sum(1, keepdims=True), (g * column).sum(0, keepdims=True), g.sum(0)]

    return step


def w7b(_: Any) -> Step:
    table, text = data.words()
    width = table.shape[1]

    def step() -> list[Any]:
        read = table[text]
        (read**2).sum()
        places = (text[:, None] * width + np.arange(width)).ravel()  # np.add.at takes three times as long
        return [np.bincount(places, (2 * read).ravel(), table.size).reshape(table.shape)]

    return step
