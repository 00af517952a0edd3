"""Pages for protect officers."""
