"""The blueprint that all pages of organizations, accounts and rosters share."""

from flask import Blueprint

pages = Blueprint("organizations", __name__)
