"""组织与人员: the tree of organizations, offices, accounts, rosters, local practice."""

from web.pages.organizations import accounts, look, offices, own, placing, roster, tree
from web.pages.organizations.blueprint import pages

__all__ = ["accounts", "look", "offices", "own", "pages", "placing", "roster", "tree"]
