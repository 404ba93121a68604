"""Where random numbers come from: for one seed, what PyTorch's CPU generator gives, to the last bit.

The generator is the Mersenne Twister (Matsumoto and Nishimura 1998), which NumPy has too. Normal numbers
come from it by Box and Muller's transform (1958), in PyTorch's two ways: two at a time, or 16 at a time.

PyTorch itself differs between processors in two places. Its float32 normal numbers, 16 and more, are these on
x86 with AVX2; elsewhere a last bit may differ. ``bernoulli_`` with one probability, and so dropout, draws
from another generator on Intel's processors, and so other numbers; elsewhere its numbers are these.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from typing import Any

import numpy as np

from .base import errors


# ------------------------------------------------------------------ dtypes
def _working(dtype: Any, what: str) -> Any:
    """The dtype that floats of ``dtype`` are worked out in: float32 for float16."""
    dtype = np.dtype(dtype)
    if dtype.kind != "f":
        raise errors.error("random_floats", drawn=what, dtype=dtype)
    return np.dtype(np.float64 if dtype == np.float64 else np.float32)


def greatest(dtype: Any) -> int:
    """The greatest integer up to which the dtype has all of them."""
    dtype = np.dtype(dtype)
    if dtype.kind == "f":
        return int(2 ** (np.finfo(dtype).nmant + 1))
    return 1 if dtype == np.bool_ else int(np.iinfo(dtype).max)


def _range(dtype: Any) -> tuple[float, float]:
    dtype = np.dtype(dtype)
    if dtype.kind == "f":
        return float(np.finfo(dtype).min), float(np.finfo(dtype).max)
    return (0, 1) if dtype == np.bool_ else (int(np.iinfo(dtype).min), int(np.iinfo(dtype).max))


# ------------------------------------------------------------------ mathematics, rounded as PyTorch's
def _each(function: Callable[[float], float], array: Any) -> Any:
    """A function of the C library, as PyTorch uses it for float64; NumPy's may differ in the last bit."""
    return np.array([function(x) for x in array.ravel().tolist()]).reshape(array.shape)


def _fused(x: Any, scale: Any, shift: Any) -> Any:
    """``x * scale + shift``, rounded once, as processors do it."""
    if x.dtype == np.float32:
        return (x.astype(np.float64) * scale + shift).astype(np.float32)
    # What rounding took from the product (Dekker 1971) and from the sum (Knuth 1969) is added at the end.
    product = x * scale
    (x1, x2), (s1, s2) = _halves(x), _halves(scale)
    lost = ((x1 * s1 - product) + x1 * s2 + x2 * s1) + x2 * s2
    total = product + shift
    part = total - product
    return total + ((product - (total - part)) + (shift - part) + lost)


def _halves(x: Any) -> tuple[Any, Any]:
    """A float64 as a sum of two numbers with half its digits."""
    scaled = x * (2.0**27 + 1)
    upper = scaled - (scaled - x)
    return upper, x - upper


def _box_muller(uniform: Any) -> Any:
    """Blocks of 16: the first eight give the radius, the last eight the angle."""
    blocks = uniform.reshape(-1, 2, 8)
    angle = blocks.dtype.type(2 * math.pi) * blocks[:, 1]
    if blocks.dtype == np.float32:
        radius, (sine, cosine) = np.sqrt(-2 * _log(1 - blocks[:, 0])), _sine_cosine(angle)
    else:
        radius = np.sqrt(-2 * _each(math.log, 1 - blocks[:, 0]))
        sine, cosine = _each(math.sin, angle), _each(math.cos, angle)
    return np.stack([radius * cosine, radius * sine], axis=1).ravel()


# Moshier's Cephes library, logf.c and sinf.c: polynomials, highest power first, and constants in parts, so
# that a whole number times the first part is exact.
LOG = np.array([
    7.0376836292e-2, -1.1514610310e-1, 1.1676998740e-1, -1.2420140846e-1, 1.4249322787e-1,
    -1.6668057665e-1, 2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1,
], np.float32)  # fmt: skip
SINE = np.array([-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1], np.float32)
COSINE = np.array([2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2], np.float32)
LOG_2 = np.array([-2.12194440e-4, 0.693359375], np.float32)
QUARTER_PI = np.array([0.78515625, 2.4187564849853515625e-4, 3.77489497744594108e-8], np.float32)


def _polynomial(x: Any, factors: Any) -> Any:
    out = np.full_like(x, factors[0])
    for factor in factors[1:]:
        out = _fused(out, x, factor)
    return out


