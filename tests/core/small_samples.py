"""More inputs for entries of the table that are not element-wise: without any elements, and without axes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd_lab.core.op import TABLE

from .samples import LINE, MEANS, PLANE, SQUARES, Sample, each, positive, regular, some

NONE = np.zeros(0, int)  # no places
VIEW = ((TABLE["select"], {"dim": 1, "index": 1}),)
WHOLE = [{"dim": None, "keepdim": False}, {"dim": 0, "keepdim": True}, {"dim": 1, "keepdim": False}]

EMPTY: dict[str, list[Sample]] = {
    "fill": [((some(0, 3), some()), {})],
    "copy": [((some(0, 3), some(3)), {})],
    **{name: each((some(2, 0, 3),), {"dim": 0, "keepdim": True}, {"dim": -1, "keepdim": False}) for name in (
        "mean", "amax", "amin", "logsumexp")},
    **{name: each((some(2, 0),), *(one | {"p": p} for one in WHOLE[:2])) for name, p in [("norm", 2.0)]},
    **{name: each((some(2, 0, 3),), *({"dim": 0, "keepdim": False, "correction": c} for c in (0, 1))) for name in (
        "var", "std")},
    "spread": each((some(),), {"to": (2, 0), "dim": None, "keepdim": False}) + each(
        (some(0),), {"to": (0, 3), "dim": 1, "keepdim": False}),
    "sum_to": each((some(2, 0, 3),), {"to": (1, 3)}, {"to": ()}, {"to": (0, 1)}),
    "expand": each((some(1, 3),), {"size": (2, 0, 3)}) + each((some(0, 1),), {"size": (2, 0, 3)}),
    **{name: [((regular(0, 3, 3),), {}), ((some(0, 0),), {})] for name in ("inverse", "det", "logdet", "slogdet")},
    "solve": [((regular(0, 3, 3), some(0, 3, 2)), {}), ((regular(3, 3), some(3, 0)), {}), ((some(0, 0), some(0)), {})],
    "cholesky": [((regular(0, 3, 3),), {}), ((some(0, 0),), {})],
    "eigh": [((some(0, 3, 3),), {"uplo": "L"}), ((some(0, 0),), {"uplo": "L"})],
    "qr": each((some(0, 3, 2),), {"mode": "reduced"}) + each((some(3, 0),), {"mode": "reduced"}),
    "pinv": each((some(0, 3, 2),), {"atol": 0.0, "rtol": 1e-9}) + each((some(3, 0),), {"atol": 0.0, "rtol": 1e-9}),
    "mT": [((some(0, 3),), {})],
    "reshape": each((some(0, 3),), {"shape": (3, 0, 2)}, {"shape": (0,)}),
    "unsqueeze": each((some(0),), {"dim": -1}),
    "squeeze": each((some(0, 1),), {"dim": 1}, {"dim": None}),
    "permute": each((some(0, 3),), {"dims": (1, 0)}),
    "transpose": each((some(0, 3),), {"dim0": 0, "dim1": 1}),
    "t": [((some(0, 3),), {})],
    "repeat": each((some(0, 3),), {"repeats": (2, 2)}),
    "flip": each((some(0, 3),), {"dims": (0, 1)}),
    "roll": each((some(0, 3),), {"shifts": 1, "dims": 1}, {"shifts": 1, "dims": None}),
    "getitem": each((some(0, 3),), {"index": (slice(None), 1)}, {"index": (NONE,)}, {"index": (..., None)}) + each(
        (some(3, 4),), {"index": (NONE,)}, {"index": (np.zeros((3, 4), bool),)}, {"index": (slice(0, 0), NONE)}),
    "put": each((some(0, 4),), {"to": (3, 4), "index": (NONE,)}, {"to": (0, 4), "index": (...,)}),
    "narrow": each((some(3, 0),), {"dim": 0, "start": 1, "length": 2}),
    "select": each((some(3, 0),), {"dim": 0, "index": 1}),
    "windows": each((some(0, 4),), {"dim": 1, "size": 2, "step": 1}),
    "put_windows": each((some(0, 3, 2),), {"to": (0, 4), "dim": 1, "size": 2, "step": 1}),
    "diagonal": each((some(0, 3),), {}, {"offset": 1}) + each((some(2, 2),), {"offset": 2}),
    "put_diagonal": each((some(0),), {"to": (0, 3), "offset": 0, "dim1": 0, "dim2": 1}),
    "put_into": [((some(0, 3), some(0)), {"chain": VIEW}), ((some(0, 3), some()), {"chain": VIEW})],
    "as_strided": each((some(0, 3),), {"chain": VIEW}),
    "put_strided": each((some(0),), {"to": (0, 3), "chain": VIEW}),
    "gather": each((some(3, 4),), {"dim": 1, "index": NONE[:, None]}) + each(
        (some(0, 4),), {"dim": 0, "index": np.zeros((0, 4), int)}),
    "scatter": each((some(0, 4),), {"to": (3, 4), "dim": 0, "index": np.zeros((0, 4), int)}),
    "index_put": [((some(3, 4), some(0, 4)), {"index": (NONE,)}), ((some(0, 4), some()), {"index": (..., 1)})],
    "index_add": [((some(3, 4), some(0, 4)), {"index": (NONE,)})],
    "index_select": each((some(3, 4),), {"dim": 1, "index": NONE}) + each(
        (some(0, 4),), {"dim": 1, "index": np.array([0, 3, 0])}),
    "sort": each((some(0, 3),), {}, {"dim": 0}),
    "topk": each((some(0, 3),), {"k": 2}) + each((some(3),), {"k": 0}),
    "stack": each((some(0, 3), some(0, 3)), {"dim": 1}),
    "einsum": [((some(2, 0), some(0, 3)), {"equation": "ij,jk->ik"}), ((some(0, 3),), {"equation": "ij->j"})],
    "tril": each((some(0, 3),), {}),
    "triu": each((some(3, 0),), {}),
    "trace": [((some(0, 3),), {})],
    "prod_all": [((some(0, 3),), {})],
    "prod_dim": each((some(0, 3),), {"dim": 0}, {"dim": 1}),
    **{name: each((some(0, 3),), {"dim": 1}) for name in ("max_dim", "min_dim", "median_dim")},
    **{name: each((some(0, 3),), {"dim": 0}, {"dim": 1}) for name in ("cumsum", "cumprod")},
    **{name: each((some(0, 3), some(0, 3)), *({"delta" if name == "huber_loss" else "beta": 0.7} | one for one in MEANS[1:]))
       for name in ("huber_loss", "smooth_l1_loss")},
    "mse_loss": each((some(0, 3), some(0, 3)), *MEANS[1:]),
    "binary_cross_entropy": each((positive(0, 3), positive(0, 3)), *({"weight": None} | one for one in MEANS[1:])),
    "binary_cross_entropy_with_logits": each(
        (some(0, 3), positive(0, 3)), *({"weight": None, "pos_weight": 1.0} | one for one in MEANS[1:])),
    "nll_loss": each((some(0, 4),), {"place": (NONE, NONE), "factor": None, "total": None}),
    "nll_loss_backward": each((some(0),), {"to": (0, 4), "place": (NONE, NONE), "factor": None, "total": None}),
    "layer_norm": each((some(0, 3), some(3), some(3)), {"dim": (1,), "eps": 1e-5}),
    "batch_norm": each((some(0, 3), some(3), some(3)), {"dim": (0,), "eps": 1e-5,
                                                        "stats": (some(3).astype("f4"), positive(3).astype("f4"))}),
    "addmm": [((some(4), some(0, 3), some(3, 4)), {}), ((some(4), some(2, 0), some(0, 4)), {})],
    "embedding": each((some(4, 3),), {"indices": NONE, "padding_idx": None}) + each(
        (some(4, 0),), {"indices": np.array([[0, 3]]), "padding_idx": None}),
    "constant_pad_nd": each((some(0, 3),), {"margins": ((1, 0), (0, 2)), "value": 3.0}),
    "unfold": each((some(0, 3, 5),), {"window": LINE}),
    "fold": each((some(0, 6, 3),), {"window": LINE, "to": (0, 3, 5)}),
    "convolution": each((some(0, 4, 5), some(6, 2, 2), some(6)), {"window": LINE, "groups": 2}),
    "conv_transpose": each((some(0, 4, 3), some(4, 3, 2), some(6)), {"window": LINE, "groups": 2, "to": (0, 6, 4)}),
    **{name: each((some(0, 1, 4, 6),), {"window": SQUARES}, {"window": PLANE}) for name in ("max_pool2d", "avg_pool2d")},
    "adaptive_avg_pool2d": each((some(0, 1, 4, 5),), {"size": (2, 3)}),
}  # fmt: skip
# Without axes, where PyTorch takes that
NUMBER: dict[str, list[Sample]] = {
    "copy": [((some(), some()), {})],
    "sum_to": each((some(),), {"to": ()}),
    "expand": each((some(),), {"size": ()}, {"size": (2, 3)}),
    "transpose": each((some(),), {"dim0": 0, "dim1": -1}),
    "permute": each((some(),), {"dims": ()}),
    "t": [((some(),), {})],
    "repeat": each((some(),), {"repeats": (2,)}, {"repeats": ()}),
    "flip": each((some(),), {"dims": ()}),
    "getitem": each((some(),), {"index": (...,)}, {"index": (None,)}),
    "put": each((some(),), {"to": (), "index": (...,)}, {"to": (3,), "index": (1, ...)}),
    "put_into": [((some(), some()), {"chain": ((TABLE["getitem"], {"index": (...,)}),)})],
    "as_strided": each((some(),), {"chain": ((TABLE["getitem"], {"index": (None,)}),)}),
    "put_strided": each((some(1),), {"to": (), "chain": ((TABLE["getitem"], {"index": (None,)}),)}),
    "index_put": [((some(3), some()), {"index": (np.array([0, 2]),)})],
    "stack": each((some(), some()), {"dim": 0}),
    "einsum": [((some(), some()), {"equation": ",->"}), ((some(), some(3)), {"equation": ",i->i"})],
    "cat": each((some(1), some(2)), {"dim": 0}),
    "topk": each((some(),), {"k": 1}),
    "var": each((some(1),), {"dim": 0, "keepdim": False, "correction": 0}),
    **{name: each((some(), some()), *({"delta" if name == "huber_loss" else "beta": 0.7} | one for one in MEANS))
       for name in ("huber_loss", "smooth_l1_loss")},
    "mse_loss": each((some(), some()), *MEANS),
    "binary_cross_entropy": each((np.array(0.3), np.array(0.6)), *({"weight": None} | one for one in MEANS)),
    "binary_cross_entropy_with_logits": each(
        (some(), np.array(0.6)), *({"weight": None, "pos_weight": 1.0} | one for one in MEANS)),
    "embedding": each((some(4, 3),), {"indices": np.array(1), "padding_idx": None}),
    "norm": each((some(),), *({"dim": None, "keepdim": False, "p": p} for p in (2.0, math.inf))),
}  # fmt: skip


def small() -> list[Any]:
    """All of them: the entry's name, its inputs and parameters."""
    return [(name, *one) for part in (EMPTY, NUMBER) for name, samples in part.items() for one in samples]
