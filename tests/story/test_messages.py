"""Every error that a learner's code can raise is told from the catalogue, in each language."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import autograd_lab as lab
from autograd_lab.base.errors import FIELD
from autograd_lab.base.messages import MESSAGES
from autograd_lab.story import words

from .test_failures import stopped

PACKAGE = Path(lab.__file__).parent
# What pictures, files and commands say of themselves: no PyTorch code meets it.
ELSEWHERE = {"story", "faces", "course", "files", "recorder", "rerun", "replay"}
ELSEWHERE |= {"command", "doctor", "lessons", "magic"}
FILLED_IN = {"line", "made", "result", "values", "held", "got", "what"}  # by errors.error() itself

SOURCES = {path.relative_to(PACKAGE): ast.parse(path.read_text()) for path in PACKAGE.rglob("*.py")}
LEARNERS = {
    path: tree for path, tree in SOURCES.items() if path.parts[0].removesuffix(".py") not in ELSEWHERE
}


def raised(tree: ast.AST) -> Iterator[ast.Call]:
    """The exceptions that are made where they are raised.

    Not in ``__getattr__``: it is asked often, by hasattr(), and answers in Python's own words.
    """
    for part in ast.iter_child_nodes(tree):
        if isinstance(part, ast.FunctionDef) and part.name == "__getattr__":
            continue
        if isinstance(part, ast.Raise) and isinstance(part.exc, ast.Call):
            yield part.exc
        if isinstance(part, ast.Assert) and part.msg:
            yield ast.Call(ast.Name("AssertionError"), [part.msg], [])
        yield from raised(part)


def test_no_error_is_raised_with_a_text_of_its_own() -> None:
    found = [
        f"{path}: {ast.unparse(call)}"
        for path, tree in LEARNERS.items()
        for call in raised(tree)
        if re.search(r"(Error|Exception)$", ast.unparse(call.func))
    ]
    assert found == []


def told() -> Iterator[tuple[str, set[str]]]:
    """Which messages are told by their name, and with which parts."""
    for tree in LEARNERS.values():
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and ast.unparse(call.func) in ("error", "errors.error"):
                key, parts = call.args[0], {word.arg for word in call.keywords}
                if isinstance(key, ast.Constant) and None not in parts:
                    yield key.value, {name for name in parts if name}


def test_an_error_is_given_the_parts_of_its_text() -> None:
    wanted = {
        key: {field.split(".")[0] for field in re.findall(FIELD, text)} for key, (_, text) in MESSAGES.items()
    }
    assert {key: wanted[key] - parts for key, parts in told() if wanted[key] - parts - FILLED_IN} == {}


def test_no_message_is_left_that_nothing_says() -> None:
    named = {
        one.value
        for path, tree in LEARNERS.items()
        if not path.name.startswith("messages")
        for one in ast.walk(tree)
        if isinstance(one, ast.Constant)
    }
    assert set(MESSAGES) - named == set()


LEARNS = "x = torch.tensor([1.0, 2.0], requires_grad=True)\n"
DUAL = LEARNS + "ad = torch.autograd.forward_ad\n"
CALLS = LEARNS + "F = torch.autograd.functional\n"
OPTIMIZER = "optimizer = torch.optim.SGD([torch.ones(1, requires_grad=True)], lr=0.1)\n"
LINEAR = "layer = torch.nn.Linear(2, 1)\n"
RATES = OPTIMIZER + "rates = torch.optim.lr_scheduler\n"
PRUNE = LINEAR + "prune = torch.nn.utils.prune\n"
PARAMETRIZE = LINEAR + "parametrize = torch.nn.utils.parametrize\n"
CODE = {
    # layers
    "conv_groups": "torch.nn.Conv1d(3, 4, 1, groups=2)",
    "conv_padding": "torch.nn.Conv1d(1, 1, 1, padding='full')",
    "conv_same": "torch.nn.Conv1d(1, 1, 1, stride=2, padding='same')",
    "conv_output": "torch.nn.ConvTranspose1d(1, 1, 1)(torch.ones(1, 1, 3), output_size=[9])",
    "dropout": "torch.nn.Dropout(2.0)",
    "no_size": "torch.nn.RNN(0, 1)",
    "no_layers": "torch.nn.RNN(1, 1, num_layers=0)",
    "layer_dropout": "torch.nn.RNN(1, 1, dropout=2.0)",
    "nonlinearity": "torch.nn.RNN(1, 1, nonlinearity='sin')",
    "no_such_row": "torch.nn.Embedding(2, 3, padding_idx=5)",
    "padding_row": "torch.nn.functional.embedding(torch.tensor([0]), torch.ones(2, 3), padding_idx=5)",
    "norm_axes": "torch.nn.BatchNorm1d(2)(torch.ones(2, 2, 2, 2))",
    # Modules
    "no_module": LINEAR + "layer.get_submodule('weight')",
    "not_held": LINEAR + "layer.get_parameter('wight')",
    "train_mode": LINEAR + "layer.train(1)",
    "state_type": LINEAR + "layer.load_state_dict([1])",
    "state_differs": LINEAR + "layer.load_state_dict({'weight': torch.ones(3), 'wight': torch.ones(1)})",
    "gain": "torch.nn.init.calculate_gain('sin')",
    "fan_axes": "torch.nn.init.xavier_normal_(torch.ones(3))",
    "eye_axes": "torch.nn.init.eye_(torch.ones(3))",
    "orthogonal_axes": "torch.nn.init.orthogonal_(torch.ones(3))",
    "fan_mode": "torch.nn.init.kaiming_normal_(torch.ones(3, 3), mode='fan')",
    "no_clip": LINEAR + "(layer(torch.ones(2)) * float('inf')).backward()\n"
    "torch.nn.utils.clip_grad_norm_(layer.parameters(), 1.0, error_if_nonfinite=True)",
    "vector_type": LINEAR + "torch.nn.utils.vector_to_parameters(1, layer.parameters())",
    "parametrized_type": PARAMETRIZE
    + "class Odd(torch.nn.Module):\n    def forward(self, x): return int()\n"
    + "parametrize.register_parametrization(layer, 'weight', Odd())",
    "not_to_parametrize": PARAMETRIZE + "parametrize.register_parametrization(layer, 'wight', layer)",
    "not_parametrized": PARAMETRIZE + "parametrize.remove_parametrizations(layer, 'weight')",
    "amount_type": PRUNE + "prune.l1_unstructured(layer, 'weight', amount='all')",
    "amount_range": PRUNE + "prune.l1_unstructured(layer, 'weight', amount=2.5)",
    "amount_size": PRUNE + "prune.l1_unstructured(layer, 'weight', amount=9)",
    "structured_axes": PRUNE + "prune.ln_structured(layer, 'bias', amount=1, n=2, dim=0)",
    "not_pruned": PRUNE + "prune.remove(layer, 'weight')",
    # learning rates
    "restart_periods": RATES + "rates.CosineAnnealingWarmRestarts(optimizer, T_0=0)",
    "total_steps": RATES + "rates.OneCycleLR(optimizer, max_lr=1.0)",
    "pct_start": RATES + "rates.OneCycleLR(optimizer, max_lr=1.0, total_steps=3, pct_start=2.0)",
    "anneal": RATES + "rates.OneCycleLR(optimizer, max_lr=1.0, total_steps=3, anneal_strategy='sin')",
    "milestones": RATES + "rates.SequentialLR(optimizer, [rates.StepLR(optimizer, 1)], milestones=[1])",
    "no_optimizer": RATES + "rates.StepLR(int(), 1)",
    "rate_functions": RATES + "rates.LambdaLR(optimizer, [])",
    "rate_factors": RATES + "rates.LinearLR(optimizer, start_factor=2.0)",
    "rate_factor": RATES + "rates.ConstantLR(optimizer, factor=2.0)",
    "plateau_factor": RATES + "rates.ReduceLROnPlateau(optimizer, factor=2.0)",
    "plateau_mode": RATES + "rates.ReduceLROnPlateau(optimizer, mode='least')",
    "least_rates": RATES + "rates.ReduceLROnPlateau(optimizer, min_lr=[1.0, 2.0])",
    # autograd
    "nested_levels": DUAL + "with ad.dual_level(), ad.dual_level(): pass",
    "no_level_to_leave": DUAL + "ad.exit_dual_level()",
    "no_level": DUAL + "ad.make_dual(x, x)",
    "whole_tangent": DUAL + "with ad.dual_level(): ad.make_dual(torch.tensor([1]), torch.tensor([1]))",
    "tangent_shape": DUAL + "with ad.dual_level(): ad.make_dual(x, torch.ones(3))",
    "tensors_only": CALLS + "F.jacobian(lambda x: x.tolist(), x)",
    "single_tensor": CALLS + "F.hessian(lambda x: (x, x), x)",
    "single_element": CALLS + "F.hessian(lambda x: x, x)",
    "strict_output": CALLS + "F.jacobian(lambda x: torch.ones(1), x, strict=True)",
    "strict_input": CALLS + "F.jacobian(lambda x, y: x * 2, (x, x), strict=True)",
    "v_left_out": CALLS + "F.vjp(lambda x: x, x)",
    "v_shapes": CALLS + "F.vjp(lambda x: x, x, torch.ones(3))",
    "strategy": CALLS + "F.jacobian(lambda x: x, x, strategy='forward')",
    "forward_only": CALLS + "F.jacobian(lambda x: x, x, strategy='forward-mode')",
    "strict_alone": CALLS + "F.jacobian(lambda x: x, x, strict=True, vectorize=True)",
    "checks_nothing": LEARNS + "torch.autograd.gradcheck(torch.exp, x, check_backward_ad=False)",
    "nothing_learns": "torch.autograd.gradcheck(torch.exp, torch.ones(2))",
    "wrong_jacobian": LEARNS + "torch.autograd.gradcheck(lambda x: x * x.detach(), x.double())",
    "no_edge": "torch.autograd.graph.get_gradient_edge(torch.ones(2))",
    "hook_mode": LEARNS + "torch.autograd.graph.register_multi_grad_hook([x], print, mode='some')",
    "hooks_learn": "torch.autograd.graph.register_multi_grad_hook([torch.ones(2)], print)",
    # func
    "grad_of_number": LEARNS + "torch.func.grad(torch.exp)(x)",
    "by_tensors": "torch.func.grad(torch.exp)(1.0)",
    "by_floats": "torch.func.grad(torch.exp)(torch.tensor(1))",
    "argnums": LEARNS + "torch.func.grad(torch.sum, argnums=3)(x)",
    "has_aux": LEARNS + "torch.func.grad(torch.sum, has_aux=True)(x)",
    "cotangents": LEARNS + "torch.func.vjp(torch.exp, x)[1]((x, x))",
    "tangents": LEARNS + "torch.func.jvp(torch.exp, (x,), x)",
    "odd_names": LINEAR + "torch.func.functional_call(layer, {'wight': 1}, torch.ones(2), strict=True)",
    "one_class": "torch.func.stack_module_state([])",
    "no_axis_to_slice": LEARNS + "torch.func.vmap(torch.exp, in_dims=3)(x)",
    "slice_sizes": LEARNS + "torch.func.vmap(torch.mul)(x, torch.ones(3))",
    "slice_dims": LEARNS + "torch.func.vmap(torch.exp, in_dims=(0, 0))(x)",
    "slice_returns": LEARNS + "torch.func.vmap(lambda x: 1)(x)",
    "slices_differ": LEARNS + "torch.func.vmap(torch.exp, out_dims=None)(x)",
    # random numbers
    "random_floats": "torch.rand(2, dtype=torch.int64)",
    "random_device": "torch.rand(2, device='cuda')",
    "seed": "torch.manual_seed(2**70)",
    "uniform": "torch.ones(2).uniform_(2, 1)",
    "normal_std": "torch.ones(2).normal_(0, -1)",
    "probability": "torch.bernoulli(torch.tensor([2.0]))",
    "exponential": "torch.ones(2).exponential_(-1)",
    "integers": "torch.randint(3, 3, (2,))",
    "integer_range": "torch.randint(0, 1000, (2,), dtype=torch.uint8)",
    "randint": "torch.randint(3)",
    "randint_size": "torch.randint(1, 3, 2)",
    "normal_size": "torch.normal(0.0, 1.0)",
    "normal_shapes": "torch.normal(torch.ones(2), torch.ones(3))",
    "normal_stds": "torch.normal(torch.ones(2), -torch.ones(2))",
    "multinomial_axes": "torch.multinomial(torch.tensor([1, 2]), 1)",
    "multinomial_count": "torch.multinomial(torch.ones(2), 3)",
    "multinomial_weights": "torch.multinomial(torch.zeros(2), 1)",
    "random_size": "torch.rand('2')",
    "random_negative": "torch.rand(-2)",
    # data, dtypes
    "no_getitem": "torch.utils.data.Dataset()[0]",
    "row_counts": "torch.utils.data.TensorDataset(torch.ones(2), torch.ones(3))",
    "split_lengths": "torch.utils.data.random_split([1, 2], [1, 2])",
    "no_batch": "torch.utils.data.default_collate([object()])",
    "batch_number": "torch.utils.data.DataLoader([1, 2], batch_size=0)",
    "default_dtype": "torch.set_default_dtype(torch.int64)",
    "not_a_dtype": "torch.zeros(2, dtype='float')",
}


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    yield
    lab.set_language("en")


@pytest.mark.parametrize("code", words.LANGUAGES)
@pytest.mark.parametrize("key", CODE)
def test_an_error_is_told_in_the_language_that_was_chosen(key: str, code: str) -> None:
    lab.set_language(code)
    said = stopped(CODE[key]).scene["steps"][-1]["say"]
    for text in re.split(FIELD, words.language(code).errors[key])[::2]:  # what stands between its parts
        assert text.replace("`", "") in said.replace("`", "").replace("{{", "{").replace("}}", "}")