def _log(x: Any) -> Any:
    """The natural logarithm of positive float32 numbers."""
    x, power = np.frexp(x)
    low = x < np.float32(math.sqrt(0.5))
    power = (power - low).astype(np.float32)
    x = np.where(low, (x - 1) + x, x - 1)
    square = x * x
    out = _fused(_polynomial(x, LOG) * x, square, power * LOG_2[0])
    return _fused(power, LOG_2[1], x + _fused(square, np.float32(-0.5), out))


def _sine_cosine(x: Any) -> tuple[Any, Any]:
    """Sine and cosine of float32 numbers that are not negative."""
    octant = ((x * np.float32(4 / math.pi)).astype(np.int32) + 1) & ~1
    for part in QUARTER_PI:
        x = _fused(octant.astype(np.float32), -part, x)
    square = x * x
    cosine = _fused(_polynomial(square, COSINE) * square, square, square * np.float32(-0.5)) + np.float32(1)
    sine = _fused(_polynomial(square, SINE) * square, x, x)
    swap = octant & 2 != 0
    sine, cosine = np.where(swap, cosine, sine), np.where(swap, sine, cosine)
    return np.where(octant & 4, -sine, sine), np.where((octant + 2) & 4, -cosine, cosine)


# ------------------------------------------------------------------ the generator
def on_cpu(device: Any) -> None:
    """Raises RuntimeError for a device other than the CPU, the only one there is."""
    if device is not None and str(device).partition(":")[0] != "cpu":
        raise errors.error("random_device", given=repr(str(device)))


# A generator's state, byte for byte as PyTorch stores it.
STATE = np.dtype(
    {
        "names": ["seed", "left", "seeded", "next", "key", "spare", "has_spare"],
        "formats": ["<u8", "<i4", "<i4", "<u8", "624<u8", "<f8", "<i4"],
        "offsets": [0, 8, 12, 16, 24, 5024, 5040],
        "itemsize": 5056,
    }
)


