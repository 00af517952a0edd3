from django.apps import AppConfig


class DatabaseConfig(AppConfig):
    name = "tocsin.database"
    label = "database"
    default_auto_field = "django.db.models.BigAutoField"
