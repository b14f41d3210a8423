"""Distributions that parameters, initial values, weights and delays are drawn from: tables of a network file."""

from __future__ import annotations

from typing import Any


def normal(mean: Any, sd: Any) -> dict[str, Any]:
    """Normal, by its mean and standard deviation: quantities of one dimension, in the unit of what is drawn."""
    return {"normal": [mean, sd]}


def uniform(low: Any, high: Any) -> dict[str, Any]:
    """Uniform in low ≤ x < high: quantities of one dimension."""
    return {"uniform": [low, high]}


def exponential(mean: Any) -> dict[str, Any]:
    """Exponential, by its mean, a quantity."""
    return {"exponential": mean}


def lognormal(median: Any, sigma: float) -> dict[str, Any]:
    """Log-normal, by its median, a quantity whose sign all have, and the standard deviation of the logarithm of the size, a number."""
    return {"lognormal": [median, sigma]}


def truncated_normal(mean: Any, sd: Any, low: Any, high: Any) -> dict[str, Any]:
    """Normal, drawn again until low ≤ x ≤ high: quantities of one dimension."""
    return {"truncated_normal": [mean, sd, low, high]}
