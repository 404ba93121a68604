"""torch.utils.data: the same batches, in the same order after the same seed."""

from __future__ import annotations

from typing import Any

import pytest

from .both import same

START = """
torch.manual_seed(3)
data = torch.utils.data
rows = data.TensorDataset(torch.arange(14.).view(7, 2), torch.arange(7))
class Squares(data.Dataset):
    def __init__(self, kind): self.kind = kind
    def __len__(self): return 5
    def __getitem__(self, k): return self.kind(k)
"""
SNIPPETS = [
    "for shuffle in (False, True):\n    loader = data.DataLoader(rows, batch_size=3, shuffle=shuffle)\n"
    "    print(len(loader), list(loader), list(loader))\nprint(torch.rand(2))",
    "print(len(data.DataLoader(rows, 3, drop_last=True)), list(data.DataLoader(rows, 3, drop_last=True)))",
    "print(list(data.DataLoader(rows, 4, shuffle=True, generator=torch.Generator().manual_seed(5))))\nprint(torch.rand(1))",
    "print(next(iter(data.DataLoader(rows, 2, collate_fn=len))), rows[2], rows[1:3], len(rows))",
    "print([p.indices for p in data.random_split(rows, [4, 3])], torch.rand(1))",
    "print([len(p) for p in data.random_split(rows, [.5, .25, .25], generator=torch.Generator().manual_seed(1))])",
    "part = data.Subset(rows, [5, 0]); print(len(part), part[0], list(data.DataLoader(part, 2)))",
    "print(list(data.DataLoader(Squares(lambda k: k * k), 2)))",
    "print(list(data.DataLoader(Squares(lambda k: (k / 2, str(k), {'a': np.ones(2, np.float32) * k, 'b': [k, k]})), 3)))",
    "print(list(data.DataLoader(Squares(lambda k: np.float32(k)), 5)), data.default_collate([True, False]))",
    "list(data.DataLoader(Squares(lambda k: None), 2))",
    "data.DataLoader(rows, 0)", "data.random_split(rows, [1, 2])", "data.Dataset()[0]",
    "data.TensorDataset(torch.ones(2), torch.ones(3))",
]  # fmt: skip


@pytest.mark.parametrize("code", SNIPPETS)
def test_the_same_batches(code: str, torch: Any) -> None:
    same(START + code, torch)


def test_it_is_imported_as_scripts_do() -> None:
    import autograd_lab as lab
    from autograd_lab.utils.data import DataLoader

    assert lab.utils.data.DataLoader is DataLoader
