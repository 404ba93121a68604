"""Optimizers and schedulers against PyTorch's: whole training runs, their state, what they refuse."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fidelity.both import same

OPTIMIZERS = [
    "SGD(ps, lr=0.1)", "SGD(ps)", "SGD(ps, 0.1, momentum=0.9)",
    "SGD(ps, 0.1, 0.9, dampening=0.5, weight_decay=0.1)", "SGD(ps, lr=0.1, momentum=0.9, nesterov=True)",
    "SGD(ps, lr=0.02, maximize=True)", "Adam(ps)", "Adam(ps, lr=0.1, betas=(0.8, 0.9), eps=1e-3)",
    "Adam(ps, lr=0.1, weight_decay=0.1, amsgrad=True)", "Adam(ps, lr=0.01, maximize=True)",
    "AdamW(ps, lr=0.1)", "AdamW(ps, lr=0.1, weight_decay=0.5)", "RMSprop(ps)",
    "RMSprop(ps, lr=0.05, alpha=0.9, momentum=0.9, weight_decay=0.1)", "RMSprop(ps, centered=True)",
    "Adagrad(ps, lr=0.5)",
    "Adagrad(ps, lr=0.5, lr_decay=0.1, weight_decay=0.1, initial_accumulator_value=0.2)",
]  # fmt: skip

START = """
torch.manual_seed(0)
model = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Tanh(), torch.nn.Linear(4, 1))
x, y = torch.randn(8, 3), torch.randn(8, 1)
ps = list(model.parameters())
def train(opt, steps):
    for _ in range(steps):
        opt.zero_grad()
        loss = torch.nn.functional.mse_loss(model(x), y)
        loss.backward()
        opt.step()
        print(loss.item().__format__('.5f'))
"""


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_training(optimizer: str, torch: Any) -> None:
    code = f"""
opt = torch.optim.{optimizer}; print(opt)
print(opt.state_dict())
train(opt, 10)
for p in ps: print(p)
print(opt.state_dict()["param_groups"], len(opt.state))
for k, state in opt.state_dict()["state"].items(): print(k, list(state), state.get("step"))
saved = opt.state_dict(); opt = torch.optim.{optimizer}; opt.load_state_dict(saved); train(opt, 3)
"""
    same(START + code, torch)


USES = {
    "groups": """
opt = torch.optim.SGD([{"params": ps[:2]}, {"params": ps[2], "lr": 0.5}], lr=0.1, momentum=0.9)
opt.add_param_group({"params": ps[3:], "weight_decay": 0.1})
print(opt); train(opt, 4); opt.param_groups[0]["lr"] = 0.; before = ps[0].clone(); train(opt, 1)
print(torch.equal(before, ps[0]), [len(g["params"]) for g in opt.param_groups])
""",
    "closure": """
opt = torch.optim.SGD(ps, lr=0.1)
def closure():
    opt.zero_grad(); loss = (model(x) - y).pow(2).mean(); loss.backward(); return loss
with torch.no_grad(): print(opt.step(closure)); print(opt.step(closure).requires_grad)
print(opt.step())
""",
    "zero_grad": """
opt = torch.optim.SGD(model.parameters(), lr=0.1); train(opt, 1)
grad = ps[0].grad; opt.zero_grad(set_to_none=False); print(grad, ps[0].grad is not None)
opt.zero_grad(); print(ps[0].grad); before = ps[0].clone(); opt.step(); print(torch.equal(before, ps[0]))
""",
    "one scalar": """
w = torch.tensor(2., requires_grad=True); opt = torch.optim.Adam([w], lr=0.1)
for _ in range(5):
    opt.zero_grad(); ((w - 3) ** 2).backward(); opt.step(); print(w)
""",
    "a subclass": """
class Sign(torch.optim.Optimizer):
    def __init__(self, params, lr): super().__init__(params, {"lr": lr})
    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                p -= group["lr"] * p.grad.sign()
                self.state[p]["seen"] = True
