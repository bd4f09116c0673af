"""Which operators act on tickets."""

from accounts.models import StaffRole

Role = StaffRole.Role
# Who handles tickets: everybody but finance, who only looks.
HANDLERS = (Role.SUPPORT, Role.DISPATCHER, Role.SUPERVISOR)
# Who may move money or take points: dispatchers move orders only.
JUDGES = (Role.SUPPORT, Role.SUPERVISOR)
