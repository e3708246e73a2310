"""Users and groups, for superusers; the audit log, to read. No page shows a key or a guess."""

from digest_project.staff.admin.log import AuditLogAdmin
from digest_project.staff.admin.user import GroupAdmin, UserAdmin

__all__ = ["AuditLogAdmin", "GroupAdmin", "UserAdmin"]
