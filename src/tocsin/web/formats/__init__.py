"""How numbers are written in each language: see LANGUAGE/formats.py."""
