from typing import Any

from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class VisionConfig(AppConfig):
    name = "commonwhy.vision"
    label = "vision"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from commonwhy.core.slots import NavigationItem, navigation
        from commonwhy.vision import jobs, permissions  # noqa: F401  (registered by being imported)

        def address(district: Any) -> str:
            return reverse("vision:workshop", args=[district.slug])

        navigation.register(
            "agree",
            NavigationItem(verb="agree", label=_("Agree"), hint=_("our shared vision"), url=address, sections=("vision",)),
            order=20,
        )
