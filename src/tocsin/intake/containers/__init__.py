"""Where reports come in: files, folders, archives and mails, opened down to what they carry."""

from tocsin.intake.containers.limits import Limits
from tocsin.intake.containers.members import Companion, MailInfo, Member
from tocsin.intake.containers.opening import open_members
from tocsin.intake.containers.streams import DamagedError

__all__ = ["Companion", "DamagedError", "Limits", "MailInfo", "Member", "open_members"]
