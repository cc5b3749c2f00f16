"""依据: the procedure as a drawing, its steps, articles and editions; open to every office, needs no case."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web.basis_articles import ArticleSeen, articles
from web.basis_drawing import drawing
from web.basis_look import Look, book_here, look, look_asked, look_with
from web.basis_view import StepSeen
from web.desk import actor, house, task
from web.language import language, say, t
from web.outline import outline
from web.permission import in_office
from workflow.calendar.office import office_day
from workflow.engine.by_edition import MOST, by_edition
from workflow.engine.evidence import UnreadableEvidence
from workflow.law.diff import diff
from workflow.law.lookup import UnknownName, find

pages = Blueprint("basis", __name__, url_prefix="/basis")
UNFIT = 422
LONGEST = 60  # characters of what is looked for


@pages.get("")
@in_office
def index() -> ResponseReturnValue:
    """Show the procedure in force on a day, as a drawing and as a list."""
    try:
        return _index(look_asked())
    except UnreadableEvidence as error:
        return _index(look(), on_error=say(error.what)), UNFIT


def _index(seen: Look, *, on_error: str = "", name_error: str = "") -> str:
    picture = drawing(seen.words, seen.on, seen.step_url)
    return render_template(
        "basis/index.html", look=seen, picture=picture, stages=_stages(seen), on_error=on_error, name_error=name_error
    )


def _stages(seen: Look) -> list[tuple[str, list[StepSeen]]]:
    """Return the steps by stage, side acts last under an empty name."""
    found: dict[str, list[StepSeen]] = {name: [] for name in (*seen.edition.stages, "")}
    numbered = [*seen.edition.numbered]
    for step in (*numbered, *(one for one in seen.edition.steps if one not in numbered)):
        stage = seen.edition.steps[step].stage if step in numbered else ""
        found[stage or ""].append(StepSeen(seen, step))
    stages = seen.edition.stages
    return [(seen.words.pick(stages[key].zh, stages[key].en) if key else "", steps) for key, steps in found.items()]


@pages.get("/find")
@in_office
def find_name() -> ResponseReturnValue:
    """Go to what is called so: a step by number or name, an article, a rule by its audit code."""
    seen, name = look(), request.args.get("name", "").strip()[:LONGEST]
    if not name:
        return redirect(url_for("basis.index"))
    try:
        found = find(seen.law, [period.edition for period in reversed(seen.book.periods)], name)
    except UnknownName as error:
        return _index(seen, name_error=_unknown(seen, name, error)), UNFIT
    if found.steps:
        return redirect(url_for("basis.step", step=found.steps[0]))
    if found.articles:
        return redirect(url_for("basis.article", edition=seen.edition.edition.isoformat(), number=found.articles[0]))
    step, rule = found.rules[0].split(".")
    return redirect(url_for("basis.step", step=step, _anchor=f"rule-{step}-{rule}"))


def _unknown(seen: Look, name: str, error: UnknownName) -> str:
    """Return why nothing is called so here: it may stand in the local practice of others."""
    everywhere = house().laws.book(seen.law.overlays(seen.law.definitions.overlays))
    try:
        find(seen.law, [period.edition for period in everywhere.periods], name)
    except UnknownName:
        return t("；", "; ").join(filter(None, (say(error.what), say(error.remedy))))
    return t(f"“{name}”只见于其他地方的规定，不适用于本组织", f"“{name}” stands in the practice of other places only")


@pages.get("/steps/<step>")
@in_office
def step(step: str) -> ResponseReturnValue:
    """Show a step with its outcomes, its evidence and its rules."""
    seen = look_with(step)
    if seen is None:
        abort(404)
    return render_template("basis/step.html", look=seen, step=StepSeen(seen, step))


@pages.get("/articles")
@in_office
def all_articles() -> ResponseReturnValue:
    """List the articles of the edition in force on a day."""
    seen = look_asked()
    return render_template("basis/articles.html", look=seen, articles=_seen(seen))


def _seen(seen: Look) -> list[ArticleSeen]:
    return [ArticleSeen(seen, number, found) for number, found in articles(seen).items()]


@pages.get("/articles/<edition>/<number>")
@in_office
def article(edition: str, number: str) -> ResponseReturnValue:
    """Show an article: its gist, the rules that enforce it, or why no program can decide it."""
    today, book = office_day(house().clock()), book_here()
    looks = (Look(house().laws.law, book, period, today) for period in reversed(book.periods))
    seen = next((one for one in looks if one.edition.edition.isoformat() == edition), None)
    found = articles(seen).get(number) if seen else None
    if seen is None or found is None:
        abort(404)
    return render_template("basis/article.html", look=seen, article=ArticleSeen(seen, number, found))


@pages.get("/compare")
@in_office
def compare() -> ResponseReturnValue:
    """Show what changes from one edition to another."""
    seen = look()
    days = [edition.edition for edition in seen.law.editions]
    old, new = (_edition(name, days, otherwise) for name, otherwise in (("old", days[0]), ("new", days[-1])))
    parts = outline(diff(seen.law, old, new, language())) if old != new else ()
    return render_template("basis/compare.html", look=seen, days=days, old=old, new=new, parts=parts)


def _edition(name: str, known: list[date], otherwise: date) -> date:
    """Return the edition that the address names; there is no page for others."""
    asked = request.args.get(name) or otherwise.isoformat()
    found = next((day for day in known if day.isoformat() == asked), None)
    if found is None:
        abort(404)
    return found


@pages.get("/editions")
@in_office
def editions() -> ResponseReturnValue:
    """Show how many cases run under which edition, and what the change of editions means for them."""
    counted = by_edition(task()) if actor().sees_cases else None
    return render_template("basis/editions.html", look=look(), counted=counted, most=MOST)
