"""Every job in one readable list.

A room's own `jobs.py` says what its jobs do; this file imports them, so that the worker
(`tocsin work`) knows them all.
"""
