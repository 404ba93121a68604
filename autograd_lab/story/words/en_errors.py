"""English: errors are told as they are raised, their lines of code marked as such."""

from ...base.messages import TEXTS

ERRORS = TEXTS | {"here": "(line {n}: `{code}`)", "on_line": " on line {n}: `{code}`"}
