from django.apps import AppConfig


class DistrictsConfig(AppConfig):
    name = "commonwhy.districts"
    label = "districts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.urls import reverse

        from commonwhy.core import uploads  # noqa: F401  (registers its chore)
        from commonwhy.core.slots import addresses
        from commonwhy.districts import roster_jobs  # noqa: F401  (registers its jobs)

        addresses.register(
            "style",
            ("style", lambda one: f"{reverse('districts:style', args=[one.slug])}?{one.accent_version}" if one else ""),
        )
