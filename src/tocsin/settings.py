"""Settings, from the environment only.  Everything has a default that works on one machine.

`DATABASES` holds no address here: `tocsin.database.setup.open_database` fills it in when a command
needs the database, so that importing the settings starts nothing and touches no disk.
"""

import os
import re
from pathlib import Path
from typing import Any

from tocsin.errors import TocsinError


def _flag(name: str, default: bool) -> bool:
    return os.environ.get(name, str(default)).strip().lower() in {"1", "true", "yes", "on"}


def _number(name: str, default: int) -> int:
    text = os.environ.get(name, "").strip() or str(default)
    if not text.isdecimal():
        raise TocsinError(f"{name} is “{text}”, which is not a number.", f"Default: {default}")
    return int(text)


def _secret(name: str) -> str:
    """The variable NAME, or the first line of the file that NAME_FILE points at."""
    path = os.environ.get(f"{name}_FILE")
    if not path:
        return os.environ.get(name, "")
    try:
        return Path(path).read_text().partition("\n")[0].strip()
    except OSError as error:
        raise TocsinError(
            f"Cannot read {path}, which {name}_FILE names: {error.strerror}."
        ) from error


def _providers(names: list[str]) -> dict[str, dict[str, Any]]:
    """What is set for each OpenID provider, as `tocsin.access.oidc.Provider` has it."""
    found: dict[str, dict[str, Any]] = {}
    for name in names:
        if not re.fullmatch("[a-z0-9]+", name):
            raise TocsinError(
                f"TOCSIN_OIDC has “{name}”, which cannot be a provider's name.",
                "Use small letters and digits, and a space between two names.",
            )
        start = "_".join(("TOCSIN_OIDC", name.upper()))
        for part in ("ISSUER", "CLIENT_ID"):
            if not os.environ.get(f"{start}_{part}"):
                raise TocsinError(f"TOCSIN_OIDC names {name}, but {start}_{part} is not set.")
        found[name] = {
            "title": os.environ.get(f"{start}_TITLE") or name.capitalize(),
            "issuer": os.environ[f"{start}_ISSUER"],
            "client": os.environ[f"{start}_CLIENT_ID"],
            "secret": _secret(f"{start}_CLIENT_SECRET"),
            "second_factor": frozenset(os.environ.get(f"{start}_SECOND_FACTOR", "").split()),
        }
    return found


TOCSIN_HOME = Path(os.environ.get("TOCSIN_HOME") or "tocsin-data").expanduser().absolute()
TOCSIN_AUTHORITY = os.environ.get("TOCSIN_AUTHORITY", "National CERT")
TOCSIN_PUBLIC_URL = os.environ.get("TOCSIN_PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")
TOCSIN_REGIONS = os.environ.get("TOCSIN_REGIONS", "")
TOCSIN_FIRST_SEND_HOLD = _flag("TOCSIN_FIRST_SEND_HOLD", True)
TOCSIN_DIGEST_HOUR = _number("TOCSIN_DIGEST_HOUR", 8)  # UTC: feeds come first
TOCSIN_RDAP_BOOTSTRAP = os.environ.get("TOCSIN_RDAP_BOOTSTRAP", "https://data.iana.org/rdap/")
TOCSIN_API_RATE = _number("TOCSIN_API_RATE", 1200)  # requests a minute, by one token
TOCSIN_RAW_DAYS = _number("TOCSIN_RAW_DAYS", 90)
TOCSIN_SERVER_TIMING = _flag("TOCSIN_SERVER_TIMING", False)

DATABASE_URL = os.environ.get("DATABASE_URL", "")
DATABASE_OWNER_URL = os.environ.get("DATABASE_OWNER_URL", "")

EMAIL_HOST = os.environ.get("TOCSIN_SMTP_HOST", "")
EMAIL_PORT = _number("TOCSIN_SMTP_PORT", 587)
EMAIL_HOST_USER = os.environ.get("TOCSIN_SMTP_USER", "")
EMAIL_HOST_PASSWORD = _secret("TOCSIN_SMTP_PASSWORD")
TOCSIN_SMTP_SECURITY = os.environ.get("TOCSIN_SMTP_SECURITY", "starttls")
TOCSIN_MAIL_FROM = os.environ.get("TOCSIN_MAIL_FROM", "Tocsin <tocsin@authority.example>")
TOCSIN_MAIL_REPLY_TO = os.environ.get("TOCSIN_MAIL_REPLY_TO", "")
TOCSIN_MAIL_BOUNCES = os.environ.get("TOCSIN_MAIL_BOUNCES", "")
TOCSIN_MAIL_VERIFY = os.environ.get("TOCSIN_MAIL_VERIFY", "")
TOCSIN_IMAP_HOST = os.environ.get("TOCSIN_IMAP_HOST", "")
TOCSIN_IMAP_SECURITY = os.environ.get("TOCSIN_IMAP_SECURITY", "tls")
TOCSIN_IMAP_PORT = _number("TOCSIN_IMAP_PORT", 143 if TOCSIN_IMAP_SECURITY == "starttls" else 993)
TOCSIN_IMAP_USER = os.environ.get("TOCSIN_IMAP_USER", "")
TOCSIN_IMAP_PASSWORD = _secret("TOCSIN_IMAP_PASSWORD")
TOCSIN_IMAP_FOLDER = os.environ.get("TOCSIN_IMAP_FOLDER", "INBOX")
TOCSIN_IMAP_MOVE_TO = os.environ.get("TOCSIN_IMAP_MOVE_TO", "")
TOCSIN_IMAP_CA_FILE = os.environ.get("TOCSIN_IMAP_CA_FILE", "")
TOCSIN_MAILDIR = os.environ.get("TOCSIN_MAILDIR", "")
TOCSIN_MAIL_CHECKED_BY = os.environ.get("TOCSIN_MAIL_CHECKED_BY", "")
TOCSIN_UNCERTAIN_RESEND_AFTER = _number("TOCSIN_UNCERTAIN_RESEND_AFTER", 3600)
TOCSIN_DKIM_KEY_FILE = os.environ.get("TOCSIN_DKIM_KEY_FILE", "")
TOCSIN_DKIM_SELECTOR = os.environ.get("TOCSIN_DKIM_SELECTOR", "")
TOCSIN_DKIM_DOMAIN = os.environ.get("TOCSIN_DKIM_DOMAIN", "")
TOCSIN_OPENPGP_KEY_FILE = os.environ.get("TOCSIN_OPENPGP_KEY_FILE", "")
TOCSIN_OPENPGP_PASSWORD = _secret("TOCSIN_OPENPGP_PASSWORD")
TOCSIN_SMIME_KEY_FILE = os.environ.get("TOCSIN_SMIME_KEY_FILE", "")
TOCSIN_SMIME_CERTIFICATE_FILE = os.environ.get("TOCSIN_SMIME_CERTIFICATE_FILE", "")
TOCSIN_SMIME_PASSWORD = _secret("TOCSIN_SMIME_PASSWORD")

