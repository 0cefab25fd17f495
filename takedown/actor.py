"""Who acts: a person with roles, or a part of the program; every service asks it whether it may."""

from dataclasses import dataclass
from enum import StrEnum

from takedown.errors import NotAllowedError
from takedown.words import word


class Role(StrEnum):
    """What a person may do. Roles add up; none contains another."""

    REVIEWER = "reviewer"  # judges cases, prepares notices
    APPROVER = "approver"  # releases what another person prepared, decides appeals and disputes
    POLICE = "police"  # sees and makes owner-record requests, nothing else
    AUDITOR = "auditor"  # reads everything, changes nothing
    ADMINISTRATOR = "administrator"  # people, recipients, legal bases; judges nothing


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did it, as it stands in the audit log."""

    name: str
    roles: frozenset[Role]

    def require(self, *roles: Role) -> None:
        """Raises NotAllowedError unless this actor has one of the roles."""
        if not self.roles & set(roles):
            wanted = " or ".join(roles)
            wanted_vi = " hoặc ".join(word("role", role, "vi").lower() for role in roles)
            raise NotAllowedError(
                f"«{self.name}» may not do this: it takes the role {wanted}",
                f"«{self.name}» không được làm việc này: cần vai {wanted_vi}",
            )


CONSOLE = Actor("console", frozenset({Role.ADMINISTRATOR}))  # whoever has the shell has the database too
SYSTEM = Actor("system", frozenset())  # what happens by the clock
