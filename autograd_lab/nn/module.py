"""Module: what holds what learns."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Self

import autograd_lab as lab  # noqa: F401 - for the examples

from ..base import errors
from ..core.variable import Tensor
from .building import unheard
from .hooks import BackwardHooks, RemovableHandle
from .parameter import Parameter
from .state import IncompatibleKeys, load


class Module:
    """The base of every layer and network: give it Parameters and Modules as attributes, and a ``forward``.

    >>> class Scale(Module):
    ...     def __init__(self):
    ...         super().__init__()
    ...         self.factor = Parameter(lab.tensor(3.0))
    ...     def forward(self, x):
    ...         return self.factor * x
    >>> scale = Scale()
    >>> scale(lab.tensor(2.0))
    tensor(6., grad_fn=<MulBackward0>)
    >>> [name for name, _ in scale.named_parameters()]
    ['factor']
    """

    training: bool
    _parameters: dict[str, Any]
    _buffers: dict[str, Any]
    _modules: dict[str, Any]
    _transient: set[str]  # the buffers that state_dict leaves out
    _forward_pre_hooks: dict[int, Callable[..., Any]]
    _forward_hooks: dict[int, Callable[..., Any]]
    _backward_pre_hooks: dict[int, Callable[..., Any]]
    _backward_hooks: dict[int, Callable[..., Any]]

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if cls.__module__.startswith(__package__) and "__init__" in cls.__dict__:
            cls.__init__ = unheard(cls.__init__)  # type: ignore[method-assign]

    def __init__(self) -> None:
        self.__dict__.update(
            training=True, _parameters={}, _buffers={}, _modules={}, _transient=set(),
            _forward_pre_hooks={}, _forward_hooks={}, _backward_pre_hooks={}, _backward_hooks={},
        )  # fmt: skip

    # ------------------------------------------------------------------ running it
    def forward(self, *inputs: Any, **options: Any) -> Any:
        """What the Module works out; each subclass writes its own. Raises NotImplementedError until then."""
        raise errors.error("missing_forward", module=type(self).__name__)

    def __call__(self, *inputs: Any, **options: Any) -> Any:
        for hook in tuple(self._forward_pre_hooks.values()):
            if (new := hook(self, inputs)) is not None:
                inputs = new if isinstance(new, tuple) else (new,)
        watched = None
        if self._backward_pre_hooks or self._backward_hooks:
            watched = BackwardHooks(self, self._backward_pre_hooks, self._backward_hooks)
            inputs = watched.watch_inputs(inputs)
        out = self.forward(*inputs, **options)
        for hook in tuple(self._forward_hooks.values()):
            if (new := hook(self, inputs, out)) is not None:
                out = new
        return out if watched is None else watched.watch_output(out)

    def register_forward_pre_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call ``hook(module, inputs)`` before each forward; it may return other inputs."""
        return RemovableHandle(self._forward_pre_hooks, hook)

    def register_forward_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call ``hook(module, inputs, output)`` after each forward; it may return another output.

        >>> relu = lab.nn.ReLU()
        >>> with relu.register_forward_hook(lambda module, inputs, output: output * 10):
        ...     relu(lab.tensor([-1.0, 2.0]))
        tensor([ 0., 20.])
        """
        return RemovableHandle(self._forward_hooks, hook)

    def register_full_backward_pre_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call ``hook(module, grad_output)`` before its backward; it may return other gradients."""
        return RemovableHandle(self._backward_pre_hooks, hook)

    def register_full_backward_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call ``hook(module, grad_input, grad_output)`` after its backward, with tuples of gradients.

        It may return other gradients for the inputs.

        >>> double = lab.nn.Linear(1, 1, bias=False)
        >>> lab.nn.init.constant_(double.weight, 2.0)
        Parameter containing:
        tensor([[2.]], requires_grad=True)
        >>> handle = double.register_full_backward_hook(lambda module, i, o: print(i, o))
        >>> double(lab.tensor([[3.0]], requires_grad=True)).backward()
        (tensor([[2.]]),) (tensor([[1.]]),)
        """
        return RemovableHandle(self._backward_hooks, hook)

    # ------------------------------------------------------------------ what it holds
    def _home(self, name: str, value: Any) -> str | None:
        """The table that an attribute belongs in: by what the value is, or by what had the name before."""
        if isinstance(value, Parameter):
            return "_parameters"
        tables = ("_parameters", "_modules", "_buffers")
        held = next((table for table in tables if name in self.__dict__.get(table, ())), None)
        if isinstance(value, Module) and held != "_parameters":
            return "_modules"
        if held and value is not None and not (held == "_buffers" and isinstance(value, Tensor)):
            table = f"{held.strip('_')}()"
            raise errors.error("kept_as", got=type(value).__name__, name=repr(name), table=table)
        return held

    def __setattr__(self, name: str, value: Any) -> None:
        home = self._home(name, value)
        if home is None:
            object.__setattr__(self, name, value)
            return
        if home not in self.__dict__:
            raise errors.error("before_init", name=repr(name))
        for table in {"_parameters", "_modules", "_buffers"} - {home}:
            self.__dict__[table].pop(name, None)
        self.__dict__.pop(name, None)
        self.__dict__[home][name] = value

    def __getattr__(self, name: str) -> Any:
        for table in ("_parameters", "_buffers", "_modules"):
            if name in (held := self.__dict__.get(table, {})):
                return held[name]
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def __delattr__(self, name: str) -> None:
        for table in ("_parameters", "_buffers", "_modules"):
            if self.__dict__[table].pop(name, self) is not self:
                return
        object.__delattr__(self, name)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *self._parameters, *self._buffers, *self._modules})

    def _register(self, table: str, kind: type, name: str, value: Any) -> None:
        if table not in self.__dict__:
            raise errors.error("before_init", name=repr(name))
        if not isinstance(name, str):
            raise errors.error("name_type", got=type(name).__name__)
        if not name or "." in name:
            raise errors.error("name_point", name=repr(name))
        held = self.__dict__[table]
        if hasattr(self, name) and name not in held:
            raise errors.error("name_taken", name=repr(name))
        if value is not None and not isinstance(value, kind):
            raise errors.error("wrong_kind", got=type(value).__name__, name=repr(name), wanted=kind.__name__)
        held[name] = value

    def register_parameter(self, name: str, param: Parameter | None) -> None:
        """Hold ``param`` under ``name``; None keeps the place empty.

        Raises TypeError where it is no Parameter, KeyError for a name that is taken or can't be one.
        """
        self._register("_parameters", Parameter, name, param)

    def register_buffer(self, name: str, tensor: Any, persistent: bool = True) -> None:
        """Hold a Tensor that belongs to the Module but doesn't learn; for errors see register_parameter.

        Unless ``persistent``, state_dict leaves it out.
        """
        self._register("_buffers", Tensor, name, tensor)
        (self._transient.discard if persistent else self._transient.add)(name)

    def add_module(self, name: str, module: Module | None) -> None:
        """Hold ``module`` under ``name``; for errors see register_parameter."""
        self._register("_modules", Module, name, module)

    register_module = add_module

    # ------------------------------------------------------------------ walking through it
    def named_modules(
        self, memo: set[Module] | None = None, prefix: str = "", remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Module]]:
        """It and every Module in it, each before those that it holds, with their dotted names.

        >>> [name for name, _ in lab.nn.Sequential(lab.nn.ReLU(), lab.nn.Tanh()).named_modules()]
        ['', '0', '1']
        """
        memo = set() if memo is None else memo
        if self in memo:
            return
        if remove_duplicate:
            memo.add(self)
        yield prefix, self
        for name, module in self._modules.items():
            if module is not None:
                yield from module.named_modules(memo, _join(prefix, name), remove_duplicate)

    def _named(self, table: str, prefix: str, recurse: bool, once: bool) -> Iterator[tuple[str, Any]]:
        seen = set()
        modules = self.named_modules(prefix=prefix, remove_duplicate=once) if recurse else [(prefix, self)]
        for path, module in modules:
            for name, value in module.__dict__[table].items():
                if value is not None and not (once and id(value) in seen):
                    seen.add(id(value))
                    yield _join(path, name), value

    def named_parameters(
        self, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Parameter]]:
        """Its Parameters with their dotted names, each once; those of the Modules in it if ``recurse``.

        >>> [name for name, _ in lab.nn.Sequential(lab.nn.Linear(2, 1)).named_parameters()]
        ['0.weight', '0.bias']
        """
        return self._named("_parameters", prefix, recurse, remove_duplicate)

    def named_buffers(
        self, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Any]]:
        """Its buffers with their dotted names, as :meth:`named_parameters`."""
        return self._named("_buffers", prefix, recurse, remove_duplicate)

    def named_children(self) -> Iterator[tuple[str, Module]]:
        """The Modules that it holds itself, with their names, each once."""
        seen = set()
        for name, module in self._modules.items():
            if module is not None and module not in seen:
                seen.add(module)
                yield name, module

    def parameters(self, recurse: bool = True) -> Iterator[Parameter]:
        """Its Parameters, each once; those of the Modules in it if ``recurse``."""
        return (value for _, value in self.named_parameters(recurse=recurse))

    def buffers(self, recurse: bool = True) -> Iterator[Any]:
        """Its buffers, each once; those of the Modules in it if ``recurse``."""
        return (value for _, value in self.named_buffers(recurse=recurse))

    def modules(self) -> Iterator[Module]:
        """It and every Module in it, each once."""
        return (module for _, module in self.named_modules())

    def children(self) -> Iterator[Module]:
        """The Modules that it holds itself, each once."""
        return (module for _, module in self.named_children())

    def get_submodule(self, target: str) -> Module:
        """The Module of a dotted name; "" is itself. Raises AttributeError where there is none."""
        found: Any = self
        for name in target.split(".") if target else ():
            found = getattr(found, name)
            if not isinstance(found, Module):
                raise errors.error("no_module", name=repr(name), target=repr(target))
        return found  # type: ignore[no-any-return]

    def _held(self, target: str, table: str) -> Any:
        path, _, name = target.rpartition(".")
        held = self.get_submodule(path).__dict__[table]
        if name not in held:
            raise errors.error("not_held", target=repr(target), table=table.strip("_"))
        return held[name]

    def get_parameter(self, target: str) -> Parameter:
        """The Parameter of a dotted name. Raises AttributeError where there is none."""
        return self._held(target, "_parameters")  # type: ignore[no-any-return]

    def get_buffer(self, target: str) -> Any:
        """The buffer of a dotted name. Raises AttributeError where there is none."""
        return self._held(target, "_buffers")

    # ------------------------------------------------------------------ saving and loading
    def state_dict(self, *, prefix: str = "", keep_vars: bool = False) -> OrderedDict[str, Any]:
        """Everything it has learned: its Parameters and persistent buffers by their dotted names.

        They share memory with the Module, and are cut off from the graph unless ``keep_vars``.

        >>> list(lab.nn.Linear(2, 1).state_dict())
        ['weight', 'bias']
        """
        found: OrderedDict[str, Any] = OrderedDict()
        for path, module in self.named_modules(prefix=prefix.removesuffix("."), remove_duplicate=False):
            held = [item for item in module._buffers.items() if item[0] not in module._transient]
            for name, value in (*module._parameters.items(), *held):
                if value is not None:
                    found[_join(path, name)] = value if keep_vars else value.detach()
        return found

    def load_state_dict(self, state_dict: Mapping[str, Any], strict: bool = True) -> IncompatibleKeys:
        """Copy the numbers of a state_dict into the Parameters and buffers of the same names.

        Raises:
            TypeError: it is no mapping.
            RuntimeError: a shape differs; or if ``strict``, a name is missing or one too many. What fits
                has been copied.

        >>> a, b = lab.nn.Linear(2, 1), lab.nn.Linear(2, 1)
        >>> a.load_state_dict(b.state_dict())
        <All keys matched successfully>
        """
        return load(self, state_dict, strict)

    # ------------------------------------------------------------------ changing it
    def train(self, mode: bool = True) -> Self:
        """Say whether it is being trained, to it and all in it: Dropout, for one, asks. Returns it.

        Raises ValueError where ``mode`` is no bool.
        """
        if not isinstance(mode, bool):
            raise errors.error("train_mode", given=repr(mode))
        for module in self.modules():
            module.training = mode
        return self

    def eval(self) -> Self:
        """The opposite of :meth:`train`."""
        return self.train(False)

    def requires_grad_(self, requires_grad: bool = True) -> Self:
        """Let all its Parameters learn, or stop. Returns it."""
        for p in self.parameters():
            p.requires_grad_(requires_grad)
        return self

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients of all its Parameters: None, or zeros unless ``set_to_none``."""
        _forget(self.parameters(), set_to_none)

    def apply(self, fn: Callable[[Module], Any]) -> Self:
        """Call ``fn`` on every Module in it, and on it last. Returns it.

        >>> def ones(module):
        ...     if isinstance(module, lab.nn.Linear):
        ...         lab.nn.init.ones_(module.weight)
        >>> lab.nn.Sequential(lab.nn.Linear(2, 1)).apply(ones)[0].weight
        Parameter containing:
        tensor([[1., 1.]], requires_grad=True)
        """
        for module in self.children():
            module.apply(fn)
        fn(self)
        return self

    def _convert(self, fn: Callable[[Any], Any]) -> Self:
        """Put ``fn(x)`` in the place of each Parameter, gradient and buffer of floats."""
        for p in self.parameters():
            if p.dtype.is_floating_point:
                p.data = fn(p.data)
                if p.grad is not None:
                    p.grad.data = fn(p.grad.data)
        for module in self.modules():
            for name, value in module._buffers.items():
                if value is not None and value.is_floating_point():
                    module._buffers[name] = fn(value)
        return self

    def to(self, *args: Any, **kwargs: Any) -> Self:
        """Convert the floats in it as ``Tensor.to`` does. Returns it."""
        return self._convert(lambda t: t.to(*args, **kwargs))

    def float(self) -> Self:
        """Convert the floats in it to float32. Returns it."""
        return self._convert(lambda t: t.float())

    def double(self) -> Self:
        """Convert the floats in it to float64. Returns it."""
        return self._convert(lambda t: t.double())

    # ------------------------------------------------------------------ showing it
    def extra_repr(self) -> str:
        """What stands between the brackets when it is printed; a subclass writes its own."""
        return ""

    def _lines(self) -> list[str]:
        return [f"({name}): {module!r}" for name, module in self._modules.items()]

    def __repr__(self) -> str:
        extra, inner = self.extra_repr(), self._lines()
        if inner or "\n" in extra:
            lines = [*extra.split("\n"), *inner] if extra else inner
            extra = "".join("\n  " + line.replace("\n", "\n  ") for line in lines) + "\n"
        return f"{type(self).__name__}({extra})"


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _forget(params: Any, set_to_none: bool) -> None:
    """Reset the gradients: to None, or to zeros in the memory that they have."""
    for p in params:
        if p.grad is not None:
            p.grad = None if set_to_none else p.grad.detach().zero_()
