from django.apps import AppConfig


class ConstituencyConfig(AppConfig):
    name = "tocsin.constituency"
    label = "constituency"
    default_auto_field = "django.db.models.BigAutoField"
