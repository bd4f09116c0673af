"""What operators set up for customer service, and its conversations as a list."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from chat.models import CannedAnswer, Conversation
from core.admin import SUPERVISOR, SUPPORT, CampusScopedAdmin, ReadOnlyAdmin, ScopedRelatedFilter


@admin.register(CannedAnswer)
class CannedAnswerAdmin(CampusScopedAdmin):
    add_roles = change_roles = delete_roles = (SUPPORT, SUPERVISOR)
    list_display = ["shortcut_shown", "text", "campus", "position", "is_active"]
    list_display_links = ["shortcut_shown"]
    list_filter = [("campus", ScopedRelatedFilter), "is_active"]
    list_select_related = ["campus"]
    search_fields = ["shortcut", "text"]
    fields = ["campus", ("shortcut", "position"), "text", "is_active"]

    @display(description=_("shortcut"), ordering="shortcut")
    def shortcut_shown(self, answer):
        return f"/{answer.shortcut}"


@admin.register(Conversation)
class ConversationAdmin(ReadOnlyAdmin):
    list_display = ["person", "role", "status", "operator", "created_at", "first_wait", "on_the_desk"]
    list_filter = ["status", "role", ("campus", ScopedRelatedFilter)]
    list_select_related = ["person", "operator", "thread"]
    search_fields = ["person__name", "topics__ref"]
    fields = [
        "person",
        "campus",
        "role",
        "status",
        "operator",
        "created_at",
        "first_wait",
        "closed_at",
        "on_the_desk",
    ]
    readonly_fields = ["first_wait", "on_the_desk"]

    @display(description=_("seconds to the first answer"), ordering="first_wait_s")
    def first_wait(self, conversation):
        return "—" if conversation.first_wait_s is None else conversation.first_wait_s

    @display(description=_("what was said"))
    def on_the_desk(self, conversation):
        return format_html(
            '<a href="{}?t={}">{}</a>', reverse("chat:desk"), conversation.thread.no, _("Open")
        )
