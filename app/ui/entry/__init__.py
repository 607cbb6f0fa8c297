"""Before the main window: the first start and the login."""

from app.ui.entry.answers import AccountChoice, FirstStart, JoinExisting, NewAccount
from app.ui.entry.first_start import FirstStartWizard
from app.ui.entry.login import LoginWindow

__all__ = ["AccountChoice", "FirstStart", "FirstStartWizard", "JoinExisting", "LoginWindow", "NewAccount"]
