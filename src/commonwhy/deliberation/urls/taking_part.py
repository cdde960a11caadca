from django.urls import URLPattern, path

from commonwhy.deliberation.views import paper, taking_part

LINK = "take-part/<str:token>/"
ONE = "d/<slug:district>/agree/discussions/<uuid:discussion>/"

urlpatterns: list[URLPattern] = [
    path(LINK, taking_part.start, name="take_part"),
    path(f"{LINK}next/", taking_part.next_statement, name="take_part_next"),
    path(f"{LINK}votes/", taking_part.votes, name="take_part_votes"),
    path(f"{LINK}add/", taking_part.add, name="take_part_add"),
    path(f"{LINK}mine/", taking_part.mine, name="take_part_mine"),
    path(f"{LINK}choose/", taking_part.choose, name="take_part_choose"),
    path(f"{LINK}thanks/", taking_part.thanks, name="take_part_thanks"),
    path(f"{ONE}paper/", paper.paper, name="paper"),
    path(f"{ONE}paper/ballot/", paper.ballot, name="paper_ballot"),
    path(f"{ONE}paper/<int:number>/", paper.type_in, name="paper_type_in"),
]
