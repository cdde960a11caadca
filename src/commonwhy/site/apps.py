from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "commonwhy.site"
    label = "site"

    def ready(self) -> None:
        from django.urls import reverse

        from commonwhy.core.slots import addresses
        from commonwhy.site.thread import address_of

        addresses.register("home", ("home", lambda _district: reverse("site:home")))
        addresses.register("start", ("start", lambda _district: reverse("site:start")))
        addresses.register("thread", ("thread", address_of))
