"""Joining: operators apply, prove control of what they claim, and an analyst decides."""
