"""Who would like to be a courier, and what couriers learn."""

from django import forms
from django.contrib import admin
from django.db.models import F
from django.http import FileResponse, Http404, HttpRequest, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from unfold.decorators import action, display
from unfold.enums import ActionVariant
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminTextInputWidget

from core.admin import (
    SUPERVISOR,
    CampusScopedAdmin,
    CampusScopedStackedInline,
    ReadOnlyAdmin,
    ScopedRelatedFilter,
    has_role,
)
from core.versioning import number_draft
from couriers import services
from couriers.admin.transition_actions import TRANSITION_ROLES, TransitionActions
from couriers.models import Application, Attempt, Course, Lesson, Question


class ReasonForm(BaseDialogForm):
    reason = forms.CharField(
        label=_("Reason (the applicant reads it)"), max_length=200, widget=UnfoldAdminTextInputWidget
    )


@admin.register(Application)
class ApplicationAdmin(TransitionActions, ReadOnlyAdmin):
    """The queue of applicants. The photos are there until somebody has decided."""

    campus_path = "courier__campus"
    view_roles = TRANSITION_ROLES
    list_display = ["name", "phone", "campus", "state", "gender", "vehicle", "sent_at", "decided_at"]
    list_filter = ["status", ("courier__campus", ScopedRelatedFilter)]
    list_select_related = ["courier__user", "courier__campus", "decided_by"]
    search_fields = ["courier__user__name", "=courier__user__phone"]
    ordering = ["decided_at", "sent_at"]
    fields = readonly_fields = [
        "name", "phone", "campus", "gender", "vehicle", "state_now", "sent_at", "pictures", "reason",
        "decided_by", "decided_at", "before",
    ]  # fmt: skip
    actions_detail = ["accept", "ask_again", "refuse"]

    def get_ordering(self, request):
        return [F("decided_at").desc(nulls_first=True), "sent_at"]  # who waits longest is on top

    @display(description=_("person's name"), ordering="courier__user__name")
    def name(self, application):
        return application.courier.user.display_name

    @display(description=_("phone"))
    def phone(self, application):
        return application.courier.user.masked_phone

    @display(description=_("campus"))
    def campus(self, application):
        return application.courier.campus.label

    @display(description=_("gender"))
    def gender(self, application):
        return application.courier.get_gender_display()

    @display(description=_("vehicle"))
    def vehicle(self, application):
        return application.courier.get_vehicle_display()

    @display(
        description=_("status"),
        ordering="status",
        label={
            "waiting": "warning",
            "returned": "info",
            "accepted": "success",
            "refused": "danger",
            "withdrawn": "info",
        },
    )
    def state(self, application):
        return application.status, application.get_status_display()

    @display(description=_("status"))
    def state_now(self, application):
        return application.get_status_display()

    @display(description=_("photos"))
    def pictures(self, application):
        if application.status != Application.Status.WAITING:
            return _("Deleted after the decision.")
        titles = {"student_card": _("student card"), "face": _("photo of the face")}
        shown = format_html_join(
            "", '<a href="{0}" target="_blank"><img src="{0}" alt="{1}"></a>',
            ((reverse("admin:couriers_application_photo", args=[application.pk, name]), titles[name])
             for name in application.photos),
        )  # fmt: skip
        return format_html('<div class="vetting-photos">{}</div>', shown)

    @display(description=_("earlier applications"))
    def before(self, application):
        others = application.courier.applications.exclude(pk=application.pk)
        return format_html_join(
            "", "<p>{} · {} {}</p>", ((f"{one.sent_at:%Y-%m-%d}", one.get_status_display(), one.reason) for one in others)
        ) or "—"  # fmt: skip

    @action(description=_("Admit"), icon="check_circle", variant=ActionVariant.SUCCESS, permissions=["accept"],
            dialog={"title": _("Let this person begin the training?"),
                    "description": _("Card and face fit together, name and gender are as on the card. The photos are deleted.")})  # fmt: skip
    def accept(self, request, form, object_id):
        return self._decide(request, object_id, services.accept_applicant)

    @action(description=_("Ask for a better photo"), icon="add_a_photo", permissions=["ask_again"],
            dialog={"title": _("Which photo has to be better, and how?"), "form_class": ReasonForm})  # fmt: skip
    def ask_again(self, request, form, object_id):
        return self._decide(
            request, object_id, services.ask_for_better_photo, reason=form.cleaned_data["reason"]
        )

    @action(description=_("Refuse"), icon="block", variant=ActionVariant.DANGER, permissions=["refuse"],
            dialog={"title": _("Refuse this application?"),
                    "description": _("They read the reason and may apply again after a week. The photos are deleted."),
                    "form_class": ReasonForm})  # fmt: skip
    def refuse(self, request, form, object_id):
        return self._decide(request, object_id, services.refuse_applicant, reason=form.cleaned_data["reason"])

    def _decide(self, request, object_id, service, **more):
        return self.run_transition(
            request,
            object_id,
            lambda application: service(courier=application.courier, actor=request.user, **more),
        )

    def get_urls(self):
        photo = path(
            "<int:pk>/photo/<slug:name>/", self.admin_site.admin_view(self.photo), name="couriers_application_photo"
        )  # fmt: skip
        return [photo, *super().get_urls()]

    def photo(self, request: HttpRequest, pk: int, name: str) -> FileResponse:
        """One of the two photos, for those who decide, while nothing is decided. Kept by no cache."""
        application = get_object_or_404(self.get_queryset(request), pk=pk)
        file = application.photos.get(name) if application.status == Application.Status.WAITING else None
        if file is None or not has_role(request, TRANSITION_ROLES, application.courier.campus_id):
            raise Http404
        return never_cache(lambda _request: FileResponse(file.open("rb"), content_type="image/jpeg"))(request)


