"""Data in batches: the same names, and for one seed the same batches, as torch.utils.data."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

import autograd_lab

from ..base import errors

lab: Any = autograd_lab  # its names are gathered while it loads

__all__ = ["DataLoader", "Dataset", "Subset", "TensorDataset", "default_collate", "random_split"]


class Dataset:
    """The base of every dataset: a subclass writes ``__getitem__``, and ``__len__``.

    Raises NotImplementedError until then.
    """

    def __getitem__(self, index: Any) -> Any:
        raise errors.error("no_getitem", name=type(self).__name__)


class TensorDataset(Dataset):
    """The rows of several Tensors, side by side. Raises AssertionError where they are not equally many.

    >>> TensorDataset(lab.tensor([[1.0], [2.0]]), lab.tensor([0, 1]))[1]
    (tensor([2.]), tensor(1))
    """

    def __init__(self, *tensors: Any) -> None:
        if len({len(tensor) for tensor in tensors}) != 1:
            raise errors.error("row_counts")
        self.tensors = tensors

    def __getitem__(self, index: Any) -> Any:
        return tuple(tensor[index] for tensor in self.tensors)

    def __len__(self) -> int:
        return len(self.tensors[0])


class Subset(Dataset):
    """What is at some places of a dataset.

    >>> Subset(["a", "b", "c"], [2, 0])[0]
    'c'
    """

    def __init__(self, dataset: Any, indices: Sequence[int]) -> None:
        self.dataset, self.indices = dataset, indices

    def __getitem__(self, index: int) -> Any:
        return self.dataset[self.indices[index]]

    def __len__(self) -> int:
        return len(self.indices)


def random_split(dataset: Any, lengths: Sequence[float], generator: Any = None) -> list[Subset]:
    """Parts of a dataset, of the given lengths or shares of it, drawn at random.

    Raises ValueError where the lengths don't add up.

    >>> [len(part) for part in random_split(range(10), [0.7, 0.3])]
    [7, 3]
    """
    whole = len(dataset)
    if math.isclose(sum(lengths), 1) and sum(lengths) <= 1:
        counts = [math.floor(whole * share) for share in lengths]
        for k in range(whole - sum(counts)):  # what is left over goes round
            counts[k % len(counts)] += 1
    else:
        counts = [int(n) for n in lengths]
    if sum(counts) != whole:
        raise errors.error("split_lengths")
    order = lab.randperm(whole, **({} if generator is None else {"generator": generator})).tolist()
    ends = np.cumsum(counts).tolist()
    return [Subset(dataset, order[end - n : end]) for n, end in zip(counts, ends, strict=True)]


def default_collate(batch: Sequence[Any]) -> Any:
    """Samples as one batch: Tensors stacked, numbers in a Tensor, tuples, lists and dicts part by part.

    Raises TypeError for anything else, but text, which stays a list.

    >>> default_collate([(lab.tensor([1.0]), 5), (lab.tensor([2.0]), 6)])
    [tensor([[1.],
            [2.]]), tensor([5, 6])]
    """
    first = batch[0]
    if isinstance(first, lab.Tensor):
        return lab.stack(list(batch))
    if isinstance(first, np.ndarray | np.generic):
        return lab.as_tensor(np.stack(batch))
    if isinstance(first, float):
        return lab.tensor(batch, dtype=lab.float64)
    if isinstance(first, int):
        return lab.tensor(batch)
    if isinstance(first, str | bytes):
        return batch
    if isinstance(first, dict):
        return {key: default_collate([sample[key] for sample in batch]) for key in first}
    if isinstance(first, tuple | list):
        return [default_collate(part) for part in zip(*batch, strict=True)]
    raise errors.error("no_batch", got=type(first).__name__)


class DataLoader:
    """Goes through a dataset in batches, anew each time it is iterated.

    Args:
        dataset: anything with ``__getitem__`` and ``__len__``.
        batch_size: how many samples a batch has; the last one may have fewer, unless ``drop_last``.
        shuffle: whether in another order each time: the one PyTorch takes after the same ``manual_seed``.
        collate_fn: makes a batch of a list of samples; :func:`default_collate`, if left out.
        drop_last: leave out a last batch that is not full.
        generator: where the order is drawn from, in place of the one that all share.

    Raises ValueError for a ``batch_size`` below 1.

    >>> _ = lab.manual_seed(0)
    >>> for x, y in DataLoader(TensorDataset(lab.arange(3.0), lab.arange(3)), batch_size=2, shuffle=True):
    ...     print(x, y)
    tensor([0., 2.]) tensor([0, 2])
    tensor([1.]) tensor([1])
    """

    def __init__(
        self,
        dataset: Any,
        batch_size: int = 1,
        shuffle: bool = False,
        collate_fn: Callable[[list[Any]], Any] | None = None,
        drop_last: bool = False,
        generator: Any = None,
    ) -> None:
        if batch_size < 1:
            raise errors.error("batch_number", given=batch_size)
        self.dataset, self.batch_size, self.shuffle = dataset, batch_size, shuffle
        self.collate_fn, self.drop_last, self.generator = collate_fn or default_collate, drop_last, generator

    def __len__(self) -> int:
        full, rest = divmod(len(self.dataset), self.batch_size)
        return full + bool(rest and not self.drop_last)

    def __iter__(self) -> Iterator[Any]:
        self._seed()  # PyTorch draws a seed for its workers first, also where there are none
        return self._batches()

    def _seed(self) -> int:
        return int(lab.empty((), dtype=lab.int64).random_(generator=self.generator).item())

    def _order(self) -> list[int]:
        if not self.shuffle:
            return list(range(len(self.dataset)))
        source = self.generator or lab.Generator().manual_seed(self._seed())
        return lab.randperm(len(self.dataset), generator=source).tolist()  # type: ignore[no-any-return]

    def _batches(self) -> Iterator[Any]:
        order = self._order()
        for k in range(len(self)):
            places = order[k * self.batch_size : (k + 1) * self.batch_size]
            yield self.collate_fn([self.dataset[place] for place in places])
