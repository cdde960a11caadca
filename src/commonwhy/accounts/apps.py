from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "commonwhy.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in
        from django.urls import reverse

        from commonwhy.accounts.sessions import end_in_time
        from commonwhy.core.slots import addresses

        user_logged_in.connect(end_in_time, dispatch_uid="accounts.end_in_time")

        addresses.register("account", ("account", lambda _district: reverse("accounts:account")))
