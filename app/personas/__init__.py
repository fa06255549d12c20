"""Personas and populations: files of them, what `--personas` accepts, and users drawn from them."""

from __future__ import annotations

from app.personas.choosing import Choice, check, choose
from app.personas.fitting import check_facets, facet_names, resolve, title_index
from app.personas.folders import builtin, builtin_populations, load_personas, load_populations
from app.personas.population import Population, Spread
from app.personas.reading import Origin, Personas, Populations
from app.personas.sampling import sample, sample_numbers

__all__ = [
    "Choice",
    "Origin",
    "Personas",
    "Population",
    "Populations",
    "Spread",
    "builtin",
    "builtin_populations",
    "check",
    "check_facets",
    "choose",
    "facet_names",
    "load_personas",
    "load_populations",
    "resolve",
    "sample",
    "sample_numbers",
    "title_index",
]