TOCSIN_OIDC = _providers(os.environ.get("TOCSIN_OIDC", "").split())
TOCSIN_WEBHOOK_HTTP = _flag("TOCSIN_WEBHOOK_HTTP", False)
TOCSIN_WEBHOOK_PORTS = os.environ.get("TOCSIN_WEBHOOK_PORTS", "80,443,8443")
TOCSIN_WEBHOOK_ALLOW = os.environ.get("TOCSIN_WEBHOOK_ALLOW", "")
TOCSIN_WEBHOOK_CA_FILE = os.environ.get("TOCSIN_WEBHOOK_CA_FILE", "")

TOCSIN_SECRET_KEY = _secret("TOCSIN_SECRET_KEY")
# `open_database` puts the installation's own key here when none is given.
SECRET_KEY = TOCSIN_SECRET_KEY or "not-opened"
DEBUG = False
ALLOWED_HOSTS = os.environ.get("TOCSIN_ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]").split(",")

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "procrastinate.contrib.django",
    "tocsin.database",
    "tocsin.audit",
    "tocsin.constituency",
    "tocsin.access",
    "tocsin.webhooks",
    "tocsin.notices",
    "tocsin.kinds",
    "tocsin.intake",
    "tocsin.threats",
    "tocsin.answers",
    "tocsin.alerts",
    "tocsin.campaigns",
    "tocsin.outreach",
    "tocsin.measurement",
]

DATABASES = {
    alias: {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "tocsin",
        "USER": user,
        # A new connection has to learn of every kind's partition before its first page of threats.
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }
    for alias, user in (("default", "tocsin_app"), ("owner", "tocsin_owner"))
}
DATABASE_ROUTERS = ["tocsin.database.router.OwnerMigrates"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "access.Person"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en", "English"), ("de", "Deutsch")]
LOCALE_PATHS = [Path(__file__).parent / "web" / "locale"]
FORMAT_MODULE_PATH = ["tocsin.web.formats"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

ROOT_URLCONF = "tocsin.web.urls"
WSGI_APPLICATION = "tocsin.web.wsgi.application"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "filters": {"no links": {"()": "tocsin.web.discreet.WithoutLinks"}},
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "level": "WARNING",
            "filters": ["no links"],
        }
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"django.security.csrf": {"level": "ERROR"}},
}
WEB = Path(__file__).parent / "web"
MIDDLEWARE = [
    "tocsin.web.costs.ServerTiming",
    "tocsin.web.headers.SecurityHeaders",
    "tocsin.web.api.frame.ApiFrame",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "tocsin.web.sessions.KnownSessions",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [WEB / "templates"],
        "OPTIONS": {
            "context_processors": ["tocsin.web.context.everywhere"],
            "builtins": ["tocsin.web.filters", "tocsin.web.tags", "tocsin.web.officer.filters"],
        },
    }
]
FORM_RENDERER = "tocsin.web.renderer.Renderer"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
STATIC_URL = "/static/"
STATICFILES_DIRS = [WEB / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600
AUTHENTICATION_BACKENDS = ["tocsin.access.backend.ByPassword"]
LOGIN_URL = "sign-in"
CSRF_FAILURE_VIEW = "tocsin.web.health.old_form"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
# Browsers keep cookies marked secure from plain HTTP, so only where the pages are on HTTPS.
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = TOCSIN_PUBLIC_URL.startswith("https://")
if SESSION_COOKIE_SECURE:  # the web server in front does TLS and says so
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_NAME = "__Host-tocsin" if SESSION_COOKIE_SECURE else "tocsin"
CSRF_COOKIE_NAME = "__Host-tocsin-csrf" if CSRF_COOKIE_SECURE else "tocsin-csrf"
PROCRASTINATE_IMPORT_PATHS = ["tocsin.jobs"]
PROCRASTINATE_DATABASE_ALIAS = "default"
