"""Pages for auditors and oversight."""
