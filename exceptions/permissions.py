"""Which operators act on tickets."""

from accounts.models import StaffRole

Role = StaffRole.Role
# Who may move money or take points: dispatchers move orders only.
JUDGES = (Role.SUPPORT, Role.SUPERVISOR)
