from django.apps import AppConfig


class DatabaseConfig(AppConfig):
    name = "tocsin.database"
    label = "database"
