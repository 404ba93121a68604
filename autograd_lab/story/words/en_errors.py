"""English: errors are told as they are raised."""

from ...base.messages import TEXTS as ERRORS  # noqa: F401 - as other languages call theirs
