"""Floor 1: Variable and autograd, on NumPy and nothing else."""