opt = Sign(ps, 0.01); print(opt); train(opt, 3); print(opt.state_dict())
""",
}


@pytest.mark.parametrize("code", USES.values(), ids=USES)
def test_uses(code: str, torch: Any) -> None:
    same(START + code, torch)


REFUSED = [
    "SGD([])", "SGD(ps[0])", "SGD([1])", "SGD([ps[0] * 2])", "SGD(set(ps))", "SGD({'params': 1})",
    "SGD([{'params': ps}, {'params': ps[:1]}])", "SGD([{'params': {ps[0]}}])", "SGD(ps, lr=-1)",
    "SGD(ps, momentum=-1)", "SGD(ps, weight_decay=-1)", "SGD(ps, nesterov=True)",
    "SGD(ps, momentum=1, dampening=1, nesterov=True)", "Adam(ps, lr=-1)", "Adam(ps, betas=(1, 0))",
    "Adam(ps, betas=(0, -1))", "Adam(ps, eps=-1)", "Adam(ps, weight_decay=-1)", "RMSprop(ps, alpha=-1)",
    "Adagrad(ps, lr_decay=-1)", "SGD(ps).add_param_group(ps)",
    "SGD(ps).load_state_dict(torch.optim.SGD(ps[1:]).state_dict())",
]  # fmt: skip


@pytest.mark.parametrize("code", REFUSED)
def test_refused_as_in_pytorch(code: str, torch: Any) -> None:
    same(f"{START}\ntorch.optim.{code}", torch)


SCHEDULERS = [
    "StepLR(opt, 3)", "StepLR(opt, 2, gamma=0.7)", "MultiStepLR(opt, [2, 5, 5], 0.3)",
    "ExponentialLR(opt, 0.9)", "CosineAnnealingLR(opt, 4)", "CosineAnnealingLR(opt, 7, eta_min=0.01)",
    "LinearLR(opt)", "LinearLR(opt, 1., 0.1, total_iters=8)", "LambdaLR(opt, lambda e: 0.95 ** e)",
    "LambdaLR(opt, [lambda e: 1 / (e + 1), lambda e: 2.])", "MultiplicativeLR(opt, lambda e: 0.9 + e / 100)",
    "ConstantLR(opt)", "ConstantLR(opt, 0.2, total_iters=8)", "PolynomialLR(opt, 15, power=2.)",
    "CosineAnnealingWarmRestarts(opt, 6)", "CosineAnnealingWarmRestarts(opt, 7, T_mult=2, eta_min=0.01)",
    "OneCycleLR(opt, 1., 25)", "OneCycleLR(opt, [1., 2.], epochs=5, steps_per_epoch=5, pct_start=0.5)",
    "OneCycleLR(opt, 1., 25, anneal_strategy='linear', three_phase=True, div_factor=2.)",
    "OneCycleLR(opt, 1., 25, cycle_momentum=False, final_div_factor=10.)",
]  # fmt: skip


@pytest.mark.parametrize("scheduler", SCHEDULERS)
def test_schedulers(scheduler: str, torch: Any) -> None:
    code = f"""
opt = torch.optim.SGD([{{"params": ps[:2]}}, {{"params": ps[2:], "lr": 0.7}}], lr=0.3)
sched = torch.optim.lr_scheduler.{scheduler}
for epoch in range(20):
    opt.step(); sched.step(); print(sched.last_epoch, sched.get_last_lr())
saved = sched.state_dict(); print(saved["last_epoch"], saved["base_lrs"]); print(opt)
sched = torch.optim.lr_scheduler.{scheduler}; sched.load_state_dict(saved)
opt.step(); sched.step(); print(sched.last_epoch)
sched = torch.optim.lr_scheduler.{scheduler.removesuffix(")")}, last_epoch=6); print(sched.get_last_lr())
sched.step(); print(sched.get_last_lr())
"""
    same(START + code, torch)


PLATEAUS = [
    "", "patience=1", "patience=0, factor=0.5, min_lr=0.02", "mode='max', patience=1",
    "patience=0, cooldown=2", "patience=1, threshold=0.5, threshold_mode='abs'",
    "patience=0, min_lr=[0.1, 0.2]", "mode='max', threshold_mode='abs', patience=0, threshold=0.2",
]  # fmt: skip


@pytest.mark.parametrize("options", PLATEAUS)
def test_reduce_on_plateau(options: str, torch: Any) -> None:
    code = f"""
opt = torch.optim.SGD([{{"params": ps[:2]}}, {{"params": ps[2:], "lr": 0.7}}], lr=0.3)
sched = torch.optim.lr_scheduler.ReduceLROnPlateau(opt, {options})
for loss in [3., 2., 2.5, 2.2, 2.1, torch.tensor(1.9), 1.8, 1.8, 1.8, 1.8, 1.0, 1.1, 1.2, 1.3, 1.4] * 2:
    sched.step(loss); print(sched.get_last_lr(), sched.num_bad_epochs, sched.best)
