"""no_grad and its kin: as contexts and decorators, over functions, generators, threads and exceptions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

import autograd_lab

from .both import same


@pytest.fixture(autouse=True)
def _usual_mode(torch: Any) -> Iterator[None]:
    """A snippet that fails half way leaves no mode behind."""
    yield
    for library in (autograd_lab, torch):
        library.set_grad_enabled(True)


SNIPPETS = """
# contexts
x = torch.tensor(2., requires_grad=True)
with torch.no_grad():
    y = x * 2
    print(torch.is_grad_enabled(), y.requires_grad, y.grad_fn, y.is_leaf)
print(torch.is_grad_enabled(), (x * 2).requires_grad)

x = torch.tensor(2., requires_grad=True)
with torch.no_grad():
    with torch.enable_grad():
        y = x * 2
        print(torch.is_grad_enabled())
    print(torch.is_grad_enabled())
print(y.requires_grad)
y.backward()
print(x.grad)

with torch.enable_grad():
    with torch.no_grad():
        with torch.no_grad():
            print(torch.is_grad_enabled())
        print(torch.is_grad_enabled())
    print(torch.is_grad_enabled())

x = torch.tensor(2., requires_grad=True)
with torch.no_grad() as entered:
    print(entered)

x = torch.tensor(2., requires_grad=True)
with torch.set_grad_enabled(False):
    print(torch.is_grad_enabled(), (x * 2).requires_grad)
    with torch.set_grad_enabled(True):
        print(torch.is_grad_enabled(), (x * 2).requires_grad)
    print(torch.is_grad_enabled())
print(torch.is_grad_enabled())

x = torch.tensor(2., requires_grad=True)
torch.set_grad_enabled(False)
print(torch.is_grad_enabled(), (x * 2).requires_grad)
torch.set_grad_enabled(True)
print(torch.is_grad_enabled(), (x * 2).requires_grad)

with torch.no_grad():
    torch.set_grad_enabled(True)
    print(torch.is_grad_enabled())
print(torch.is_grad_enabled())

torch.set_grad_enabled(False)
with torch.no_grad():
    pass
print(torch.is_grad_enabled())
with torch.enable_grad():
    print(torch.is_grad_enabled())
print(torch.is_grad_enabled())
torch.set_grad_enabled(True)

for training in (True, False):
    with torch.set_grad_enabled(training):
        print(torch.is_grad_enabled())

context = torch.no_grad()
print(torch.is_grad_enabled())
with context:
    print(torch.is_grad_enabled())
with context:
    print(torch.is_grad_enabled())
print(torch.is_grad_enabled())

context = torch.set_grad_enabled(False)
print(torch.is_grad_enabled())
with context:
    print(torch.is_grad_enabled())
print(torch.is_grad_enabled())
torch.set_grad_enabled(True)

# exceptions leave the mode as it was
try:
    with torch.no_grad():
        raise ValueError
except ValueError as error:
    print(type(error).__name__)
print(torch.is_grad_enabled())

try:
    with torch.set_grad_enabled(False), torch.enable_grad():
        1 / 0
except ZeroDivisionError:
    print(torch.is_grad_enabled())

@torch.no_grad()
def fails():
    print(torch.is_grad_enabled())
    raise ValueError
try:
    fails()
except ValueError:
    print(torch.is_grad_enabled())

# decorators
x = torch.tensor(2., requires_grad=True)
@torch.no_grad()
def double(v, by=2):
    "Twice."
    return v * by
print(double(x), double(x, by=3).requires_grad, double.__name__, double.__doc__, torch.is_grad_enabled())

x = torch.tensor(2., requires_grad=True)
@torch.no_grad
def double(v):
    return v * 2
print(double(x), double.__name__)

x = torch.tensor(2., requires_grad=True)
@torch.enable_grad()
def double(v):
    return v * 2
with torch.no_grad():
    print(double(x))
    print(torch.is_grad_enabled())

x = torch.tensor(2., requires_grad=True)
@torch.set_grad_enabled(False)
def double(v):
    return v * 2
print(torch.is_grad_enabled(), double(x), torch.is_grad_enabled())

x = torch.tensor(2., requires_grad=True)
@torch.inference_mode()
def double(v):
    return v * 2
print(double(x), double(x).is_inference(), torch.is_inference_mode_enabled())

x = torch.tensor(2., requires_grad=True)
@torch.inference_mode
def double(v):
    return v * 2
