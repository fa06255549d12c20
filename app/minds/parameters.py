"""Every number of the embedded user in one frozen object, each with where it comes from.

Tags: `fitted` (from data), `literature` (from a publication), `assumed` (a declared prior, to be swept).
Utilities are on the logit scale.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal

from app.errors import unknown

Tag = Literal["fitted", "literature", "assumed"]
Coupling = Literal["none", "weak", "medium", "strong"]
COUPLINGS: dict[str, float] = {"none": 0.0, "weak": 0.5, "medium": 1.0, "strong": 1.6}


def _p(value: float, tag: Tag, source: str) -> Any:
    return field(default=value, metadata={"tag": tag, "source": source})


@dataclass(frozen=True)
class BehaviorParameters:
    """The parameters of the behavioral model; see `model_card` for the tags."""

    # utility
    taste: float = _p(1.25, "assumed", "spread of a user's taste over a catalog; swept with the couplings")
    dislike_weight: float = _p(1.3, "assumed", "how much a stated dislike weighs against a stated taste")
    content_share: float = _p(
        0.6, "assumed", "spread of taste by likeness to the past, against stated facets"
    )
    quality: float = _p(0.7, "fitted", "item logit deviation, KuaiRand")
    anchor: float = _p(3.0, "fitted", "user logit deviation about 0.9 at pickiness sd 0.3, KuaiRand")
    conformity: float = _p(0.5, "assumed", "pull of popularity at conformity 1, per sd of log popularity")
    curiosity: float = _p(0.9, "assumed", "pull of an item whose facets are all unknown, at curiosity 1")
    satiation: float = _p(1.4, "assumed", "cost of a fully satiated item; KuaiRand points to 0.35-0.61, n.s.")
    repetition: float = _p(0.65, "assumed", "cost per log(1 + times seen), within 0.5-0.8")
    wish: float = _p(0.9, "assumed", "gain of an item that matches a standing instruction")
    mood: float = _p(0.25, "assumed", "shift of all utilities per unit of mood")
    position: float = _p(0.25, "fitted", "per log(position), KuaiRand: click -0.23, long view -0.26")
    clickbait: float = _p(0.35, "assumed", "sd of appeal minus value, after RecSim's long-term satisfaction")
    # reactions
    open: float = _p(0.15, "fitted", "level: KuaiRand's click rate .44 on a random feed of the films")
    watch: float = _p(0.1, "fitted", "level of the watched fraction of opened items, KuaiRand")
    watch_spread: float = _p(1.5, "fitted", "spread of its logit: quartiles .20, .65 and 1.02, KuaiRand")
    watch_value: float = _p(0.6, "assumed", "effect of value on the watched fraction")
    watch_most: float = _p(1.25, "assumed", "largest watched fraction: a quarter is watched again")
    like: float = _p(-4.05, "fitted", "like rate .017, KuaiRand")
    like_watch: float = _p(0.6, "fitted", "log-odds of like by half watched or not, opened items, KuaiRand")
    dislike: float = _p(-7.4, "fitted", "hate rate .0005, KuaiRand")
    dislike_value: float = _p(1.5, "assumed", "effect of value against disliking")
    save: float = _p(-7.05, "fitted", "follow rate .0011, KuaiRand, as the nearest to saving")
    share: float = _p(-7.1, "fitted", "forward rate .0010, KuaiRand")
    comment: float = _p(-6.2, "fitted", "comment rate .0026, KuaiRand")
    engage_value: float = _p(0.7, "assumed", "effect of value on like, save, share and comment")
    skip_seconds: float = _p(2.5, "assumed", "time to skip an item")
    open_seconds: float = _p(5.0, "assumed", "time to open an item")
    preview_seconds: float = _p(20.0, "assumed", "most that is watched of a long item while browsing")
    # mindset
    arrive: float = _p(0.55, "assumed", "satisfaction on arrival")
    arrive_mood: float = _p(0.10, "assumed", "effect of mood on it")
    arrive_spread: float = _p(0.20, "assumed", "spread of the mood on arrival around the persona's")
    trust_start: float = _p(0.60, "assumed", "trust on arrival")
    learn: float = _p(0.05, "assumed", "satisfaction moved by one item's value against the expectation")
    expect_start: float = _p(0.50, "assumed", "expectation on arrival, and what it partly reverts to")
    expect: float = _p(0.10, "assumed", "speed of the expectation, a turn")
    expect_adapt: float = _p(0.50, "assumed", "how far the expectation follows satisfaction")
    skip_value: float = _p(0.35, "assumed", "value of a skipped item: attention for nothing")
    recover: float = _p(0.90, "literature", "satiation kept from turn to turn (rebounding dynamics)")
    exposed: float = _p(0.06, "assumed", "satiation added by seeing a facet")
    consumed: float = _p(0.12, "assumed", "satiation added by consuming a facet")
    learn_facet: float = _p(0.08, "assumed", "familiarity gained by consuming a facet")
    drift: float = _p(0.02, "assumed", "taste moved toward a consumed item")
    revert: float = _p(0.05, "assumed", "taste moved back to its origin, a turn")
    mood_keep: float = _p(0.13, "fitted", "mood autocorrelation 0.10-0.16 on three rating sets")
    mood_base: float = _p(0.50, "assumed", "share of the mood on arrival that mood reverts to")
    mood_sd: float = _p(0.15, "assumed", "innovation of mood, a turn")
    effort: float = _p(0.004, "assumed", "fatigue of one item; opening costs twice that")
    instruct_effort: float = _p(0.03, "assumed", "fatigue of saying what is wrong")
    kept: float = _p(0.10, "assumed", "satisfaction gained or lost by an instruction kept or not")
    kept_slope: float = _p(4.0, "assumed", "how soon a better or worse match counts as kept or not")
    trust: float = _p(0.25, "assumed", "trust moved by an instruction kept or not")
    wish_keep: float = _p(0.85, "assumed", "strength of a standing wish kept from turn to turn")
    # leaving
    leave: float = _p(-2.35, "assumed", "logit hazard of one item at its start; level set for films")
    leave_age: float = _p(0.65, "fitted", "falling hazard: discrete Weibull of shape 0.4 beats geometric")
    frailty: float = _p(0.8, "fitted", "spread between users: ICC of session length .16-.32")
    leave_satisfaction: float = _p(4.0, "assumed", "coupling c: hazard against satisfaction; swept")
    leave_boredom: float = _p(2.0, "assumed", "coupling d: hazard against boredom; swept")
    leave_friction: float = _p(0.06, "assumed", "coupling f: hazard per item of a run of skips; swept")
    leave_fatigue: float = _p(1.0, "assumed", "hazard against fatigue")
    leave_patience: float = _p(2.0, "assumed", "hazard from patience 0 to patience 1")
    # instructing
    instruct: float = _p(-2.2, "assumed", "logit of instructing instead of leaving, at traits of 0")
    instruct_expressive: float = _p(3.0, "assumed", "effect of expressiveness")
    instruct_patience: float = _p(1.0, "assumed", "effect of patience")
    instruct_trust: float = _p(4.0, "assumed", "effect of trust against trust on arrival")
    instruct_unheard: float = _p(0.5, "assumed", "cost of every instruction that was not kept")
    # what is asked for
    ask_more: float = _p(0.8, "assumed", "gap of `more` per taste for a facet that was not shown")
    ask_less: float = _p(1.6, "assumed", "gap of `less` per satiation and share above the catalog's")
    ask_avoid: float = _p(1.5, "assumed", "gap of `avoid` per distaste and share of the slate")
    ask_liked: float = _p(0.3, "assumed", "what taste takes from the gap of `less`")
    ask_lean: float = _p(0.72, "assumed", "gap of newer, longer, popular per lean of taste")
    ask_shown: float = _p(0.21, "assumed", "what the slate's mean year, length and popularity takes from it")
    ask_crowd: float = _p(0.48, "assumed", "gap of popular per conformity above curiosity; niche the reverse")
    ask_crowd_least: float = _p(0.18, "assumed", "what must be exceeded to ask for popular or niche")
    ask_hurry: float = _p(0.24, "assumed", "gap of shorter for a time budget near 0; none from 30 minutes")
    ask_surprise: float = _p(0.7, "assumed", "gap of surprise per boredom at curiosity 0.5")
    ask_similar: float = _p(0.45, "assumed", "gap of `similar` to an item of high value")
    ask_least: float = _p(0.05, "assumed", "gaps below it are not worth saying")
    ask_second: float = _p(0.5, "assumed", "chance of a second wish in one instruction")
    ask_noise: float = _p(0.10, "assumed", "Gumbel scale in choosing what to ask for")
    wish_more: float = _p(1.2, "assumed", "pull of `more` on items with the facet, at strength 1")
    wish_less: float = _p(1.0, "assumed", "push of `less`")
    wish_avoid: float = _p(2.0, "assumed", "push of `avoid`, and pull of `only`")
    wish_number: float = _p(0.8, "assumed", "pull of newer, longer, popular … per standard deviation")
    wish_old: float = _p(0.5, "assumed", "share of the standing wish that a new one leaves")
    # returning
    gap_q: float = _p(0.386, "fitted", "discrete Weibull q of days between sessions, KuaiRand")
    gap_shape: float = _p(0.676, "fitted", "its shape; total variation 0.010 to the histogram")
    gap_satisfaction: float = _p(1.5, "assumed", "logit q falls with the session's end satisfaction")
    gap_loyalty: float = _p(0.8, "assumed", "logit q falls with loyalty")
    churn: float = _p(-2.2, "assumed", "logit of never returning; falls with satisfaction and loyalty")
    churn_satisfaction: float = _p(4.0, "assumed", "effect of end satisfaction on never returning")
    churn_loyalty: float = _p(2.0, "assumed", "effect of loyalty on never returning")

    def coupled(self, name: str) -> BehaviorParameters:
        """The same user with leaving tied to content with another strength."""
        if name not in COUPLINGS:
            raise unknown("coupling", name, COUPLINGS)
        factor = COUPLINGS[name]
        return replace(
            self,
            leave_satisfaction=self.leave_satisfaction * factor,
            leave_boredom=self.leave_boredom * factor,
            leave_friction=self.leave_friction * factor,
        )


def model_card() -> list[tuple[str, float, str, str]]:
    """(name, value, tag, source) of every parameter."""
    card = BehaviorParameters()
    return [(f.name, getattr(card, f.name), f.metadata["tag"], f.metadata["source"]) for f in fields(card)]
