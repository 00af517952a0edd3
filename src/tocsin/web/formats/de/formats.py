"""A point, as SVG and fields of forms need it: numbers for people go through `|number`."""

DECIMAL_SEPARATOR = "."
