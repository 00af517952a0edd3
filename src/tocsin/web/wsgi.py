"""The pages as a WSGI application, for granian (`tocsin serve`) or any other server."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tocsin.settings")

from django.core.wsgi import get_wsgi_application

from tocsin.database.setup import open_database

open_database(migrate=False)
application = get_wsgi_application()
