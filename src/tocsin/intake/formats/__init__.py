"""Readers, one for each form that reports come in; `reading.read` picks the right one."""
