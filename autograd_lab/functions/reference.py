"""What ``help()`` says of the functions that are made from the table: one line each, and an example.

The rest is the same for all, and put together from their entries: shapes, dtypes, errors, the derivative.
"""

from __future__ import annotations

from ..core.op import Op

# name: what it does, a call, and what the call shows
SAYS: dict[str, tuple[str, str, str]] = {
    "add": ("The sum of two Variables.", "add(tensor([1.0, 2.0]), 3)", "tensor([4., 5.])"),
    "sub": ("The difference of two Variables.", "sub(tensor([1.0, 2.0]), 3)", "tensor([-2., -1.])"),
    "mul": ("The product of two Variables.", "mul(tensor([1.0, 2.0]), 3)", "tensor([3., 6.])"),
    "div": ("The quotient of two Variables.", "div(tensor([1, 2]), 4)", "tensor([0.2500, 0.5000])"),
    "floor_divide": ("The quotient, rounded down.", "floor_divide(tensor([7, -7]), 2)", "tensor([ 3, -4])"),
    "remainder": ("What is left of a division rounded down.", "remainder(tensor([7, -7]), 4)", "tensor([3, 1])"),
    "fmod": ("What is left of a division rounded towards 0.", "fmod(tensor([7, -7]), 4)", "tensor([ 3, -3])"),
    "neg": ("Each number with its sign turned.", "neg(tensor([1.0, -2.0]))", "tensor([-1.,  2.])"),
    "pow": ("One to the power of the other.", "pow(tensor([2.0, 3.0]), 2)", "tensor([4., 9.])"),
    "maximum": ("The larger of two.", "maximum(tensor([1.0, 5.0]), tensor([3.0, 2.0]))", "tensor([3., 5.])"),
    "minimum": ("The smaller of two.", "minimum(tensor([1.0, 5.0]), tensor([3.0, 2.0]))", "tensor([1., 2.])"),
    "atan2": ("The angle of the point (other, input).", "atan2(tensor([1.0]), tensor([1.0]))", "tensor([0.7854])"),
    "addcmul": ("A Variable, and a product of two added to it.",
                "addcmul(tensor([1.0]), tensor([2.0]), tensor([3.0]))", "tensor([7.])"),
    "addcdiv": ("A Variable, and a quotient of two added to it.",
                "addcdiv(tensor([1.0]), tensor([6.0]), tensor([3.0]))", "tensor([3.])"),
    "lerp": ("From one to the other, as far as a weight says.",
             "lerp(tensor([0.0]), tensor([10.0]), 0.25)", "tensor([2.5000])"),
    "abs": ("How far each number is from 0.", "abs(tensor([1.0, -2.0]))", "tensor([1., 2.])"),
    "sign": ("-1, 0 or 1.", "sign(tensor([3.0, -2.0]))", "tensor([ 1., -1.])"),
    "exp": ("e to the power of each number.", "exp(tensor([0.0, 1.0]))", "tensor([1.0000, 2.7183])"),
    "exp2": ("2 to the power of each number.", "exp2(tensor([0.0, 3.0]))", "tensor([1., 8.])"),
    "expm1": ("exp(x) - 1, exact near 0.", "expm1(tensor([0.0, 1.0]))", "tensor([0.0000, 1.7183])"),
    "log": ("The natural logarithm.", "log(tensor([1.0, 2.0]))", "tensor([0.0000, 0.6931])"),
    "log2": ("The logarithm to base 2.", "log2(tensor([1.0, 8.0]))", "tensor([0., 3.])"),
    "log10": ("The logarithm to base 10.", "log10(tensor([1.0, 20.0]))", "tensor([0.0000, 1.3010])"),
    "log1p": ("log(1 + x), exact near 0.", "log1p(tensor([0.0, 1.0]))", "tensor([0.0000, 0.6931])"),
    "sqrt": ("The square root.", "sqrt(tensor([4.0, 9.0]))", "tensor([2., 3.])"),
    "rsqrt": ("1 over the square root.", "rsqrt(tensor([4.0]))", "tensor([0.5000])"),
    "square": ("Each number times itself.", "square(tensor([2.0, -3.0]))", "tensor([4., 9.])"),
    "reciprocal": ("1 over each number.", "reciprocal(tensor([2.0, 4.0]))", "tensor([0.5000, 0.2500])"),
    "sin": ("The sine of an angle in radians.", "sin(tensor([0.0, 1.0]))", "tensor([0.0000, 0.8415])"),
    "cos": ("The cosine of an angle in radians.", "cos(tensor([0.0, 1.0]))", "tensor([1.0000, 0.5403])"),
    "tan": ("The tangent of an angle in radians.", "tan(tensor([0.0, 1.0]))", "tensor([0.0000, 1.5574])"),
    "asin": ("The angle whose sine it is, in radians.", "asin(tensor([0.0, 1.0]))", "tensor([0.0000, 1.5708])"),
    "acos": ("The angle whose cosine it is, in radians.", "acos(tensor([0.0, 1.0]))", "tensor([1.5708, 0.0000])"),
    "atan": ("The angle whose tangent it is, in radians.", "atan(tensor([0.0, 1.0]))", "tensor([0.0000, 0.7854])"),
    "sinh": ("The hyperbolic sine.", "sinh(tensor([0.0, 1.0]))", "tensor([0.0000, 1.1752])"),
    "cosh": ("The hyperbolic cosine.", "cosh(tensor([0.0, 1.0]))", "tensor([1.0000, 1.5431])"),
    "tanh": ("The hyperbolic tangent, from -1 to 1.", "tanh(tensor([0.0, 1.0]))", "tensor([0.0000, 0.7616])"),
    "sigmoid": ("1 / (1 + exp(-x)), from 0 to 1.", "sigmoid(tensor([0.0, 1.0]))", "tensor([0.5000, 0.7311])"),
    "erf": ("The error function.", "erf(tensor([0.0, 1.0]))", "tensor([0.0000, 0.8427])"),
    "floor": ("The next integer down.", "floor(tensor([1.5, -1.5]))", "tensor([ 1., -2.])"),
    "ceil": ("The next integer up.", "ceil(tensor([1.5, -1.5]))", "tensor([ 2., -1.])"),
    "trunc": ("The next integer towards 0.", "trunc(tensor([1.5, -1.5]))", "tensor([ 1., -1.])"),
    "round": ("The nearest integer; of two the even one.", "round(tensor([1.4, 2.5]))", "tensor([1., 2.])"),
    "clamp": ("Each number held between two bounds.", "clamp(tensor([-2.0, 2.0]), -1, 1)", "tensor([-1.,  1.])"),
    "relu": ("What is positive; 0 for the rest.", "relu(tensor([-1.0, 1.0]))", "tensor([0., 1.])"),
    "eq": ("Where two are equal.", "eq(tensor([1.0, 2.0]), 2)", "tensor([False,  True])"),
    "ne": ("Where two differ.", "ne(tensor([1.0, 2.0]), 2)", "tensor([ True, False])"),
    "lt": ("Where the first is smaller.", "lt(tensor([1.0, 2.0]), 2)", "tensor([ True, False])"),
    "le": ("Where the first is no larger.", "le(tensor([1.0, 2.0]), 1)", "tensor([ True, False])"),
    "gt": ("Where the first is larger.", "gt(tensor([1.0, 2.0]), 1)", "tensor([False,  True])"),
    "ge": ("Where the first is no smaller.", "ge(tensor([1.0, 2.0]), 2)", "tensor([False,  True])"),
    "logical_and": ("Where both hold.", "logical_and(tensor([1, 0]), tensor([1, 1]))", "tensor([ True, False])"),
    "logical_or": ("Where one holds.", "logical_or(tensor([1, 0]), tensor([0, 0]))", "tensor([ True, False])"),
    "logical_xor": ("Where just one holds.", "logical_xor(tensor([1, 1]), tensor([0, 1]))", "tensor([ True, False])"),
    "logical_not": ("Where it does not hold.", "logical_not(tensor([1, 0]))", "tensor([False,  True])"),
    "bitwise_and": ("The bits that both have.", "bitwise_and(tensor([6]), tensor([3]))", "tensor([2])"),
    "bitwise_or": ("The bits that one has.", "bitwise_or(tensor([6]), tensor([3]))", "tensor([7])"),
    "bitwise_xor": ("The bits that just one has.", "bitwise_xor(tensor([6]), tensor([3]))", "tensor([5])"),
    "bitwise_not": ("All bits turned.", "bitwise_not(tensor([True, False]))", "tensor([False,  True])"),
    "isnan": ("Where it is no number.", "isnan(tensor([1.0, float('nan')]))", "tensor([False,  True])"),
    "isinf": ("Where it is infinite.", "isinf(tensor([1.0, float('inf')]))", "tensor([False,  True])"),
    "isfinite": ("Where it is finite.", "isfinite(tensor([1.0, float('inf')]))", "tensor([ True, False])"),
    "cumsum": ("Sums from the start to each place.", "cumsum(tensor([1.0, 2.0, 3.0]), 0)", "tensor([1., 3., 6.])"),
    "cumprod": ("Products from the start to each place.", "cumprod(tensor([1.0, 2.0, 3.0]), 0)", "tensor([1., 2., 6.])"),
    "argmax": ("Where the largest element is.", "argmax(tensor([1.0, 3.0, 2.0]))", "tensor(1)"),
    "argmin": ("Where the smallest element is.", "argmin(tensor([1.0, 3.0, 2.0]))", "tensor(0)"),
    "amax": ("The largest; equals share its gradient.", "amax(tensor([[1.0, 3.0]]), 1)", "tensor([3.])"),
    "amin": ("The smallest; equals share its gradient.", "amin(tensor([[1.0, 3.0]]), 1)", "tensor([1.])"),
    "all": ("Whether all hold.", "all(tensor([True, False]))", "tensor(False)"),
    "any": ("Whether one holds.", "any(tensor([True, False]))", "tensor(True)"),
    "inverse": ("The inverse of a square matrix.", "inverse(tensor([[2.0, 0.0], [0.0, 4.0]]))",
                "tensor([[0.5000, 0.0000],\n        [0.0000, 0.2500]])"),
    "det": ("The determinant of a square matrix.", "det(tensor([[2.0, 0.0], [0.0, 4.0]]))", "tensor(8.)"),
    "logdet": ("The logarithm of the determinant.", "logdet(tensor([[1.0, 0.0], [0.0, 1.0]]))", "tensor(0.)"),
    "roll": ("Each element moved on; the last come first.", "roll(tensor([1.0, 2.0, 3.0]), 1)", "tensor([3., 1., 2.])"),
    "diagonal": ("A view of the diagonal.", "diagonal(tensor([[1.0, 2.0], [3.0, 4.0]]))", "tensor([1., 4.])"),
    "sort": ("The elements in order, and where each was.", "sort(tensor([3.0, 1.0])).values", "tensor([1., 3.])"),
    "topk": ("The k largest, and where each was.", "topk(tensor([3.0, 1.0, 2.0]), 2).values", "tensor([3., 2.])"),
    "tril": ("What is on and below the diagonal.", "tril(tensor([[1.0, 2.0], [3.0, 4.0]]))",
             "tensor([[1., 0.],\n        [3., 4.]])"),
    "triu": ("What is on and above the diagonal.", "triu(tensor([[1.0, 2.0], [3.0, 4.0]]))",
             "tensor([[1., 2.],\n        [0., 4.]])"),
    "trace": ("The sum of the diagonal.", "trace(tensor([[1.0, 2.0], [3.0, 4.0]]))", "tensor(5.)"),
    "nan_to_num": ("Each NaN replaced, and each infinity by the greatest number there is.",
                   "nan_to_num(tensor([1.0, float('nan')]))", "tensor([1., 0.])"),
    "leaky_relu": ("The number, or a hundredth of it below 0.", "leaky_relu(tensor([-1.0, 2.0]))",
                   "tensor([-0.0100,  2.0000])"),
    "elu": ("The number, or exp(x) - 1 below 0 (Clevert et al. 2016).", "elu(tensor([-1.0, 2.0]))",
            "tensor([-0.6321,  2.0000])"),
    "silu": ("x sigmoid(x) (Elfwing et al. 2018).", "silu(tensor([0.0, 1.0]))", "tensor([0.0000, 0.7311])"),
    "gelu": ("x times the chance of a normal number below x (Hendrycks & Gimpel 2016).",
             "gelu(tensor([0.0, 1.0]))", "tensor([0.0000, 0.8413])"),
    "softplus": ("log(1 + exp(x)), a smooth relu.", "softplus(tensor([0.0]))", "tensor([0.6931])"),
    "clone": ("A copy that passes its gradient on.", "clone(tensor([1.0]))", "tensor([1.])"),
}  # fmt: skip


