from django.urls import path

from commonwhy.listening.views import imports

IMPORT = "d/<slug:district>/listen/import/"

urlpatterns = [
    path(IMPORT, imports.send, name="import"),
    path(f"{IMPORT}<uuid:file>/", imports.file, name="import_file"),
    path(f"{IMPORT}<uuid:file>/discard/", imports.discard, name="import_discard"),
    path(f"{IMPORT}surveys/<uuid:survey>/take-back/", imports.take_back, name="import_take_back"),
]
