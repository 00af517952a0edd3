from django.apps import AppConfig


class KindsConfig(AppConfig):
    name = "tocsin.kinds"
    label = "kinds"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from tocsin.kinds.kept import attend_requests

        attend_requests()
