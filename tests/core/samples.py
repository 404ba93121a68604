"""Inputs for every entry of the table: numbers at which it has a derivative, in all kinds of shapes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

import autograd_lab.nn  # its entries are in the table once it is loaded  # noqa: F401
from autograd_lab.core.op import NEEDED, TABLE, Op
from autograd_lab.nn.rules import Window

RNG = np.random.default_rng(7)
Inputs = tuple[Any, ...]
Sample = tuple[Inputs, dict[str, Any]]


def some(*shape: int) -> Any:
    """Numbers on both sides of 0, no two of them equal, none at a kink."""
    return RNG.uniform(0.3, 2.0, shape) * RNG.choice([-1.0, 1.0], shape)


def positive(*shape: int) -> Any:
    return RNG.uniform(0.4, 2.0, shape)


def chances(*shape: int) -> Any:
    return RNG.uniform(0.1, 0.9, shape)


def regular(*shape: int) -> Any:
    """Matrices that have an inverse, and a positive determinant."""
    return 0.2 * some(*shape) + 2 * np.eye(shape[-1])


def each(inputs: Inputs, *params: dict[str, Any]) -> list[Sample]:
    """A sample for each set of parameters."""
    return [(inputs, one) for one in params]


def reduced(*extra: dict[str, Any]) -> list[Sample]:
    """A reduction over all elements, one axis, two, none that is left, and nothing."""
    both = [{"dim": None, "keepdim": False}, {"dim": 1, "keepdim": False}, {"dim": (0, 2), "keepdim": True}]
    found = [((some(2, 3, 2),), one | more) for one in both for more in extra or ({},)]
    return found + [((some(),), {"dim": (), "keepdim": False} | more) for more in extra or ({},)]


# ------------------------------------------------------------------ element by element
# Where the numbers of each input come from, if not from -2 to 2: an interval for each.
DOMAINS: dict[str, tuple[tuple[float, float], ...]] = {
    **dict.fromkeys(("log", "log2", "log10", "sqrt", "rsqrt", "log1p", "reciprocal"), ((0.3, 2.0),)),
    **dict.fromkeys(("asin", "acos"), ((-0.9, 0.9),)),
    **dict.fromkeys(("div_rounded", "remainder", "fmod"), ((2.3, 2.6), (1.0, 1.1))),  # a quotient from 2 to 3
    "tan": ((-1.2, 1.2),),
    "div": ((-2.0, 2.0), (0.3, 2.0)),
    "atan2": ((0.3, 2.0), (-2.0, 2.0)),
    "pow": ((0.3, 2.0), (-2.0, 2.0)),
}
# What they need to know besides, for a result of that shape.
SETTINGS: dict[str, Any] = {
    "where": lambda shape: {"condition": RNG.random(shape) < 0.5},
    "masked_fill": lambda shape: {"mask": RNG.random(shape) < 0.5},
    "cast": lambda shape: {"dtype": np.dtype(float)},
    "div_rounded": lambda shape: {"rounding_mode": "floor"},
    "clamp": lambda shape: {"min": -1.1, "max": 1.3},
    "gate": lambda shape: {"low": -1.1, "high": 1.3, "slope": 0.2, "called": ""},
    **dict.fromkeys(("add_scaled", "sub_scaled"), lambda shape: {"alpha": 2.5}),
}


def defaults_of(op: Op) -> dict[str, Any]:
    return {name: value for name, value in op.params.items() if value is not NEEDED}


def settings_of(op: Op, shape: tuple[int, ...]) -> dict[str, Any]:
    return defaults_of(op) | (SETTINGS[op.name](shape) if op.name in SETTINGS else {})


def numbers(op: Op, k: int, places: Any) -> Any:
    """Numbers from the domain of input ``k``, for whole ones from 0 to 999: never at a kink, never equal."""
    low, high = DOMAINS.get(op.name, ((-2.0, 2.0),) * 3)[k]
    return low + (high - low) * (places + (0.5, 0.25, 0.75)[k]) / 1000


def elementwise(op: Op) -> list[Sample]:
    """Inputs of one shape, and of shapes that are broadcast."""
    shapes = [[(2, 3)] * 3, [(2, 3), (3,), (2, 1)], [(), (2,), (1,)], [(0, 3), (1, 3), ()]]
    found = []
    for chosen in shapes if op.arity > 1 else [[(2, 3)], [()], [(0, 3)]]:
        inputs = tuple(numbers(op, k, RNG.integers(0, 1000, chosen[k])) for k in range(op.arity))
        found.append((inputs, settings_of(op, np.broadcast_shapes(*chosen[: op.arity]))))
    return found


ALONE = ("floor_divide", "copy", "fill")  # no derivative; or no broadcasting of both
ELEMENTWISE = [op for op in TABLE.values() if op.elementwise and op.vjp and op.name not in ALONE]
SAMPLES: dict[str, list[Sample]] = {op.name: elementwise(op) for op in ELEMENTWISE}
SAMPLES["pow"] += [((positive(2, 3), 2.0), {}), ((positive(2, 3), -1.5), {}), ((2.0, some(2, 3)), {})]
SAMPLES["mul"] += [((some(2, 3), 3.0), {}), ((3.0, some(2, 3)), {})]
SAMPLES["clamp"] += each((some(2, 3),), {"min": 0.1, "max": None}, {"min": None, "max": 0.1})
SAMPLES["gate"] += each(
    (some(2, 3), some(2, 3)),
    *({"low": 0.1, "high": None, "slope": slope, "called": ""} for slope in (0, 0.5)),
)
SAMPLES["gelu"] += [((some(2, 3),), {"approximate": "tanh"})]
SAMPLES["softplus"] += [((some(2, 3),), {"beta": 2.0, "threshold": 1.5})]
SAMPLES["round"] += [((numbers(TABLE["round"], 0, RNG.integers(0, 1000, 5)) + 0.003,), {"decimals": 1})]
SAMPLES |= {
    "fill": [((some(2, 3), some()), {}), ((some(2, 3), 5.0), {})],
    "copy": [((some(2, 3), some(2, 3)), {}), ((some(2, 3), some(3)), {})],
    # -------------------------------------------------------------- sums, and the way back from them
    "sum": [*reduced(), ((some(0, 3),), {"dim": 0, "keepdim": True})],
    "mean": reduced(),
    "spread": each((some(3),), {"to": (2, 3), "dim": 0, "keepdim": False}) + each(
        (some(1, 3),), {"to": (2, 3), "dim": 0, "keepdim": True}) + each(
        (some(),), {"to": (0, 3), "dim": None, "keepdim": False}),
    "sum_to": each((some(4, 2, 3),), {"to": (1, 3)}, {"to": ()}, {"to": (4, 2, 3)}),
    "expand": each((some(1, 3),), {"size": (4, 2, 3)}, {"size": (1, 3)}, {"size": (0, 3)}),
    # -------------------------------------------------------------- matrices
    "matmul": [((some(*a), some(*b)), {}) for a, b in [
        ((2, 3), (3, 4)), ((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 4)), ((5, 2, 3), (5, 3, 4)),
        ((5, 2, 3), (3,)), ((3,), (5, 3, 4)), ((2, 3), (5, 3, 4)), ((6, 1, 2, 3), (5, 3, 4)),
        ((0, 3), (3, 4)), ((2, 0), (0, 4))]],
    "mT": [((some(2, 3),), {}), ((some(4, 2, 3),), {})],
    "inverse": [((regular(3, 3),), {}), ((regular(2, 3, 3),), {}), ((regular(0, 0),), {})],
    "solve": [((regular(*a), some(*b)), {}) for a, b in [
        ((3, 3), (3,)), ((3, 3), (3, 2)), ((2, 3, 3), (3,)), ((2, 3, 3), (2, 3)), ((3, 3), (4, 3, 2))]],
    "det": [((regular(3, 3),), {}), ((regular(2, 3, 3),), {})],
    "cholesky": [((regular(*n) @ np.swapaxes(regular(*n), -1, -2),), {}) for n in [(3, 3), (2, 3, 3)]],
    "eigh": [((some(3, 3),), {"uplo": "L"}), ((some(2, 3, 3),), {"uplo": "U"}), ((some(1, 1),), {"uplo": "L"})],
    "svd": [((some(*shape),), {"full_matrices": full}) for shape, full in [
        ((3, 3), True), ((4, 3), False), ((2, 4), False), ((2, 3, 2), False), ((0, 3), False)]],
    "qr": [((some(*shape),), {"mode": "reduced"}) for shape in [(3, 3), (4, 3), (2, 4), (2, 3, 2)]],
    "slogdet": [((regular(3, 3),), {}), ((-regular(2, 3, 3),), {})],
    "pinv": [((some(*shape),), {"atol": 0.0, "rtol": 1e-9}) for shape in [(3, 3), (4, 3), (2, 4), (2, 3, 2)]],
    "logdet": [((regular(3, 3),), {}), ((regular(2, 3, 3),), {})],
    # -------------------------------------------------------------- the same numbers in another shape
    "reshape": each((some(2, 3),), {"shape": (3, 2)}, {"shape": (-1,)}) + each((some(),), {"shape": (1, 1)}),
    "unsqueeze": each((some(2, 3),), {"dim": 1}, {"dim": -1}) + each((some(),), {"dim": 0}),
    "squeeze": each((some(1, 3, 1),), {"dim": None}, {"dim": 0}, {"dim": 1}) + each((some(),), {"dim": None}),
    "permute": each((some(2, 3, 4),), {"dims": (2, 0, 1)}, {"dims": (-1, 0, -2)}),
    "transpose": each((some(2, 3, 4),), {"dim0": 0, "dim1": 2}, {"dim0": -1, "dim1": -2}),
    "t": [((some(2, 3),), {}), ((some(3),), {})],
    "repeat": each((some(2, 3),), {"repeats": (2, 1)}, {"repeats": (2, 1, 3)}, {"repeats": (0, 2)}),
    "flip": each((some(2, 3),), {"dims": (0,)}, {"dims": (0, 1)}),
    "roll": each((some(2, 3),), {"shifts": 1, "dims": 1}, {"shifts": 2, "dims": None},
                 {"shifts": (1, -1), "dims": (0, 1)}),
    # -------------------------------------------------------------- parts
    "getitem": each((some(3, 4),), *({"index": index} for index in [
        (0, ...), (slice(1, 3), ...), (1, 2, ...), (None, ...), (slice(None, None, 2), 1), (slice(0, 0), ...),
        (np.array([0, 0, 2]),), (np.array([0, 0]), np.array([1, 1])), (np.eye(3, 4, dtype=bool),),
        (slice(None), np.array([[1, 3]]))])),
    "put": each((some(3, 4),), {"to": (2, 4), "index": (np.array([0, 0, 1]),)}) + each(
        (some(4),), {"to": (3, 4), "index": (1, ...)}),
    "narrow": each((some(3, 4),), {"dim": 1, "start": 1, "length": 2}, {"dim": -1, "start": 0, "length": 0}),
    "select": each((some(3, 4),), {"dim": 1, "index": 2}, {"dim": 0, "index": -1}),
    "windows": each((some(2, 5),), {"dim": 1, "size": 3, "step": 1}, {"dim": 0, "size": 1, "step": 2}),
    "put_windows": each((some(2, 3, 2),), {"to": (2, 4), "dim": 1, "size": 2, "step": 1}),
    "diagonal": each((some(3, 4),), {}, {"offset": 1}, {"offset": -1, "dim1": 1, "dim2": 0}),
    "put_diagonal": each((some(3),), {"to": (3, 4), "offset": 0, "dim1": 0, "dim2": 1},
                         {"to": (3, 4), "offset": 1, "dim1": 0, "dim2": 1}),
    "put_into": [((some(3, 4), some(4)), {"chain": ((TABLE["getitem"], {"index": (1, ...)}),)})],
    "as_strided": each((some(3, 4),), {"chain": (
        (TABLE["getitem"], {"index": (slice(1, 3), ...)}), (TABLE["t"], {}))}) + each(
        (some(1, 3),), {"chain": ((TABLE["expand"], {"size": (2, 3)}),)}),
    "put_strided": each((some(2, 4),), {"to": (4,), "chain": ((TABLE["expand"], {"size": (2, 4)}),)}) + each(
        (some(2, 3),), {"to": (4,), "chain": ((TABLE["windows"], {"dim": 0, "size": 3, "step": 1}),)},
        {"to": (2, 3, 2), "chain": ((TABLE["select"], {"dim": 2, "index": 1}),)}),
    "gather": each((some(3, 4),), {"dim": 1, "index": np.array([[0, 0], [1, 3], [2, 2]])}),
    "scatter": each((some(3, 2),), {"to": (3, 4), "dim": 1, "index": np.array([[0, 0], [1, 3], [2, 2]])}),
    "index_put": [((some(3, 4), some(2, 4)), {"index": (np.array([2, 0]),)}),
                  ((some(3, 4), some(3)), {"index": (slice(None), 1, ...)})],
    "index_add": [((some(3, 4), some(3, 4)), {"index": (np.array([2, 0, 0]),)})],
    "index_select": each((some(3, 4),), {"dim": 1, "index": np.array([0, 0, 3])}),
    "sort": [*each((some(3, 4),), {}, {"dim": 0, "descending": True}), ((some(),), {})],
    "topk": each((some(3, 4),), {"k": 2}, {"k": 1, "dim": 0, "largest": False}),
    # -------------------------------------------------------------- joining
    "cat": [((some(2, 3), some(1, 3)), {"dim": 0}), ((some(2, 3), some(2, 1), some(2, 0)), {"dim": -1})],
    "stack": each((some(2, 3), some(2, 3)), {"dim": 0}, {"dim": -1}),
    "einsum": [((some(*a), some(*b)), {"equation": text}) for a, b, text in [
        ((2, 3), (3, 4), "ij,jk->ik"), ((3,), (3,), "i,i->"), ((2, 3), (4,), "ij,k->k"),
        ((3, 3), (3,), "ii,i->i")]],
    "tril": each((some(3, 4),), {}, {"diagonal": 1}),
    "triu": each((some(3, 4),), {}, {"diagonal": -1}),
    "trace": [((some(3, 4),), {})],
    # -------------------------------------------------------------- other reductions
    **{name: reduced() for name in ("amax", "amin")},
    **{name: [((some(2, 3),), {}), ((some(),), {})]
       for name in ("max_all", "min_all", "median_all", "prod_all")},
    **{name: each((some(3, 4),), {"dim": 1}, {"dim": 0, "keepdim": True}) + each((some(),), {"dim": 0})
       for name in ("max_dim", "min_dim", "median_dim")},
    "var": [*reduced({"correction": 1}, {"correction": 0})[:-2], ((some(2, 3),), {"dim": 1})],
    "std": reduced({"correction": 1}, {"correction": 0})[:-2],
    "prod_dim": [*each((some(3, 4),), {"dim": 1}, {"dim": 0, "keepdim": True}), ((some(2, 1),), {"dim": 1})],
    **{name: [*each((some(3, 4),), {"dim": 1}, {"dim": 0}), ((some(),), {"dim": 0}), ((some(1),), {"dim": 0})]
       for name in ("cumsum", "cumprod")},
    "logsumexp": reduced()[1:],
    **{name: [((some(*shape),), {"dim": dim}) for shape, dim in [((3, 4), 1), ((3, 4), 0), ((), ()), ((0, 3), 1)]]
       for name in ("softmax", "log_softmax")},
    "norm": reduced(*({"p": p} for p in (2.0, 1.0, 3.0, 0.5, 0.0, math.inf, -math.inf))),
}  # fmt: skip

# ------------------------------------------------------------------ what networks are made of
LINE, PLANE = Window((2,), (2,), ((1, 1),), (1,)), Window((2, 3), (1, 2), ((1, 0), (1, 1)), (2, 1))
SQUARES = Window((2, 2), (2, 2), ((0, 0), (0, 0)), (1, 1))
MEANS = [{"reduction": "mean"}, {"reduction": "sum"}, {"reduction": "none"}]
PLACE = (np.arange(3), np.array([0, 3, 1]))  # the place of each target's number
TAKEN = [{"place": PLACE, "factor": None, "total": 3}, {"place": PLACE, "factor": positive(3), "total": 2.5},
         {"place": PLACE, "factor": None, "total": None}]  # fmt: skip
SAMPLES |= {
    "mse_loss": each((some(2, 3), some(2, 3)), *MEANS),
    "huber_loss": each((some(2, 3), some(2, 3)), *({"delta": 0.7} | one for one in MEANS)),
    "smooth_l1_loss": each((some(2, 3), some(2, 3)), *({"beta": 0.7} | one for one in MEANS)),
    "binary_cross_entropy": each((chances(2, 3), chances(2, 3)), *({"weight": None} | one for one in MEANS),
                                 {"weight": positive(2, 3), "reduction": "mean"}),
    "binary_cross_entropy_with_logits": each(
        (some(2, 3), chances(2, 3)), *({"weight": None, "pos_weight": 1.0} | one for one in MEANS),
        {"weight": positive(2, 3), "pos_weight": positive(3), "reduction": "mean"}),
    "nll_loss": each((some(3, 4),), *TAKEN),
    "nll_loss_backward": each((some(),), *({"to": (3, 4)} | one for one in TAKEN[:2])) + each(
        (some(3),), {"to": (3, 4)} | TAKEN[2]),
    "layer_norm": each((some(4, 3), some(3), some(3)), {"dim": (1,), "eps": 1e-5}) + each(
        (some(2, 4, 3), some(4, 3), some(4, 3)), {"dim": (1, 2), "eps": 1e-5}),
    "batch_norm": each((some(4, 3), some(3), some(3)), {"dim": (0,), "eps": 1e-5, "stats": None}) + each(
        (some(2, 3, 4), some(3), some(3)), {"dim": (0, 2), "eps": 1e-5, "stats": None},
        {"dim": (0, 2), "eps": 1e-5, "stats": (some(3).astype("f4"), positive(3).astype("f4"))}),
    "addmm": [((some(4), some(2, 3), some(3, 4)), {}), ((some(2, 4), some(2, 3), some(3, 4)), {})],
    "embedding": each((some(4, 3),), {"indices": np.array([[0, 0], [1, 3]]), "padding_idx": None}),
    "constant_pad_nd": each((some(2, 3, 4),), {"margins": ((1, 0), (0, 2)), "value": 3.0},
                            {"margins": ((-1, 0), (1, -2)), "value": 0.0}),
    "unfold": each((some(2, 3, 5),), {"window": LINE}) + each((some(2, 1, 4, 5),), {"window": PLANE}),
    "fold": each((some(2, 6, 3),), {"window": LINE, "to": (2, 3, 5)}),
    "convolution": each((some(2, 4, 5), some(6, 2, 2), some(6)), {"window": LINE, "groups": 2}) + each(
        (some(2, 1, 4, 5), some(3, 1, 2, 3), some(3)), {"window": PLANE, "groups": 1}),
    "conv_transpose": each((some(2, 4, 3), some(4, 3, 2), some(6)), {"window": LINE, "groups": 2, "to": (2, 6, 4)}) + each(
        (some(2, 3, 3, 3), some(3, 1, 2, 3), some(1)), {"window": PLANE, "groups": 1, "to": (2, 1, 4, 5)}),
    **{name: [((some(2, 1, 4, 5),), {"window": SQUARES}), ((some(2, 1, 4, 6),), {"window": PLANE})]
       for name in ("max_pool2d", "avg_pool2d")},
    "adaptive_avg_pool2d": each((some(2, 1, 4, 5),), {"size": (2, 3)}, {"size": (1, 1)}),
}  # fmt: skip

# Of these one triangle is read, as if the other were the same: they are tried on the mean of both.
SYMMETRIC = ("eigh", "cholesky")