print(double(x).is_inference())

class Model:
    @torch.no_grad()
    def predict(self, v):
        return v * 2
print(Model().predict(torch.tensor(2., requires_grad=True)))

@torch.no_grad()
def outer(v):
    return inner(v), v * 3
@torch.enable_grad()
def inner(v):
    return v * 2
print(outer(torch.tensor(2., requires_grad=True)))

@torch.no_grad()
def counted(n):
    return torch.is_grad_enabled() if n == 0 else counted(n - 1)
print(counted(3), torch.is_grad_enabled())

f = torch.no_grad()(lambda v: v * 2)
print(f(torch.tensor(2., requires_grad=True)))

# generators: the mode holds inside only
@torch.no_grad()
def parts(v):
    for k in range(2):
        yield v * k, torch.is_grad_enabled()
for y, enabled in parts(torch.tensor(2., requires_grad=True)):
    print(y, enabled, torch.is_grad_enabled())

@torch.no_grad()
def echo():
    got = None
    while got != 'stop':
        got = yield got, torch.is_grad_enabled()
generator = echo()
print(next(generator), generator.send(5), torch.is_grad_enabled())
try:
    generator.send('stop')
except StopIteration:
    print('stopped', torch.is_grad_enabled())

@torch.no_grad()
def careful():
    try:
        yield 1
    except KeyError:
        yield torch.is_grad_enabled()
    finally:
        print('finally', torch.is_grad_enabled())
generator = careful()
print(next(generator), generator.throw(KeyError), torch.is_grad_enabled())
generator.close()
print(torch.is_grad_enabled())

@torch.no_grad()
def returns():
    yield 1
    return torch.is_grad_enabled()
def delegates():
    result = yield from returns()
    print(result, torch.is_grad_enabled())
print(list(delegates()))

@torch.enable_grad()
def parts():
    yield torch.is_grad_enabled()
    yield torch.is_grad_enabled()
with torch.no_grad():
    for enabled in parts():
        print(enabled, torch.is_grad_enabled())

def plain():
    with torch.no_grad():
        yield torch.is_grad_enabled()
generator = plain()
print(next(generator), torch.is_grad_enabled())
print(next(generator, 'end'), torch.is_grad_enabled())

# each thread has its own mode
import threading
seen = []
def work():
    seen.append(torch.is_grad_enabled())
    with torch.no_grad():
        seen.append(torch.is_grad_enabled())
with torch.no_grad():
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    seen.append(torch.is_grad_enabled())
print(seen)

import threading
x = torch.tensor(2., requires_grad=True)
made = []
def work(k):
    made.append((x * k).requires_grad)
threads = [threading.Thread(target=work, args=(k,)) for k in range(3)]
with torch.inference_mode():
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
print(made)

import threading
x = torch.tensor(2., requires_grad=True)
def work():
    torch.set_grad_enabled(False)
thread = threading.Thread(target=work)
thread.start()
thread.join()
print(torch.is_grad_enabled())

import threading
x = torch.tensor(2., requires_grad=True)
y = x * x
thread = threading.Thread(target=y.backward)
thread.start()
thread.join()
print(x.grad)

# what the modes leave alone
with torch.no_grad():
    x = torch.tensor(2., requires_grad=True)
    y = torch.ones(2).requires_grad_()
print(x.requires_grad, y.requires_grad, (x * 2).requires_grad)

x = torch.tensor([1., 2.], requires_grad=True)
y = x * x
with torch.no_grad():
    y.sum().backward()

x = torch.tensor([1., 2.], requires_grad=True)
y = (x * x).sum()
with torch.no_grad():
    y.backward()
    print(x.grad)

x = torch.tensor(2., requires_grad=True)
y = x ** 3
with torch.no_grad():
    g, = torch.autograd.grad(y, x, create_graph=True)
print(g)

x = torch.tensor([1., 2.], requires_grad=True)
with torch.no_grad():
    x += 1
    x[0] = 10.
    x.mul_(2)
print(x, x._version)

x = torch.tensor([1., 2.], requires_grad=True)
with torch.no_grad():
    v = x[0]
    v += 10
print(x, v.requires_grad, v.is_leaf)

x = torch.tensor([1., 2.], requires_grad=True)
with torch.no_grad():
    v = x.view(2, 1)
v *= 2
print(x, v)

