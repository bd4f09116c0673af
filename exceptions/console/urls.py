"""Under /admin/console/, in the namespace `exceptions`: `exceptions:console`, `exceptions:console_queue` …"""

from django.urls import path

from exceptions.console import commands, silent, views

urlpatterns = [
    path("", views.console, name="console"),
    path("queue/", views.queue, name="console_queue"),
    path("figures/", views.figures, name="console_figures"),
    path("pulse/", views.pulse, name="console_pulse"),
    path("silent/", silent.strip, name="console_silent"),
    path("silent/<int:pk>/call/", silent.call, name="console_silent_call"),
    path("toast/", views.toast, name="console_toast"),
    path("t/<str:no>/", views.ticket, name="console_ticket"),
    path("t/<str:no>/parts/", views.parts, name="console_parts"),
    path("t/<str:no>/claim/", commands.claim, name="console_claim"),
    path("t/<str:no>/take/", commands.acknowledge, name="console_acknowledge"),
    path("t/<str:no>/unassign/", commands.unassign, name="console_unassign"),
    path("t/<str:no>/assign/", commands.assign, name="console_assign"),
    path("t/<str:no>/note/", commands.note, name="console_note"),
    path("t/<str:no>/call/<str:party>/", commands.call, name="console_call"),
    path("t/<str:no>/dismiss/", commands.dismiss, name="console_dismiss"),
    path("t/<str:no>/reopen/", commands.reopen, name="console_reopen"),
    path("t/<str:no>/step/<slug:name>/", commands.run_action, name="console_action"),
    path("t/<str:no>/undo/<int:event>/", commands.undo, name="console_undo"),
    path("t/<str:no>/photo/<int:pk>/", views.photo, name="console_photo"),
]
