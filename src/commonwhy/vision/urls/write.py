from django.urls import path

from commonwhy.vision.views import adoption, write

VISION = "d/<slug:district>/vision/"

urlpatterns = [
    path(VISION, write.workshop, name="workshop"),
    path(f"{VISION}begin/", write.begin, name="begin"),
    path(f"{VISION}why/", write.statement, name="statement"),
    path(f"{VISION}sentences/new/", write.new_clause, name="new_clause"),
    path(f"{VISION}sentences/<uuid:clause>/", write.clause, name="clause"),
    path(f"{VISION}sentences/<uuid:clause>/arrange/", write.arrange, name="arrange"),
    path(f"{VISION}sentences/<uuid:clause>/voices/<uuid:excerpt>/", write.cite, name="cite"),
    path(f"{VISION}adopt/", adoption.adopt, name="adopt"),
    path(f"{VISION}versions/", adoption.versions, name="versions"),
]
