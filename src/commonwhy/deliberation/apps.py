from django.apps import AppConfig


class DeliberationConfig(AppConfig):
    name = "commonwhy.deliberation"
    label = "deliberation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from commonwhy.deliberation import permissions  # noqa: F401  (registered by being imported)
