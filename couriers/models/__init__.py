"""Couriers: how they came, what they learnt, when they work, where they are."""

from couriers.models.applications import Application
from couriers.models.couriers import LOW_CREDIT, POSITION_KEEPS, Courier
from couriers.models.shifts import HALF_HOUR, Shift, ShiftAssignment, WorkSession
from couriers.models.trail import TrailPoint
from couriers.models.training import Attempt, Course, Lesson, Question

__all__ = [
    "HALF_HOUR",
    "LOW_CREDIT",
    "POSITION_KEEPS",
    "Application",
    "Attempt",
    "Courier",
    "Course",
    "Lesson",
    "Question",
    "Shift",
    "ShiftAssignment",
    "TrailPoint",
    "WorkSession",
]
