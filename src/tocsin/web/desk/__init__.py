"""Pages for an operator's abuse desk."""
