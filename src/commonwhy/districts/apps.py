from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DistrictsConfig(AppConfig):
    name = "commonwhy.districts"
    label = "districts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.urls import reverse

        from commonwhy.core import uploads  # noqa: F401  (registers its chore)
        from commonwhy.core.slots import Tool, addresses, job_guards, tools
        from commonwhy.districts import roster_jobs  # noqa: F401  (registers its jobs)
        from commonwhy.districts.access import holds_now, viewer_of
        from commonwhy.districts.permissions import may

        job_guards.register("districts", holds_now)
        tools.register(
            "team",
            Tool(
                label=_("Leadership team"),
                url=lambda one: reverse("districts:team", args=[one.slug]),
                shown=lambda request, one: may(viewer_of(request), "district.see", one),
            ),
        )
        tools.register(
            "people",
            Tool(
                label=_("People"),
                url=lambda one: reverse("districts:people", args=[one.slug]),
                shown=lambda request, one: may(viewer_of(request), "people.see", one),
            ),
        )
        tools.register(
            "manage",
            Tool(
                label=_("Settings and members"),
                url=lambda one: reverse("districts:manage", args=[one.slug]),
                shown=lambda request, one: may(viewer_of(request), "district.manage", one),
            ),
        )
        addresses.register(
            "style",
            ("style", lambda one: f"{reverse('districts:style', args=[one.slug])}?{one.accent_version}" if one else ""),
        )
