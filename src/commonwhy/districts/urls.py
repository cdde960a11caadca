from django.urls import path

from commonwhy.districts.views import style

app_name = "districts"
urlpatterns = [
    path("d/<slug:district>/style.css", style.style, name="style"),
]
