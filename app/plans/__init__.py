"""Plans: what a run does, from options alone or from a run file, resolved to one effective `Plan`."""

from __future__ import annotations

from app.plans.arms import Arm, BadSlate, Perturbations
from app.plans.expecting import Expectation, Outcome
from app.plans.loading import Located, load_run_file
from app.plans.plan import Gate, Plan
from app.plans.resolving import make_plan, plan_of
from app.plans.runfile import RunFile, json_schema
from app.plans.script import ScriptTurn
from app.plans.strict import Arrival

__all__ = [
    "Arm",
    "Arrival",
    "BadSlate",
    "Expectation",
    "Gate",
    "Located",
    "Outcome",
    "Perturbations",
    "Plan",
    "RunFile",
    "ScriptTurn",
    "json_schema",
    "load_run_file",
    "make_plan",
    "plan_of",
]