"""
    same(START + code, torch)


def test_one_cycle_with_adam_moves_the_first_beta(torch: Any) -> None:
    code = """
opt = torch.optim.Adam(ps, lr=0.1)
sched = torch.optim.lr_scheduler.OneCycleLR(opt, 0.5, total_steps=6, max_momentum=0.9, base_momentum=0.7)
for _ in range(6):
    print(sched.get_last_lr(), opt.param_groups[0]["betas"]); opt.step(); sched.step()
sched.step()
"""
    same(START + code, torch)


def test_restarts_go_to_an_epoch_between_two(torch: Any) -> None:
    code = """
opt = torch.optim.SGD(ps, lr=1.)
sched = torch.optim.lr_scheduler.CosineAnnealingWarmRestarts(opt, 2, T_mult=2)
for epoch in (0.5, 1.75, 2, 2.5, 7.25, 3):
    sched.step(epoch); print(sched.get_last_lr(), sched.last_epoch, float(sched.T_cur), sched.T_i)
sched.step(); print(sched.get_last_lr()); sched.step(-1)
"""
    same(START + code, torch)


@pytest.mark.parametrize("parts", [
    "lr.LinearLR(opt, 0.1, total_iters=4), lr.CosineAnnealingLR(opt, 10)",
    "lr.ConstantLR(opt, 0.1), lr.ExponentialLR(opt, 0.9)",
    "lr.LambdaLR(opt, lambda e: 1 / (e + 1)), lr.CosineAnnealingWarmRestarts(opt, 3)",
])  # fmt: skip
def test_one_scheduler_after_another(parts: str, torch: Any) -> None:
    code = f"""
lr = torch.optim.lr_scheduler
opt = torch.optim.SGD([{{"params": ps[:2]}}, {{"params": ps[2:], "lr": 0.7}}], lr=0.3)
sched = lr.SequentialLR(opt, [{parts}], milestones=[5])
for epoch in range(12):
    print(sched.last_epoch, sched.get_last_lr()); opt.step(); sched.step()
again = lr.SequentialLR(opt, [{parts}], milestones=[5]); again.load_state_dict(sched.state_dict())
opt.step(); again.step(); print(again.last_epoch, again.get_last_lr())
lr.SequentialLR(opt, [{parts}], milestones=[])
"""
    same(START + code, torch)


def test_schedulers_are_imported_by_name(torch: Any) -> None:
    """As scripts do: the module is there to import from, and holds no more than PyTorch's."""
    from autograd_lab.optim import lr_scheduler as ours
    from autograd_lab.optim.lr_scheduler import StepLR

    assert ours.StepLR is StepLR
    assert set(ours.__all__) <= set(dir(torch.optim.lr_scheduler))


def test_a_scheduler_of_ones_own(torch: Any) -> None:
    code = """
class Halve(torch.optim.lr_scheduler.LRScheduler):
    def get_lr(self): return [base / 2 ** self.last_epoch for base in self.base_lrs]
opt = torch.optim.SGD(ps, lr=1.); sched = Halve(opt)
for _ in range(3): opt.step(); sched.step(); print(sched.get_last_lr())
"""
    same(START + code, torch)


SCHEDULERS_REFUSED = [
    "StepLR(1, 2)", "LambdaLR(opt, [])", "LinearLR(opt, 0.)", "LinearLR(opt, 1., 2.)",
    "StepLR(opt, 2, last_epoch=3)", "ReduceLROnPlateau(opt, factor=1.)", "ReduceLROnPlateau(opt, mode='up')",
    "ReduceLROnPlateau(opt, min_lr=[1, 2])", "ReduceLROnPlateau(opt, threshold_mode='up')",
    "ReduceLROnPlateau(1)", "OneCycleLR(opt, 1.)", "OneCycleLR(opt, 1., 0)", "ConstantLR(opt, 2.)",
    "OneCycleLR(opt, 1., 9, pct_start=2.)", "OneCycleLR(opt, 1., 9, anneal_strategy='up')",
    "OneCycleLR(torch.optim.Adagrad(ps), 1., 9)", "CosineAnnealingWarmRestarts(opt, 0)",
    "CosineAnnealingWarmRestarts(opt, 2, 0.5)",
]  # fmt: skip


@pytest.mark.parametrize("code", SCHEDULERS_REFUSED)
def test_schedulers_refused_as_in_pytorch(code: str, torch: Any) -> None:
    same(f"{START}\nopt = torch.optim.SGD(ps, lr=1.)\ntorch.optim.lr_scheduler.{code}", torch)
