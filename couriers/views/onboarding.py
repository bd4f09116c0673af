"""The way to become a courier: the application, the lessons and the quiz; and the way out."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import Gender
from core import clock, links
from core.http import go
from core.media import CannotKeep
from couriers import selectors, services
from couriers.forms import ApplyForm, QuizForm
from couriers.models import Application, Courier, Course
from couriers.permissions import courier_of, learner_required
from couriers.services.applications import may_apply_from
from couriers.services.training import next_try_at

Status = Courier.Status


@require_http_methods(["GET", "POST"])
@login_required
def apply(request: HttpRequest) -> HttpResponse:
    """The application: the form, or where it stands."""
    user, courier = request.user, courier_of(request.user)
    if user.campus_id is None:
        messages.info(request, _("Choose your campus first."))
        return redirect("accounts:profile")
    if courier and courier.status in (Status.VETTED, Status.TRAINING):
        return go(request, "couriers:training")
    if courier and courier.status in (Status.ACTIVE, Status.SUSPENDED):
        return go(request, links.url("courier.home"))
    last = courier.applications.last() if courier else None
    waiting = last is not None and last.status == Application.Status.WAITING
    again_at = may_apply_from(courier) if courier else None
    may_apply = not waiting and not (again_at and clock.now() < again_at)
    form = None
    if may_apply:
        known = user.gender if user.gender != Gender.UNKNOWN else None
        initial = {"name": user.name, "gender": known, "vehicle": courier.vehicle if courier else None}
        if request.method == "POST":
            form = ApplyForm(request.POST, request.FILES)
            if form.is_valid():
                try:
                    services.submit_application(actor=user, **form.cleaned_data)
                except CannotKeep as error:
                    form.add_error(None, str(error))
                else:
                    messages.success(request, _("Sent. You get a notice as soon as it is decided."))
                    return redirect("couriers:apply")
        else:
            form = ApplyForm(initial=initial)
    elif request.method == "POST":
        return redirect("couriers:apply")
    context = {
        "tab": "me",
        "courier": courier,
        "form": form,
        "last": last,
        "waiting": waiting,
        "again_at": again_at,
        "steps": selectors.onboarding_steps(courier, waiting=waiting),
    }
    return render(request, "couriers/apply.html", context, status=422 if form and form.errors else 200)


@require_http_methods(["GET", "POST"])
@learner_required
def training(request: HttpRequest) -> HttpResponse:
    """What there is to learn; POST begins it."""
    if request.method == "POST":
        services.begin_training(courier=request.courier, actor=request.user)
        return redirect("couriers:training")
    return render(request, "couriers/training.html", _context(request))


@require_GET
@learner_required
def course(request: HttpRequest, pk: int) -> HttpResponse:
    """The lessons of one course, and how the last try at its quiz went."""
    course = _course(request, pk)
    last = request.courier.attempts.filter(course=course).first()
    questions = course.questions.filter(pk__in=last.wrong) if last and not last.passed else []
    context = {
        "course": course,
        "lessons": list(course.lessons.all()),
        "last": last,
        "wrong": list(questions),
        "next_try_at": next_try_at(request.courier, course),
        "now": clock.now(),
    }
    return render(request, "couriers/course.html", _context(request) | context)


@require_http_methods(["GET", "POST"])
@learner_required
def quiz(request: HttpRequest, pk: int) -> HttpResponse:
    course = _course(request, pk)
    if request.courier.status == Status.VETTED or selectors.has_passed(request.courier, course):
        return redirect("couriers:training")
    form = QuizForm(course, request.POST or None)
    if request.method == "POST" and form.is_valid():
        attempt = services.answer_quiz(
            courier=request.courier, course=course, answers=form.answers(), actor=request.user
        )
        if not attempt.passed:
            return redirect("couriers:course", course.pk)
        messages.success(request, _("Passed, well done!"))
        is_let_in = request.courier.status == Status.TRAINING and not course.kind
        return redirect(links.url("courier.home") if is_let_in else "couriers:training")
    context = {"course": course, "form": form}
    return render(
        request, "couriers/quiz.html", _context(request) | context, status=422 if form.errors else 200
    )


@require_POST
@login_required
def leave(request: HttpRequest) -> HttpResponse:
    """Stop being a courier, or take an application back."""
    courier = courier_of(request.user)
    if courier is None:
        raise Http404
    services.resign(courier=courier, actor=request.user)
    messages.success(request, _("You have left the couriers. What you have earned stays yours."))
    return redirect("accounts:me")


def _course(request: HttpRequest, pk: int) -> Course:
    """A live course of the courier's campus. What was replaced, or is a draft, does not exist for couriers."""
    return get_object_or_404(Course, pk=pk, campus=request.courier.campus_id, status=Course.Status.LIVE)


def _context(request: HttpRequest) -> dict:
    active = request.courier.status == Status.ACTIVE
    return {
        "tab": "me",
        "courier": request.courier,
        "base": "couriers/base.html" if active else "student/base.html",
        "courses": selectors.courses_of(request.courier),
        "steps": [] if active else selectors.onboarding_steps(request.courier),
    }
