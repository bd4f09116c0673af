"""Under /c/."""

from django.urls import path

from couriers.views import onboarding, positions, shifts

app_name = "couriers"
urlpatterns = [
    path("me/leave/", onboarding.leave, name="leave"),
    path("shifts/", shifts.shifts, name="shifts"),
    path("shifts/<int:pk>/take/", shifts.take, name="shift_take"),
    path("shifts/<int:pk>/give-back/", shifts.give_back, name="shift_give_back"),
    path("apply/", onboarding.apply, name="apply"),
    path("training/", onboarding.training, name="training"),
    path("training/<int:pk>/", onboarding.course, name="course"),
    path("training/<int:pk>/quiz/", onboarding.quiz, name="quiz"),
    path("position/", positions.position, name="position"),
]