class Generator:
    """A stream of random numbers; what it draws depends on its seed alone.

    >>> generator = Generator().manual_seed(0)
    >>> generator.uniform(2, np.float64).round(4).tolist()
    [0.9701, 0.7078]
    """

    def __init__(self, device: Any = "cpu") -> None:
        on_cpu(device)
        self._bits: Any = None  # made on first use, which loads NumPy's random numbers
        self._seed = 67280421310721
        self._spare: float | None = None  # the second number of a Box-Muller pair

    def manual_seed(self, seed: int) -> Generator:
        """Start anew. Raises ValueError for a seed outside -2**63 ... 2**64 - 1."""
        if not -(2**63) <= seed < 2**64:
            raise errors.error("seed", given=seed)
        self._seed, self._bits, self._spare = int(seed) % 2**64, None, None
        return self

    def seed(self) -> int:
        """Start anew with a seed from the operating system, and return it."""
        return self.manual_seed(int.from_bytes(os.urandom(8))).initial_seed()

    def initial_seed(self) -> int:
        """The seed that it last started with, as a number that is not negative."""
        return self._seed

    def get_state(self) -> Any:
        """All that decides what comes next, as 5056 uint8 numbers, the same as PyTorch's."""
        self._words(0)
        key, position = self._bits.state["state"].values()
        fresh = position == 624 and key[0] == self._seed % 2**32
        state = np.zeros(1, STATE)
        state["seed"], state["left"], state["seeded"] = self._seed, 625 - position, 1
        state["next"], state["key"] = 0 if fresh else position, key
        state["spare"], state["has_spare"] = self._spare or 0.0, self._spare is not None
        from .core.variable import Variable

        return Variable(state.view(np.uint8))

    def set_state(self, state: Any) -> None:
        """Go on from where ``get_state`` was called.

        Raises TypeError for numbers that are not uint8, RuntimeError for another count of them.
        """
        numbers = state.numpy()
        if numbers.dtype != np.uint8:
            raise errors.error("state_dtype", dtype=numbers.dtype)
        if numbers.size != STATE.itemsize:
            raise errors.error("state_size", want=STATE.itemsize, got=numbers.size)
        given = np.ascontiguousarray(numbers).view(STATE)[0]
        self.manual_seed(int(given["seed"]))._words(0)
        at = {"key": given["key"].astype(np.uint32), "pos": 625 - int(given["left"])}
        self._bits.state = {"bit_generator": "MT19937", "state": at}
        self._spare = float(given["spare"]) if given["has_spare"] else None

    # ------------------------------------------------------- flat arrays of n numbers
    def _words(self, n: int) -> Any:
        """Integers of 32 random bits."""
        if self._bits is None:
            self._bits = np.random.MT19937()
            self._bits._legacy_seeding(self._seed % 2**32)
        return self._bits.random_raw(n)

    def _long_words(self, n: int) -> Any:
        """Integers of 64 random bits."""
        pairs = self._words(2 * n).reshape(n, 2)
        return pairs[:, 0] << np.uint64(32) | pairs[:, 1]

    def uniform(self, n: int, dtype: Any, low: float = 0.0, high: float = 1.0) -> Any:
        """Numbers from ``low`` to ``high``, which is left out. Raises NotImplementedError for integers."""
        work = _working(dtype, "uniform")
        if low > high:
            raise errors.error("uniform", low=low, high=high)
        bits = 53 if work == np.float64 else 24
        words = self._long_words(n) if bits == 53 else self._words(n)
        unit = ((words & np.uint64(2**bits - 1)) / 2**bits).astype(work)
        start, end = work.type(low), work.type(high)
        out = _fused(unit, end - start, start).astype(dtype)
        out[out == end.astype(dtype)] = start  # rounding may have led there
        return out

    def normal(self, n: int, dtype: Any, mean: float = 0.0, std: float = 1.0, whole: bool = True) -> Any:
        """Normal numbers; ``whole`` says that they go to one piece of memory, from first to last.

        Raises NotImplementedError for integers, RuntimeError for a negative ``std``.
        """
        work = _working(dtype, "normal")
        if not std >= 0:
            raise errors.error("normal_std", std=std)
        if n < 16 or not whole:
            return _fused(self._pairs(n), std, mean).astype(dtype)
        in_blocks = n - n % 16
        unit = np.zeros(n, work)
        drawn = n if work == dtype else in_blocks  # float16 leaves out what the last block replaces
        unit[:drawn] = self.uniform(drawn, work)
        unit[:in_blocks] = _box_muller(unit[:in_blocks])
        if n % 16:
            unit[-16:] = _box_muller(self.uniform(16, work))
        return _fused(unit, work.type(std), work.type(mean)).astype(dtype)

    def _pairs(self, n: int) -> Any:
        """Standard normal numbers two at a time; an odd one is kept for the next call."""
        out = [] if self._spare is None else [self._spare]
        unit = self.uniform((n - len(out) + 1) // 2 * 2, np.float64).tolist()
        for u, v in zip(unit[::2], unit[1::2], strict=True):
            radius, angle = math.sqrt(-2 * math.log1p(-v)), 2 * math.pi * u
            out += [radius * math.cos(angle), radius * math.sin(angle)]
        self._spare = out[n] if len(out) > n else None
        return np.array(out[:n])

    def bernoulli(self, n: int, p: Any) -> Any:
        """True with probability ``p``: one for all, or an array with one for each.

        Raises RuntimeError for what is no probability, NotImplementedError for an array of integers.
        """
        dtype = _working(p.dtype, "bernoulli") if hasattr(p, "dtype") else np.float64
        if not np.all((np.asarray(p) >= 0) & (np.asarray(p) <= 1)):
            raise errors.error("probability", p=p)
        return self.uniform(n, dtype) < p

    def exponential(self, n: int, dtype: Any, rate: float = 1.0) -> Any:
        """Exponential numbers. Raises RuntimeError for integers, and for a ``rate`` not above 0."""
        if np.dtype(dtype).kind != "f" or not rate > 0:
            raise errors.error("exponential", dtype=dtype, rate=rate)
        return (-1 / rate * _each(math.log1p, -self.uniform(n, np.float64))).astype(dtype)

    def integers(self, n: int, low: int, high: int, dtype: Any = np.int64) -> Any:
        """Integers from ``low`` to ``high - 1``. Raises RuntimeError where there are none in the dtype."""
        if low >= high:
            raise errors.error("integers", low=low, high=high)
        least, most = _range(dtype)
        if low < least or high - 1 > most:
            raise errors.error("integer_range", low=low, high=high - 1, dtype=np.dtype(dtype))
        words = self._long_words(n) if high - low >= 2**28 else self._words(n)
        return (words % np.uint64(high - low) + np.uint64(low % 2**64)).astype(np.int64).astype(dtype)

    def any_integers(self, n: int, dtype: Any) -> Any:
        """Integers from 0 to the dtype's greatest; for floats, to the last before there are gaps."""
        words = self._long_words(n) if np.dtype(dtype) in (np.int64, np.float64) else self._words(n)
        return (words % np.uint64(greatest(dtype) + 1)).astype(dtype)

    def permutation(self, n: int) -> list[int]:
        """The integers under ``n``, shuffled (Fisher and Yates 1938)."""
        out = list(range(n))
        for k, word in enumerate(self._words(max(n - 1, 0)).tolist()):
            other = k + word % (n - k)
            out[k], out[other] = out[other], out[k]
        return out


default_generator = Generator()
default_generator.seed()
