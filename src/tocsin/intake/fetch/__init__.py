"""Fetching reports from where they wait: an API, a folder, a mailbox, a web address."""
