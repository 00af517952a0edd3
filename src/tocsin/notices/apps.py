from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "tocsin.notices"
    label = "notices"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from tocsin.notices import receivers

        receivers.connect()
