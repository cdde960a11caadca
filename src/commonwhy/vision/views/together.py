"""Writing together: inviting co-authors, reading the draft and commenting on it, and answering."""

from __future__ import annotations

import logging
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.core.mail import send_mail
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from commonwhy.districts import services as districts
from commonwhy.districts.access import in_district
from commonwhy.districts.models import Role
from commonwhy.districts.permissions import may
from commonwhy.listening.models.question import in_language
from commonwhy.vision.forms.together import AnswerForm, CoAuthorForm, CommentForm
from commonwhy.vision.models import Clause, CoAuthor, Comment, VisionVersion
from commonwhy.vision.queries import together as queries
from commonwhy.vision.queries import vision
from commonwhy.vision.services import drafting, together

logger = logging.getLogger(__name__)
SALT = "commonwhy.vision.comment"


@never_cache
@require_http_methods(["GET", "POST"])
@in_district("vision.write")
def co_authors(request: Any) -> HttpResponse:
    """Who comments on the draft, who has not accepted yet, and an invitation for somebody else."""
    draft = vision.draft(request.viewer, request.district)
    if draft is None:
        return redirect("vision:workshop", district=request.district.slug)
    form = CoAuthorForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        refusal = _invite(request, draft, form.cleaned_data["email"])
        if not refusal:
            messages.success(request, _("Invited. A mail is on its way."))
            return redirect("vision:co_authors", district=request.district.slug)
        form.add_error("email", refusal)
    context = {
        "form": form,
        "draft": draft,
        "co_authors": queries.co_authors(request.viewer, draft),
        "waiting": queries.waiting(request.viewer, draft),
    }
    return render(request, "vision/together/co_authors.html", context, status=400 if form.errors else 200)


def _invite(request: Any, draft: VisionVersion, email: str) -> str:
    """Invite and mail; returns why not, or nothing. Where no mail leaves, nobody is left half invited."""
    try:
        invited = together.invite(version=draft, email=email, by=request.user)
    except together.CoAuthorRefused as refusal:
        return str(refusal)
    except drafting.NotADraftError:
        return _("This version was adopted meanwhile. Nobody was invited.")
    page = reverse("vision:comments", args=[request.district.slug])
    link = reverse("districts:invitation", args=[invited.secret]) if invited.secret else page
    text = {
        "inviter": request.user,
        "district": request.district,
        "link": settings.BASE_URL + link,
        "joins": bool(invited.secret),
    }
    with translation.override(request.district.language):
        subject = _("Read our draft with us: %(district)s") % {"district": request.district.name}
        body = render_to_string("vision/together/mail/invitation.txt", text)
    try:
        send_mail(subject, body, None, [email])
    except OSError:
        logger.exception("an invitation to comment could not be mailed")
        if invited.invitation is not None:
            districts.withdraw_invitation(invitation=invited.invitation, by=request.user)
        elif invited.co_author is not None:
            together.end(co_author=invited.co_author, by=request.user)
        return _("The mail server did not take the mail, so nobody was invited. Try again in a minute.")
    return ""


@require_POST
@in_district("vision.write")
def end_co_author(request: Any, co_author: UUID) -> HttpResponse:
    """Let somebody comment no more; what they said stays."""
    rows = CoAuthor.objects.visible_to(request.viewer).filter(district=request.district)
    together.end(co_author=get_object_or_404(rows, pk=co_author), by=request.user)
    messages.success(request, _("They comment no more. What they said stays."))
    return redirect("vision:co_authors", district=request.district.slug)


def _may_comment(request: Any, draft: VisionVersion) -> bool:
    """Whether whoever asks is a co-author of the draft, and not on the board by now."""
    if Role.BOARD_MEMBER in request.viewer.roles_in(request.district.pk):
        return False
    return queries.is_co_author(request.viewer, draft, request.user.pk)


