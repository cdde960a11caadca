"""Loading the demo, once. A second load finds it there and changes nothing, so what people entered stays."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.db import transaction
from django.utils import timezone

from commonwhy.accounts.models import User
from commonwhy.districts.models import District, Group, School
from commonwhy.districts.services import add_team_seat, change_district, create_district, give_role
from commonwhy.listening.services import results
from commonwhy.listening.services.search_index import index_district
from commonwhy.site.demo import discussion, listening, pulses, reply, roster, season, trade_offs, vision, way
from commonwhy.site.demo.words_of import told

SLUG = "alder-creek"
WHO_LOOKS_AROUND = (("superintendent", "reyes"), ("coach", "haddad"), ("principal", "whitaker"))
HELP = """If something is wrong, at school or at home, tell an adult you trust: a teacher, the nurse, a counselor.
To talk to somebody right now, call or text 988, day or night. In danger, call 911."""


def is_loaded() -> bool:
    return District.everything.filter(slug=SLUG).exists()


def accounts() -> dict[str, User]:
    """The demo's accounts by what they are there: superintendent, coach, principal."""
    emails = {one["key"]: one["email"] for one in told("people")["cast"]}
    return {title: User.objects.get(email=emails[key]) for title, key in WHO_LOOKS_AROUND}


@transaction.atomic
def load_demo(say: Callable[[str], None] = lambda _line: None) -> District:
    """Build Alder Creek, all of it or nothing. `say` is told what is being done."""
    today = timezone.localdate()
    cast = {one["key"]: one for one in told("people")["cast"]}
    say("the district, its schools and its people")
    by_key = {key: User.objects.create_user(one["email"], name=roster.full_name(one)) for key, one in cast.items()}
    superintendent, coach = by_key["reyes"], by_key["haddad"]
    district = create_district(name="Alder Creek", by=superintendent)
    change_district(district=district, by=superintendent, name="Alder Creek Unified School District", help_text=HELP, staff_k=5)
    schools = {name: School.everything.create(district=district, name=name) for name in roster.SCHOOLS}
    for key, one in cast.items():
        school = schools.get(one["school"]) if one["membership"] in ("school_leader", "member") else None
        give_role(district=district, account=by_key[key], role=one["membership"], school=school, by=superintendent)
    give_role(district=district, account=superintendent, role="leader", by=superintendent)
    Group.everything.filter(district=district, kind="union").update(not_here="No union in this district.")
    roster.fill_roster(district, schools)
    team_formed = listening.day_of(today, "team_formed")
    for seat in told("people")["leadership_team"]:
        add_team_seat(
            district=district,
            title=seat["position_en"],
            name=roster.full_name(cast[seat["cast"]]),
            begins=team_formed,
            by=superintendent,
        )
    say("what people said")
    listening.note_three_teachers(district, schools, coach, today)
    survey = listening.hold_survey(district, schools, coach, today)
    listening.check_translations(survey, by_key["barrera"])
    voices = listening.mark_voices(survey, coach)
    season.say_whom_to_consult(district, coach, today)
    season.hold_conversations(district, schools, by_key, today)
    say("how far apart they are")
    from commonwhy.vision.services.gap.measuring import measure  # the mathematics loads here and not at start

    measure(district=district, survey=survey)
    say("where they agree, and what they negotiated")
    held = discussion.hold_discussion(district, survey, voices, by_key, today)
    negotiated = trade_offs.negotiate(held, by_key, today)
    say("the vision")
    adopted = vision.write_and_adopt(district, voices, held, negotiated, by_key, today)
    way.name_ambassadors(district, by_key, today)
    say("the reply, and whether it still holds")
    reply.reply_to_everyone(survey, held, adopted, reply.find_themes(survey, coach), by_key["duarte"], today)
    first_pulse, second_pulse = pulses.ask_whether_it_holds(district, adopted, schools, coach, today)
    reply.reply_to_the_first_pulse(first_pulse, by_key["duarte"], today)
    say("what people chose, and a way to find their words")
    for closed in (survey, first_pulse, second_pulse):
        results.work_out(survey=closed)
    transaction.on_commit(partial(index_district, district))
    return district
