"""``%%step``: run a cell as it is written, and show the stepper below its own output."""

from __future__ import annotations

import ast
import sys
from typing import Any

from IPython.core.magic import Magics, cell_magic, magics_class
from IPython.core.magic_arguments import argument, magic_arguments, parse_argstring

from .base.memory import a_second_later, without_collecting
from .recorder import Record
from .rerun import Cell
from .story.log import LIMIT
from .story.recording import Again
from .story.words import say


@magics_class
class StepMagics(Magics):
    """The cell magic; ``%load_ext autograd_lab`` adds it."""

    @magic_arguments()
    @argument("--limit", type=int, default=LIMIT, help="how many operations to record (2,000 by default)")
    @argument(
        "--predict",
        nargs="?",
        const="",
        help="ask before showing: flow, store, edge, grad, or names, with commas between",
    )
    @cell_magic
    def step(self, line: str, cell: str) -> None:
        """Run the cell, record every operation and backward pass, and show the stepper."""
        options = parse_argstring(self.step, line)
        record = Record(options.limit)
        shell: Any = self.shell
        __tracebackhide__ = True  # IPython leaves such frames out of a learner's traceback
        source = "\n" + shell.transform_cell(cell)  # the magic's own line counts, as in the notebook's margin
        number = len(shell.history_manager.input_hist_raw) - 1  # this cell's, which a traceback names
        file = shell.compile.cache(source, number, raw_code=cell)
        tree = shell.transform_ast(shell.compile.ast_parse(source, filename=file))
        lines = 2, max(2, len(source.splitlines()))
        record._cell = Cell(shell.compile(tree, file, "exec"), shell.user_ns, lines)
        record._recording.again = Again(record._cell.why)
        record._begin(file, lines)
        error = None
        try:
            self._run(tree, file)
        except BaseException as raised:
            error = raised
            raise
        finally:
            with without_collecting(then=a_second_later):
                record._recording.stop(error, shell.user_ns)
                shell.user_ns["_step"] = record  # for a lesson or a teacher: _step.stepper.answers
                self._show(record, predicted(options.predict))

    def _run(self, tree: ast.Module, file: str) -> None:
        """As a cell runs: every statement, and the value of a last expression is shown."""
        __tracebackhide__ = True
        shell: Any = self.shell
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        exec(shell.compile(tree, file, "exec"), shell.user_ns)
        if isinstance(last, ast.Expr):
            code = shell.compile(ast.Expression(last.value), file, "eval")
            sys.displayhook(eval(code, shell.user_ns))

    def _show(self, record: Record, predict: bool | list[str]) -> None:
        if not record.operations and not any(s["kind"] != "leaf" for s in record.steps):
            print(say("nothing_ran"))
            return
        record.show(predict)


def predicted(text: str | None) -> bool | list[str]:
    """What ``--predict`` asks for.

    >>> predicted(None), predicted(""), predicted("store,a")
    (False, True, ['store', 'a'])
    """
    return [name.strip() for name in text.split(",")] if text else text is not None


def load(shell: Any) -> None:
    shell.register_magics(StepMagics)