class _Part(CampusScopedStackedInline):
    """Part of a course: edited while it is a draft."""

    add_roles = change_roles = delete_roles = (SUPERVISOR,)

    def has_add_permission(self, request, obj=None):
        return _is_draft(obj) and super().has_add_permission(request, obj)

    def has_change_permission(self, request, obj=None):
        return _is_draft(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        return _is_draft(obj) and super().has_delete_permission(request, obj)


def _is_draft(course: Course | None) -> bool:
    return course is None or course.status == Course.Status.DRAFT


class LessonInline(_Part):
    model = Lesson
    fields = ["position", "title", "text"]


class QuestionInline(_Part):
    model = Question
    fields = ["position", "text", ("a", "b"), ("c", "d"), "right", "why"]


@admin.register(Course)
class CourseAdmin(TransitionActions, CampusScopedAdmin):
    """Courses in versions. A draft is edited and made live; what is live is copied into a new draft."""

    add_roles = change_roles = delete_roles = transition_roles = (SUPERVISOR,)
    list_display = [
        "title",
        "campus",
        "for_kind",
        "version",
        "state",
        "live_at",
        "pass_percent",
        "grace_days",
    ]
    list_filter = ["status", ("campus", ScopedRelatedFilter)]
    list_select_related = ["campus"]
    fields = [
        ("campus", "kind"), "title", ("pass_percent", "wait_minutes", "grace_days"), "reason",
        ("version", "state_now", "live_at", "published_by"),
    ]  # fmt: skip
    readonly_fields = ["version", "state_now", "live_at", "published_by"]
    inlines = [LessonInline, QuestionInline]
    actions_detail = ["go_live", "copy"]

    def get_readonly_fields(self, request, obj=None):
        return [*self.readonly_fields, "campus", "kind"] if obj else self.readonly_fields

    def has_change_permission(self, request, obj=None):
        return _is_draft(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        return _is_draft(obj) and super().has_delete_permission(request, obj)

    def has_copy_permission(self, request, object_id=None) -> bool:
        course = self.get_object(request, object_id)
        return (
            course is not None
            and not _is_draft(course)
            and has_role(request, (SUPERVISOR,), course.campus_id)
        )

    def save_model(self, request, obj, form, change):
        if not change:
            number_draft(obj)
        super().save_model(request, obj, form, change)

    @display(description=_("for the kind of job"), ordering="kind")
    def for_kind(self, course):
        return course.get_kind_display() if course.kind else _("every courier")

    @display(
        description=_("status"), ordering="status", label={"draft": "warning", "live": "success", "superseded": "info"}
    )  # fmt: skip
    def state(self, course):
        return course.status, course.get_status_display()

    @display(description=_("status"))
    def state_now(self, course):
        return course.get_status_display()

    @action(description=_("Make live"), icon="publish", variant=ActionVariant.SUCCESS, permissions=["go_live"],
            dialog={"title": _("Make this version live?"),
                    "description": _("It takes the place of the one before and cannot be edited any more. Couriers are told, and have the days of grace to do it.")})  # fmt: skip
    def go_live(self, request, form, object_id):
        return self.run_transition(
            request, object_id, lambda course: services.publish_course(course=course, actor=request.user)
        )

    @action(description=_("New version"), icon="content_copy", permissions=["copy"])
    def copy(self, request, object_id):
        if (course := self.get_object(request, object_id)) is None:
            raise Http404
        draft = services.draft_course(course=course)
        return HttpResponseRedirect(reverse("admin:couriers_course_change", args=[draft.pk]))


@admin.register(Attempt)
class AttemptAdmin(ReadOnlyAdmin):
    campus_path = "course__campus"
    view_roles = TRANSITION_ROLES
    list_display = ["courier", "course", "right", "asked", "passed", "at"]
    list_filter = ["passed", ("course", ScopedRelatedFilter)]
    list_select_related = ["courier__user", "course"]
    search_fields = ["courier__user__name", "=courier__user__phone"]
    fields = readonly_fields = ["courier", "course", "at", "right", "asked", "passed", "missed"]

    @display(description=_("answered wrongly"))
    def missed(self, attempt):
        wrong = Question.objects.filter(pk__in=attempt.wrong)
        return format_html_join("", "<p>{}</p>", ((question.text,) for question in wrong)) or "—"
