from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "commonwhy.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.urls import reverse

        from commonwhy.core.slots import addresses

        addresses.register("account", ("account", lambda _district: reverse("accounts:account")))
