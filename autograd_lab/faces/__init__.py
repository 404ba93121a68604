"""Floor 3: a Scene in, something to look at out. No face knows another."""