x = torch.tensor([1., 2.], requires_grad=True)
y = x * 2
with torch.no_grad():
    v = y.view(2, 1)
v *= 2
print(y, v)

x = torch.tensor([1., 2.], requires_grad=True)
y = x * 2
with torch.no_grad():
    y += 1
print(y.grad_fn.name())
y.sum().backward()
print(x.grad)

x = torch.tensor([1., 2.], requires_grad=True)
with torch.no_grad():
    x = x - 0.1 * x
print(x.requires_grad, x.is_leaf)

x = torch.tensor([1., 2.], requires_grad=True)
with torch.no_grad():
    x.requires_grad_(False)
print(x.requires_grad)

x = torch.tensor([1., 2.], requires_grad=True)
with torch.no_grad():
    y = x * 2
    y.requires_grad_()
(y * 3).sum().backward()
print(x.grad, y.grad)

x = torch.tensor([1., 2.], requires_grad=True)
with torch.no_grad():
    y = x.detach().clone()
    z = x.clone()
print(y.requires_grad, z.requires_grad)

# inference mode
x = torch.tensor([1., 2.], requires_grad=True)
with torch.inference_mode():
    y = x * 2
    print(torch.is_inference_mode_enabled(), torch.is_grad_enabled(), y.requires_grad, y.is_inference())
    print(x.is_inference(), y.is_leaf)
print(torch.is_inference_mode_enabled(), torch.is_grad_enabled(), y.is_inference(), x.is_inference())

with torch.inference_mode(False):
    print(torch.is_inference_mode_enabled(), torch.is_grad_enabled())

with torch.inference_mode():
    with torch.inference_mode(False):
        print(torch.is_inference_mode_enabled(), torch.is_grad_enabled())
    print(torch.is_inference_mode_enabled(), torch.is_grad_enabled())

with torch.inference_mode():
    with torch.no_grad():
        print(torch.is_grad_enabled(), torch.is_inference_mode_enabled())
    with torch.enable_grad():
        x = torch.ones(2, requires_grad=True)
        print(torch.is_grad_enabled(), (x * 2).requires_grad)

with torch.inference_mode(mode=True):
    x = torch.ones(2)
print(x.is_inference(), (x * 2).is_inference(), x.clone().is_inference(), x.view(2).is_inference())

with torch.inference_mode():
    x = torch.ones(2)
x += 1

with torch.inference_mode():
    x = torch.ones(2)
    x += 1
    print(x)

with torch.inference_mode():
    x = torch.ones(2)
x.requires_grad_()

with torch.inference_mode():
    x = torch.ones(2)
w = torch.ones(2, requires_grad=True)
(x * w).sum()

with torch.inference_mode():
    x = torch.ones(2)
w = torch.ones(2, requires_grad=True)
(x + w).sum().backward()
print(w.grad)

with torch.inference_mode():
    x = torch.ones(2)
w = torch.ones(2, requires_grad=True)
(x.clone() * w).sum().backward()
print(w.grad)

with torch.inference_mode():
    x = torch.ones(2)
x._version

w = torch.ones(2, requires_grad=True)
with torch.inference_mode():
    w += 1
print(w)

w = torch.ones(2, requires_grad=True)
y = (w * w).sum()
with torch.inference_mode():
    y.backward()
print(w.grad)

x = torch.ones(2)
with torch.inference_mode():
    x += 1
print(x, x.is_inference())

x = torch.tensor([1., 2.], requires_grad=True)
with torch.inference_mode():
    v = x.view(2, 1)
    print(v.is_inference(), v.requires_grad)

try:
    with torch.inference_mode():
        1 / 0
except ZeroDivisionError:
    print(torch.is_inference_mode_enabled())

# the same names in torch.autograd, and a profile of what is asked with a mode
print(torch.autograd.no_grad is torch.no_grad, torch.autograd.enable_grad is torch.enable_grad)
print(torch.autograd.set_grad_enabled is torch.set_grad_enabled)
print(torch.autograd.inference_mode is torch.inference_mode)

print(torch.autograd.grad_mode.no_grad is torch.no_grad)

torch.set_grad_enabled()

torch.is_grad_enabled(True)
""".strip().split("\n\n")


@pytest.mark.parametrize("code", SNIPPETS, ids=lambda code: code.splitlines()[-1][:60])
def test_mode(code: str, torch: Any) -> None:
    same(code, torch)
