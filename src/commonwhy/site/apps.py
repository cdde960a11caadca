from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SiteConfig(AppConfig):
    name = "commonwhy.site"
    label = "site"

    def ready(self) -> None:
        from django.urls import reverse

        from commonwhy.core.slots import Tool, addresses, tools
        from commonwhy.site.thread import address_of

        addresses.register("home", ("home", lambda _district: reverse("site:home")))
        addresses.register("start", ("start", lambda _district: reverse("site:start")))
        addresses.register("thread", ("thread", address_of))
        tools.register(
            "search",
            Tool(
                label=_("Search"),
                url=lambda district: reverse("site:search", args=[district.slug]),
                shown=lambda _request, _district: True,
            ),
            order=5,
        )
