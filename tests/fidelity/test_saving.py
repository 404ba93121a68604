"""torch.save and torch.load, and Modules as functions of their Parameters."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import pytest

import autograd_lab as lab

from .both import all_same, same

TO_A_FILE = """
import io
def again(x, **options):
    f = io.BytesIO(); torch.save(x, f); f.seek(0)
    return torch.load(f, **options)
x = torch.tensor([[1., 2.], [3., 4.]], requires_grad=True)
"""
SAVED = [
    "print(again(x), again(x).is_leaf, again(x) is x)",
    "print(again(torch.tensor([1, 2])), again(torch.tensor(2., dtype=torch.float64)), again(torch.zeros(0, 2)))",
    "print(again({'epoch': 3, 'loss': 0.5, 'x': [x, (x, None)], 'name': 'run', 'on': True}))",
    "print(again((x * 2).detach()), again(x.T.detach()).stride())",
    "print(again(torch.nn.Parameter(torch.ones(2))))",
    "net = torch.nn.Linear(2, 2); opt = torch.optim.Adam(net.parameters()); net(x).sum().backward(); opt.step()\n"
    "state = again({'net': net.state_dict(), 'opt': opt.state_dict()}, map_location='cpu')\n"
    "other = torch.nn.Linear(2, 2); print(other.load_state_dict(state['net']))\n"
    "print(torch.equal(other.weight, net.weight), type(state['net']).__name__, type(state['opt']).__name__)\n"
    "opt = torch.optim.Adam(other.parameters()); opt.load_state_dict(state['opt'])\n"
    "print(opt.state_dict()['state'][0]['exp_avg'].shape)",
    "net = torch.nn.Sequential(torch.nn.Linear(2, 1), torch.nn.MaxPool1d(1))\nagain(net)",
    "net = torch.nn.Sequential(torch.nn.Linear(2, 1), torch.nn.ReLU())\n"
    "print(again(net, weights_only=False), torch.equal(again(net, weights_only=False)(x), net(x)))",
    "torch.load('no such file')",
]


def test_what_is_saved_is_loaded(torch: Any) -> None:
    all_same([TO_A_FILE + code for code in SAVED], torch, exact=True)


def test_a_path_will_do(tmp_path: Path) -> None:
    path = tmp_path / "w.pt"
    lab.save(lab.tensor([1.0, 2.0]), path)
    assert lab.load(str(path)).tolist() == [1.0, 2.0]


class Harm:
    """What a file from elsewhere might hold: it calls what it likes when it is loaded."""

    def __reduce__(self) -> Any:
        return Path.touch, (Path("harm done"),)


def test_a_file_can_run_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    lab.save([Harm()], "w.pt")
    with pytest.raises(pickle.UnpicklingError, match="weights_only=False"):
        lab.load("w.pt")
    assert not Path("harm done").exists()


CALLED = """
from copy import deepcopy
torch.manual_seed(0)
call, nn = torch.func.functional_call, torch.nn
net = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1)); x = torch.ones(4, 2)
params = {name: p.detach() for name, p in net.named_parameters()}
"""
CALLS = [
    "print(torch.equal(call(net, params, (x,)), net(x)), torch.equal(call(net, params, x), net(x)))",
    "print(call(net, {'2.bias': torch.tensor([100.])}, x)); print(net[2].bias)",
    "grads = torch.func.grad(lambda p: call(net, p, x).pow(2).mean())(params)\nprint(grads)",
    "loss = lambda p, x: call(net, p, x).pow(2).sum()\n"
    "print(torch.vmap(torch.func.grad(loss), in_dims=(None, 0))(params, x)['0.weight'].shape)",
    "call(net, [params, params], x)",
    "call(net, {'2.bias': torch.ones(1)}, x, strict=True)",
    "print(call(net, [params, {}], args=(), kwargs={'input': x}).shape)",
    "bn = nn.BatchNorm1d(2)\nbuffers = {n: b.clone() for n, b in bn.named_buffers()}\n"
    "call(bn, buffers, x * torch.arange(4.)[:, None]); print(buffers, bn.running_mean)",
    "nets = [nn.Linear(2, 1) for _ in range(3)]; p, b = torch.func.stack_module_state(nets)\n"
    "print(p['weight'].shape, p['weight'].requires_grad, p['weight'].is_leaf, b)\n"
    "one = deepcopy(nets[0]); print(torch.vmap(lambda p, b, x: call(one, (p, b), (x,)), in_dims=(0, 0, None))(p, b, x).shape)",
    "torch.func.stack_module_state([])",
    "torch.func.stack_module_state([nn.Linear(1, 1), nn.Tanh()])",
    "tied = nn.Sequential(nn.Linear(2, 2)); tied.append(tied[0])\n"
    "print(call(tied, {'0.weight': torch.zeros(2, 2), '0.bias': torch.ones(2)}, x))",
]


@pytest.mark.parametrize("code", CALLS)
def test_a_module_is_a_function_of_its_parameters(code: str, torch: Any) -> None:
    same(CALLED + code, torch)
