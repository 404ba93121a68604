"""Floor 2: what happened, in order, as plain data. Nothing here draws."""
