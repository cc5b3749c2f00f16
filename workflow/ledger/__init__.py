"""Workbooks as branches keep them: read safely into values of cases, with every unreadable cell named."""

from workflow.ledger.files import check_file
from workflow.ledger.form import LedgerForm, load_form
from workflow.ledger.problems import CellProblem
from workflow.ledger.reader import Ledger, LedgerRow, read_ledger

__all__ = ["CellProblem", "Ledger", "LedgerForm", "LedgerRow", "check_file", "load_form", "read_ledger"]