def text(op: Op) -> str:
    """The docstring of a function made from an entry."""
    says, call, shown = SAYS.get(op.name, (f"The operation ``{op.name}``.", "", ""))
    lines = [says, "", _shapes(op)]
    if op.local and op.elementwise:
        lines.append(f"Its local derivative is {', '.join(f'``{one}``' for one in op.local)}.")
    lines += ["", "Raises TypeError where no Variable is given" + _errors(op)]
    if call:
        lines += ["", f">>> {call}", *shown.split("\n")]
    return "\n".join(lines)


def in_place(op: Op) -> str:
    """The docstring of the function, or method, that changes its Variable."""
    says, call, shown = SAYS.get(op.name, (f"The operation ``{op.name}``.", "", ""))
    lines = [f"{says} Done in place: the Variable itself changes."]
    if call and op.arity == 1:
        lines += ["", f">>> {call.replace('(', '_(', 1)}", *shown.split("\n")]
    return "\n".join(lines)


def _shapes(op: Op) -> str:
    if not op.elementwise:
        return f"Takes ``{', '.join((*op.names[: op.arity], *op.params))}``; the dtype stays."
    dtype = "integers become floats" if op.floats else "dtypes are promoted as PyTorch's are"
    return f"Element by element; any shapes, which are broadcast; {dtype}."


def _errors(op: Op) -> str:
    return ", RuntimeError for shapes that don't fit together." if op.arity == 2 else "."
