"""Tocsin: a two-way cyber-threat exchange between an authority and network operators."""

__version__ = "0.1.0"
