"""What lessons use: a question, and an answer that says why a wrong one is wrong."""

from .checks import Question, check

__all__ = ["Question", "check"]
