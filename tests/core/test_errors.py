"""Every error, provoked for real: it names the Variable and the line, says what to do, in PyTorch's words."""

from __future__ import annotations

import linecache
from typing import Any

import numpy as np
import pytest

import autograd_lab as lab
from autograd_lab.base import errors

# kind of error: (code whose last line raises; type; what the message holds; PyTorch's own words)
W = "w = torch.tensor([1., 2.], requires_grad=True)\n"
CASES: dict[str, list[tuple[str, type[Exception], list[str], list[str]]]] = {
    "freed": [(W + "y = (w * w).sum()\ny.backward()\ny.backward()", RuntimeError,
               ["MulBackward0", "retain_graph=True"],
               ["Trying to backward through the graph a second time"])],
    "no_gradient": [("x = torch.tensor(1.)\nx.backward()", RuntimeError, ["`x`", "requires_grad=True"],
                     ["does not require grad and does not have a grad_fn"])],
    "not_scalar": [(W + "y = w * 2\ny.backward()", RuntimeError, ["`y`", "(2,)", ".sum()"],
                    ["grad can be implicitly created only for scalar outputs"])],
    "leaf_in_place": [(W + "w += 1", RuntimeError, ["`w`", "no_grad()"],
                       ["a leaf Variable that requires grad is being used in an in-place operation"])],
    "view_in_place": [(W + "v = w[:1]\nv += 1", RuntimeError, ["`v`", ".clone()"], ["a view of a leaf Variable"])],
    "integers_learn": [("torch.tensor([1, 2], requires_grad=True)", RuntimeError,
                        ["int64", "5. instead of 5"],
                        ["nly Tensors of floating point", "can require gradients"])],
    "wrong_shape": [(W + "w.grad = torch.ones(3)", RuntimeError, ["`w`", "(3,)", "(2,)"], ["gradient"]),
                    (W + "y = w * 2\ny.backward(torch.ones(3))", RuntimeError,
                     ["`y`", "(3,)", "(2,)"], ["shape"])],
    "wrong_dtype": [(W + "w.grad = torch.ones(2, dtype=torch.float64)", RuntimeError,
                     ["`w`", "float64", "float32"],
                     ["attempting to assign a gradient with dtype"])],
    "not_a_gradient": [(W + "w.grad = 5", TypeError, ["torch.tensor(...)"],
                        ["assigned grad expected to be a Tensor or None but got grad of type int"])],
    "no_numpy": [(W + "w.numpy()", RuntimeError, ["`w`", ".detach().numpy()"],
                  ["Can't call numpy() on", "requires grad"])],
    "not_one": [("x = torch.ones(3)\nx.item()", RuntimeError, ["`x`", "(3,)"],
                 ["a Tensor with 3 elements cannot be converted to Scalar"]),
                ("x = torch.ones(3)\nfloat(x)", ValueError, ["`x`", "(3,)"], [])],
    "not_an_index": [("x = torch.ones(3)\n[1, 2][x]", TypeError, ["`x`", "(3,)", "int(...)"],
                      ["only integer tensors of a single element can be converted to an index"])],
    "ambiguous": [("x = torch.ones(3)\nif x: pass", RuntimeError, ["`x`", "Reduce"],
                   ["Boolean value of Tensor with more than one value is ambiguous"]),
                  ("x = torch.ones(0)\nbool(x)", RuntimeError, ["`x`"],
                   ["Boolean value of Tensor with no value", "is ambiguous"])],
    "flag_of_result": [(W + "y = w * 2\ny.requires_grad = False", RuntimeError, ["`y`", ".detach()"],
                        ["you can only change requires_grad flags of leaf variables"])],
    "unused": [(W + "v = torch.ones(2, requires_grad=True)\ntorch.autograd.grad(w.sum(), v)", RuntimeError,
                ["`v`", "allow_unused=True"],
                ["differentiated Tensor", "appears to not have been used in the graph"])],
    "nothing_wanted": [(W + "torch.autograd.grad(w.sum(), [])", RuntimeError, ["Name what"],
                        ["`inputs` argument to `grad()` cannot be empty"])],
    "one_gradient_each": [(W + "torch.autograd.backward([w.sum(), w.sum()], [w.sum()])", RuntimeError,
                           ["one gradient for each"], ["got 2 tensors and 1 gradients"])],
    "shapes": [("torch.ones(2, 3) + torch.ones(4)", RuntimeError, ["left  (2, 3)", "right   (4,)"],
                ["size of tensor", "must match"]),
               ("torch.ones(2, 3) @ torch.ones(2, 3)", RuntimeError, ["left  (2, 3)", "transpose"],
                ["mat1 and mat2 shapes cannot be multiplied"]),
               ("x = torch.ones(2)\nx += torch.ones(2, 2)", RuntimeError, ["(2,)", "(2, 2)"], ["shape"])],
    "wont_fit": [("torch.ones(2, 3).reshape(4, -1)", RuntimeError, ["(2, 3)", "as many"],
                  ["shape '[4, -1]' is invalid for input of size 6"])],
    "no_such_part": [("x = torch.ones(2, 3)\nx[5]", IndexError, ["(2, 3)", "start at 0"],
                      ["index 5 is out of bounds for dimension 0 with size 2"])],
    "checked_dim": [("torch.ones(2, 3).sum(5)", IndexError, ["backwards"],
                     ["Dimension out of range (expected to be in range of [-2, 1], but got 5)"])],
    "same_dim_twice": [("torch.ones(2, 3).sum((0, 0))", RuntimeError, ["once"],
                        ["dim 0 appears multiple times in the list of dims"])],
    "too_many_axes": [("x = torch.ones(2, 3, 4)\nx.t()", RuntimeError, ["`x`", "(2, 3, 4)"],
                       ["t() expects a tensor with <= 2 dimensions, but self is 3D"])],
    "no_bools": [("torch.tensor([True]) - torch.tensor([False])", RuntimeError, ["x * 1"],
                  ["Subtraction, the `-` operator, with", "bool tensor", "is not supported"]),
                 ("-torch.tensor([True])", RuntimeError, ["x * 1"],
                  ["Negation, the `-` operator, on a bool tensor is not supported"]),
                 ("torch.relu(torch.tensor([True]))", RuntimeError, ["x * 1"], ["not supported"])],
    "whole_power": [("torch.tensor([2]) ** -1", RuntimeError, ["-1. instead of -1"],
                     ["Integers to negative integer powers are not allowed"])],
    "no_mean": [("x = torch.tensor([1, 2])\nx.mean()", RuntimeError, ["`x`", "int64", "point"],
                 ["mean(): could not infer output dtype", "Input dtype must be"])],
    "cant_retain": [("x = torch.ones(2)\nx.retain_grad()", RuntimeError, ["`x`", "requires_grad=True"],
                     ["can't retain_grad on Tensor that has requires_grad=False"])],
    "wont_hold": [("x = torch.tensor([1, 2])\nx += 1.5", RuntimeError, ["`x`", "new Variable"],
                   ["result type Float can't be cast to the desired output type Long"])],
    "not_a_variable": [("torch.exp(2.)", TypeError, ["torch.tensor(...)"],
                        ["exp(): argument 'input'", "must be Tensor, not float"]),
                       ("torch.matmul(torch.ones(2), 2)", TypeError, ["torch.tensor(...)"],
                        ["matmul(): argument", "must be Tensor, not int"]),
                       (W + "(w * 2).backward([1., 2.])", TypeError, ["gradient"], [])],
    "not_numbers": [("torch.tensor('a')", TypeError, ["holds numbers"], ["new(): invalid data type 'str'"])],
    "strings": [("torch.tensor(['a'])", ValueError, ["holds numbers"], ["too many dimensions 'str'"])],
    "not_inferred": [("torch.tensor(None)", RuntimeError, ["holds numbers"], ["Could not infer dtype of NoneType"])],
    "negative_size": [("torch.zeros(2, -1)", RuntimeError, ["(2, -1)"],
                       ["Dimension size must be non-negative"])],
}  # fmt: skip
ALL = [(name, *case) for name, cases in CASES.items() for case in cases]
EACH = pytest.mark.parametrize(("name", "code", "kind", "ours", "words"), ALL, ids=[c[0] for c in ALL])


