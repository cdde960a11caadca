from django.urls import path

from commonwhy.accounts import views

app_name = "accounts"
urlpatterns = [
    path("signin/<str:link>/", views.signin, name="signin"),
    path("account/", views.account, name="account"),
]
