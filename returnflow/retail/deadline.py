"""The last day to send something back: when the days start, how long they run, and what a holiday season changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from returnflow.retail.model import Order, OrderLine
from returnflow.retail.rules import EVERY_CATEGORY, UNSURE, Clock, Rule, Season, StorePolicy


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of days. `deadline` is inclusive; `sure` is False when its start is a careful guess."""

    deadline: date
    days: int
    sure: bool = True
    by_season: bool = False
    """True when a season set the deadline, so that the number of days does not explain it."""


def window(order: Order, line: OrderLine, rule: Rule, policy: StorePolicy, days: int) -> Window | None:
    """The later of the normal and the season's deadline, or None when nothing says when the days started."""
    start = _start(order, rule.counted_from)
    if start is None:
        return None
    day, sure = start
    seasons = [season for season in policy.seasons if season.covers(order.placed_on, line.seller)]
    shifted = max([day, *(season.clock_starts for season in seasons if season.clock_starts and _shifts(season, days))])
    normal = shifted + timedelta(days=days)
    extended = max((last for season in seasons if (last := season.last_day(line.category))), default=date.min)
    return Window(max(normal, extended), days, sure, by_season=extended > normal or shifted > day)


def windows(order: Order, line: OrderLine, rule: Rule, policy: StorePolicy) -> tuple[Window, ...]:
    """The rule's window first, then those that are as believable: other sources and the general rule, when it is unsure."""
    if rule.window_days is None:
        return ()
    lengths = [rule.window_days, *rule.other_windows]
    if rule.certainty in UNSURE:
        general = policy.rule_for(EVERY_CATEGORY, line.seller)
        lengths += [] if general is None or general.window_days is None else [general.window_days]
    found = (window(order, line, rule, policy, days) for days in lengths)
    return tuple(each for each in found if each is not None)


def hedged(order: Order, line: OrderLine, policy: StorePolicy, today: date) -> bool:
    """Whether a season may hold that the file does not know yet.

    True when the order was bought in the weeks of a season of an earlier year, today falls in those weeks too, and the
    file has neither a season for the purchase nor the merchant's word that there is none.
    """
    season, years = newest_season(policy), years_since_season(policy, today)
    if season is None or years is None or any(each.covers(order.placed_on, line.seller) for each in policy.seasons):
        return False
    return _add_years(season.buy_from, years) <= order.placed_on <= _add_years(season.buy_to, years)


def season_warnings(policies: Mapping[str, StorePolicy], today: date) -> list[str]:
    """A line for `doctor` per enabled store whose newest season is over while today falls in its weeks of a later year."""
    lines = []
    for store, policy in sorted(policies.items()):
        season, years = newest_season(policy), years_since_season(policy, today)
        if season is not None and years is not None and policy.enabled:
            known, year = season.buy_from.year, season.buy_from.year + years
            lines.append(
                f"{store}: the newest holiday season is {known}, and today is in its weeks. Deadlines may be too early. "
                f"Add the {year} season to seasons in the store's policy file, or {year} to no_season_years."
            )
    return lines


def newest_season(policy: StorePolicy) -> Season | None:
    """The season that was on sale last."""
    return max(policy.seasons, key=lambda season: (season.buy_to, season.id), default=None)


def years_since_season(policy: StorePolicy, today: date) -> int | None:
    """How many years ago these weeks were the newest season, when nothing says whether there is one this time; else None."""
    season = newest_season(policy)
    if season is None or any(_in_weeks(each, today, 0) for each in policy.seasons):
        return None
    for years in range(1, today.year - season.buy_from.year + 1):
        if _in_weeks(season, today, years) and season.buy_from.year + years not in policy.no_season_years:
            return years
    return None


def _in_weeks(season: Season, today: date, years: int) -> bool:
    """Whether today falls between the season's first purchase and last return day, moved by that many years."""
    last = season.return_by or season.buy_to
    return _add_years(season.buy_from, years) <= today <= _add_years(last, years)


def _start(order: Order, clock: Clock) -> tuple[date, bool] | None:
    """The day the days start and whether it is certain. A guess is never later than the true day would be."""
    plus = timedelta(days=clock.plus_days)
    if clock.event == "purchase":
        return order.placed_on + plus, True
    if clock.event == "purchase_or_delivery":
        known = order.delivered_on is not None
        return max(order.placed_on, order.delivered_on or order.shipped_on or order.placed_on) + plus, known
    if clock.event == "ship":
        if order.shipped_on is not None:
            return order.shipped_on + plus, True
        return (order.delivered_on, False) if order.delivered_on else None
    if order.delivered_on is not None:
        return order.delivered_on + plus, True
    return (order.shipped_on + plus, False) if order.shipped_on else None


def _shifts(season: Season, days: int) -> bool:
    return season.kind == "clock_start" and (season.if_window_below is None or days < season.if_window_below)


def _add_years(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # February 29
        return day.replace(year=day.year + years, day=28)
