"""Pages for the authority's analysts."""