def provoke(code: str, torch: Any) -> Exception:
    """Run a snippet as a cell of a notebook would be: its lines can be looked up."""
    file = f"<test {hash(code)}>"
    linecache.cache[file] = (len(code), None, code.splitlines(keepends=True), file)
    with pytest.raises(Exception) as raised:  # noqa: PT011
        exec(compile(code, file, "exec"), {"torch": torch, "np": np})
    return raised.value


@EACH
def test_it_says_what_where_and_what_to_do(name: str, code: str, kind: type, ours: Any, words: Any) -> None:
    error = provoke(code, lab)
    text, last = str(error), code.splitlines()[-1]
    assert type(error) is kind
    assert f"(line {len(code.splitlines())}: {last})" in text
    for part in [*ours, *words]:
        assert part in text
    assert text.endswith((".", "]", ")"))


@EACH
def test_pytorch_uses_the_same_words(
    name: str, code: str, kind: type, ours: Any, words: Any, torch: Any
) -> None:
    if not words:
        return  # PyTorch can do it, or says nothing worth repeating
    error = provoke(code, torch)
    assert isinstance(error, kind)
    for part in words:
        assert part in str(error)


def test_a_value_changed_in_place_is_named_with_the_node_that_saved_it(torch: Any) -> None:
    code = W + "h = w * 2\nout = (h * h).sum()\nh += 1\nout.backward()"
    for library in (lab, torch):
        text = str(provoke(code, library))
        assert "one of the variables needed for gradient computation has been modified by an inplace" in text
    assert "MulBackward0" in str(provoke(code, lab)) and ".clone()" in str(provoke(code, lab))


def test_names_are_found_in_functions_and_modules() -> None:
    inner = "def f(v):\n    y = v * 2\n    y.backward()\n"
    assert "`y`" in str(provoke(inner + "f(torch.ones(2, requires_grad=True))", lab))
    assert "a Variable of shape ()" in str(provoke("torch.ones(2).sum().backward()", lab))


def test_the_shape_of_what_has_no_name_is_said_once() -> None:
    with pytest.raises(RuntimeError, match=r": a Variable has shape \(2,\)\. Reduce it"):
        (lab.ones(2, requires_grad=True) * 2).backward()


def test_a_file_beside_the_package_is_the_users_own() -> None:
    """Its path starts like the package's."""
    code = compile("line()", errors.PACKAGE.rstrip("/\\") + "_extras/own.py", "eval")
    assert str(eval(code, {"line": errors.line})) == "(line 1)"