@never_cache
@require_http_methods(["GET", "POST"])
@in_district("vision.see")
def comments(request: Any) -> HttpResponse:
    """The draft to read, with what co-authors say of each sentence, and room to say more."""
    draft = vision.draft(request.viewer, request.district)
    form = CommentForm(request.POST) if request.method == "POST" else None
    if draft is None:
        return _no_draft(request, form)
    may_write = may(request.viewer, "vision.write", request.district)
    may_comment = _may_comment(request, draft)
    if not may_write and not may_comment:
        raise PermissionDenied(_("Comments are for those who were invited to them. You can read the draft with the vision."))
    if form is None:
        return _page(request, draft, may_write=may_write, may_comment=may_comment)
    if not may_comment:
        raise PermissionDenied(_("You write on the draft itself. Comments are for co-authors."))
    clause, about = _opened(str(form.data.get("about", "")), draft)
    if form.is_valid():
        try:
            made = together.comment(version=draft, by=request.user, words=form.cleaned_data["words"], clause=clause, about=about)
        except drafting.NotADraftError:
            return _no_draft(request, form)
        messages.success(request, _("Thank you. The authors see it."))
        response = redirect("vision:comments", district=request.district.slug)
        response["Location"] += f"#c-{made.pk}"
        return response
    place = next((one.position for one in draft.clauses.all() if one.pk == clause), 0)
    failed = {"number": place, "words": str(form.data.get("words", "")), "errors": list(form.errors.get("words", []))}
    return _page(request, draft, may_write=may_write, may_comment=True, failed=failed, status=400)


def _no_draft(request: Any, form: CommentForm | None) -> HttpResponse:
    """There is nothing to comment on; what somebody wrote stays on the page."""
    context = {"words": str(form.data.get("words", "")) if form else ""}
    return render(request, "vision/together/no_draft.html", context, status=409 if form else 200)


def _sealed(draft: VisionVersion, clause: Clause | None) -> str:
    """What a comment will be about, sealed against changes on the way through the browser."""
    text = in_language(clause.texts, get_language() or "en") if clause else ""
    return signing.dumps([str(draft.pk), str(clause.pk) if clause else "", text], salt=SALT, compress=True)


def _opened(sealed: str, draft: VisionVersion) -> tuple[UUID | None, str]:
    """The sentence a comment is about and how it read; what was not sealed here, or for another draft, is the whole."""
    try:
        version, clause, text = signing.loads(sealed, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None, ""
    return (UUID(clause) if clause and version == str(draft.pk) else None), str(text)


def _page(request: Any, draft: VisionVersion, *, status: int = 200, **more: Any) -> HttpResponse:
    sentences, whole = queries.comments_by_sentence(request.viewer, draft)
    everything = [*sentences, whole]
    context = {
        "draft": draft,
        "blocks": [(said, _sealed(draft, said.clause)) for said in sentences],
        "whole": (whole, _sealed(draft, None)),
        "count": sum(len(said.comments) for said in everything),
        "unanswered": sum(said.unanswered for said in everything),
        **more,
    }
    return render(request, "vision/together/comments.html", context, status=status)


@never_cache
@require_POST
@in_district("vision.write")
def answer(request: Any, comment: UUID) -> HttpResponse:
    """Answer a comment. Where another author answered meanwhile, both answers are shown."""
    found: Comment | None = queries.comment_to_answer(request.viewer, request.district, comment)
    if found is None:
        raise Http404
    draft = vision.draft(request.viewer, request.district)
    form = AnswerForm(request.POST)
    if draft is None:
        return _no_draft(request, CommentForm(request.POST))
    theirs = ""
    if form.is_valid():
        try:
            together.answer(comment=found, words=form.cleaned_data["words"], seen=form.cleaned_data["seen"], by=request.user)
        except together.AnsweredMeanwhile as other:
            theirs = other.theirs
        except drafting.NotADraftError:
            return _no_draft(request, CommentForm(request.POST))
        else:
            messages.success(request, _("Saved."))
            response = redirect("vision:comments", district=request.district.slug)
            response["Location"] += f"#c-{found.pk}"
            return response
    unsaved = {
        "comment": found.pk,
        "words": str(form.data.get("words", "")),
        "theirs": theirs,
        "errors": form.errors.get("words", []),
    }
    return _page(request, draft, may_write=True, may_comment=False, unsaved=unsaved, status=409 if theirs else 400)
