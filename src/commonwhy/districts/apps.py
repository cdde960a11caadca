from django.apps import AppConfig


class DistrictsConfig(AppConfig):
    name = "commonwhy.districts"
    label = "districts"
    default_auto_field = "django.db.models.BigAutoField"
