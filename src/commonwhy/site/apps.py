from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "commonwhy.site"
    label = "site"
