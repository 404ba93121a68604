"""The workloads for HIPS autograd, where a function of arrays gives its gradient's function."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from . import Step, data, models


def training(gradient: Any, arrays: list[np.ndarray]) -> Step:
    def step() -> list[Any]:
        gradients = gradient(arrays)
        for p, g in zip(arrays, gradients, strict=True):
            p -= data.RATE * g
        return gradients

    return step


def w1(autograd: Any) -> Step:
    gradient = autograd.grad(lambda a, b: autograd.numpy.mean((a**2) + (5 * b)))
    return lambda: [gradient(np.array([5.0, 4.0], np.float32), np.array([6.0, 8.0], np.float32))]


def w2(autograd: Any) -> Step:
    anp = autograd.numpy
    x, y, arrays = data.line()
    return training(autograd.grad(lambda p: anp.sum((anp.matmul(x, p[0]) + p[1] - y) ** 2)), arrays)


def w3(autograd: Any) -> Step:
    def loss(params: np.ndarray) -> Any:
        return models.scalar_loss(params, data.SAMPLE, lambda s: autograd.numpy.maximum(s, 0.0))

    gradient, params = autograd.grad(loss), np.array(data.SCALARS)  # a list takes twice as long
    return lambda: list(gradient(params))


def _w4(autograd: Any, dtype: Any) -> Step:
    anp = autograd.numpy
    x, y, arrays = data.curve(dtype)
    return training(autograd.grad(lambda p: anp.mean((models.layers(p, x, anp.tanh) - y) ** 2)), arrays)


w4, w4f = partial(_w4, dtype=np.float64), partial(_w4, dtype=np.float32)


def w5(autograd: Any) -> Step:
    anp = autograd.numpy
    x, target, arrays = data.digits()
    rows = np.arange(len(x))

    def loss(params: list[Any]) -> Any:
        scores = models.layers(params, x, lambda s: anp.maximum(s, 0))
        scores = scores - anp.max(scores, axis=1, keepdims=True)
        return anp.mean(anp.log(anp.sum(anp.exp(scores), axis=1)) - scores[rows, target])

    return training(autograd.grad(loss), arrays)


def _w6(autograd: Any, size: int, operations: int) -> Step:
    x = data.normal(size)
    gradient = autograd.grad(lambda x: autograd.numpy.sum(models.chain(x, operations)))
    return lambda: [gradient(x)]


w6a, w6b = partial(_w6, size=4, operations=10_000), partial(_w6, size=1_000_000, operations=20)


def w7a(autograd: Any) -> Step:
    arrays = data.stretched()
    gradient = autograd.grad(lambda p: autograd.numpy.sum((p[0] * p[1] + p[2]) ** 2))
    return lambda: gradient(arrays)


def w7b(autograd: Any) -> Step:
    table, text = data.words()
    gradient = autograd.grad(lambda table: autograd.numpy.sum(table[text] ** 2))
    return lambda: [gradient(table)]


def w8(autograd: Any) -> Step:
    def y(x: float) -> Any:
        return x**5 * autograd.numpy.sin(x)

    third = autograd.grad(autograd.grad(autograd.grad(y)))
    return lambda: [third(1.5)]
