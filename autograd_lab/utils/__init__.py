"""What training needs besides: the names of torch.utils that lessons use."""

from . import data

__all__ = ["data"]
