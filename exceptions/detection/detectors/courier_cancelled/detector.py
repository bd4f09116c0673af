"""A courier gives a job back after the free minute."""

from django.utils.translation import gettext_lazy as _

from exceptions.detection.base import Detector

TYPE = "courier_cancelled"

DETECTOR = Detector(
    label=_("A courier gives a job back"),
    types=(TYPE,),
    evidence="the courier's reason, the leg's history",
    stays="its cause is asked and ruled, also when somebody else has taken the job",
)
