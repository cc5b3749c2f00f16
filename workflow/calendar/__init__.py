"""Days: calendar months, ages, working days of mainland China, and the day at the office.

The lowest room: it knows the calendar and nothing of any procedure. No function reads a clock.
"""

from workflow.calendar.calendar_file import read_calendar
from workflow.calendar.entries import CalendarError
from workflow.calendar.months import add_months, add_years, age_reached_on
from workflow.calendar.office import OFFICE, office_day
from workflow.calendar.working_days import WorkingCalendar

__all__ = [
    "OFFICE",
    "CalendarError",
    "WorkingCalendar",
    "add_months",
    "add_years",
    "age_reached_on",
    "office_day",
    "read_calendar",
]
