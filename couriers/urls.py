"""Under /c/."""

from django.urls import path

from couriers.views import joining, positions, shifts

app_name = "couriers"
urlpatterns = [
    path("me/leave/", joining.leave, name="leave"),
    path("shifts/", shifts.shifts, name="shifts"),
    path("shifts/<int:pk>/take/", shifts.take, name="shift_take"),
    path("shifts/<int:pk>/give-back/", shifts.give_back, name="shift_give_back"),
    path("apply/", joining.apply, name="apply"),
    path("training/", joining.training, name="training"),
    path("training/<int:pk>/", joining.course, name="course"),
    path("training/<int:pk>/quiz/", joining.quiz, name="quiz"),
    path("position/", positions.position, name="position"),
]
