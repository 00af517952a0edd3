"""The Reference Security Incident Taxonomy's machine-readable names, version of 2023.

https://github.com/enisaeu/Reference-Security-Incident-Taxonomy-Task-Force
"""

from tocsin.kinds.language import translate

TYPES = {
    "abusive-content": ("spam", "harmful-speech", "violence"),
    "malicious-code": (
        "infected-system",
        "c2-server",
        "malware-distribution",
        "malware-configuration",
    ),
    "information-gathering": ("scanner", "sniffing", "social-engineering"),
    "intrusion-attempts": ("ids-alert", "brute-force", "exploit"),
    "intrusions": (
        "privileged-account-compromise",
        "unprivileged-account-compromise",
        "application-compromise",
        "system-compromise",
        "burglary",
    ),
    "availability": ("dos", "ddos", "misconfiguration", "sabotage", "outage"),
    "information-content-security": (
        "unauthorised-information-access",
        "unauthorised-information-modification",
        "data-loss",
        "data-leak",
    ),
    "fraud": ("unauthorised-use-of-resources", "copyright", "masquerade", "phishing"),
    "vulnerable": (
        "weak-crypto",
        "ddos-amplifier",
        "potentially-unwanted-accessible",
        "information-disclosure",
        "vulnerable-system",
    ),
    "other": ("blocklist", "undetermined", "other"),
    "test": ("test",),
}
SEVERITIES = ("critical", "high", "medium", "low", "info")
CLASS_NAMES = {
    "abusive-content": "Abusive content",
    "malicious-code": "Malicious software",
    "information-gathering": "Scanning and spying",
    "intrusion-attempts": "Attempted break-ins",
    "intrusions": "Break-ins",
    "availability": "Attacks on availability",
    "information-content-security": "Information in the wrong hands",
    "fraud": "Fraud",
    "vulnerable": "Vulnerable or exposed systems",
    "other": "Other",
    "test": "Tests",
}


def class_name(class_: str, language: str) -> str:
    """The class as people read it; a name that the taxonomy does not know stays as it is."""
    return translate(CLASS_NAMES.get(class_, class_), language)


def severity_name(severity: str, language: str) -> str:
    return translate(severity, language)
