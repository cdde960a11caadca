from django.urls import path

from commonwhy.core import views

app_name = "core"
urlpatterns = [
    path("jobs/<uuid:job>/", views.job, name="job"),
    path("jobs/<uuid:job>/again/", views.job_again, name="job_again"),
    path("styleguide/", views.styleguide, name="styleguide"),
]
