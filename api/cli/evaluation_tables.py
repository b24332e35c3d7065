"""An evaluation as tables for a person."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

import typer

if TYPE_CHECKING:
    from pipeline.insights.agreement import Agreement
    from pipeline.insights.call_measures import Scoring
    from pipeline.insights.evaluation import CallEvaluation, Evaluation
    from pipeline.insights.rates import Rate

_Parts = Mapping[str, float]


def _of_words(parts: _Parts) -> str:
    return (
        f"{parts['substitutions']:,.0f} replaced, {parts['deletions']:,.0f} left out, "
        f"{parts['insertions']:,.0f} added, of {parts['words']:,.0f} words said"
    )


def _of_times(parts: _Parts) -> str:
    missed, invented, confused = (
        f"{parts[name] / parts['speech_s']:.1%}" for name in ("missed_s", "false_alarm_s", "confusion_s")
    )
    return f"missed {missed}, false alarm {invented}, confused {confused}, of {parts['speech_s']:,.0f} s of speech"


def _of_roles(parts: _Parts) -> str:
    return f"{parts['right']:,.0f} of {parts['words']:,.0f} words"


def _of_stored(parts: _Parts) -> str:
    return f"{parts['invented']:,.0f} of {parts['words']:,.0f} words stored"


def _of_hours(parts: _Parts) -> str:
    return f"{parts['invented']:,.0f} in {parts['hours']:,.2f} hours"


_SHOWN: Final[Mapping[str, tuple[str, str, Callable[[_Parts], str]]]] = {
    "wer": ("word error rate", "WER", _of_words),
    "cpwer": ("  speaker by speaker (cpWER)", "cpWER", _of_words),
    "der": ("diarization error rate", "DER", _of_times),
    "der_without_overlap": ("  without overlap", "w/o ovl.", _of_times),
    "role_accuracy": ("roles right, by words", "roles", _of_roles),
    "invented_per_100_words": ("invented per 100 words", "inv./100", _of_stored),
    "invented_per_hour": ("invented per hour", "inv./h", _of_hours),
}
"""Of each measure: its name, the head of its column, and what it is made of."""


def print_evaluation(result: Evaluation, scoring: Scoring) -> None:
    """Print all measures, the calls one by one, why some could not be measured, and the moments."""
    for name, rate in result.measures.items():
        _print_measure(name, rate)
    typer.echo(f"\n{_intervals(result)}")
    typer.echo(
        f"Fillers {'count' if scoring.fillers else 'do not count'} as words; {scoring.collar_s:g} s on both sides of "
        "each border between speakers are not scored; invented words lie more than 0.5 s from all speech."
    )
    _print_calls(result)
    _print_reasons(result.calls)
    if result.moments:
        _print_moments(result.moments)


def _print_measure(name: str, rate: Rate) -> None:
    label, _, made_of = _SHOWN[name]
    if rate.value is None:
        typer.echo(f"{label:30}{'–':>8}  {rate.reason}")
        return
    interval = f"{_figure(name, rate.low)} to {_figure(name, rate.high)}" if rate.low is not None else "–"
    typer.echo(f"{label:30}{_figure(name, rate.value):>8}  {interval:18}{made_of(rate.parts)}")


def _figure(name: str, value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:.2f}" if name.startswith("invented") else f"{value:.1%}"


def _intervals(result: Evaluation) -> str:
    by = {rate.resampled for rate in result.measures.values()}
    if "calls" in by:
        return "Intervals of 95 % from resampling whole calls, or stretches of calls where fewer than 8 tell a figure."
    if "stretches" in by:
        return (
            "Intervals of 95 % from resampling stretches (50 words, 30 s) of fewer than 8 calls: "
            "they say nothing about other calls."
        )
    return "No intervals: these calls are too short and too few, or all alike."


def _print_calls(result: Evaluation) -> None:
    typer.echo(f"\n{'call':34}" + "".join(f"{head:>9}" for _, head, _ in _SHOWN.values()))
    for call in result.calls:
        figures = "".join(f"{_figure(name, call.measures[name].value):>9}" for name in _SHOWN)
        typer.echo(f"{call.source[:33]:34}{figures}")


def _print_reasons(calls: tuple[CallEvaluation, ...]) -> None:
    """Say each reason for a dash once, with the columns and the number of calls that it holds for."""
    missing: dict[str, tuple[dict[str, None], dict[str, None]]] = {}
    for call in calls:
        for name, rate in call.measures.items():
            if rate.reason:
                columns, named = missing.setdefault(rate.reason, ({}, {}))
                columns[_SHOWN[name][1]] = named[call.source] = None
    for reason, (columns, named) in missing.items():
        first = ", ".join(list(named)[:3]) + (f" and {len(named) - 3} more" if len(named) > 3 else "")
        typer.echo(f"– for {', '.join(columns)}: {reason} ({first})")


def _print_moments(moments: Agreement) -> None:
    typer.echo(f"\nMoments of {moments.n_calls} labelled calls; intervals of 95 % from resampling calls")
    typer.echo(f"{'kind':12}{'gold':>6}{'found':>7}{'precision':>11}{'recall':>8}{'F1':>7}  interval")
    for kind, f1 in moments.f1.items():
        typer.echo(
            f"{kind:12}{moments.n_gold[kind]:6}{moments.n_found[kind]:7}{moments.precision[kind]:11.2f}"
            f"{moments.recall[kind]:8.2f}{f1.value:7.2f}  {f1.low:.2f} to {f1.high:.2f}"
        )
    for name, figure in (("mean F1 of kinds", moments.mean_f1), ("macro-F1 of categories", moments.category_f1)):
        typer.echo(f"{name}: {figure.value:.2f} ({figure.low:.2f} to {figure.high:.2f})")
    typer.echo(f"precision of the top-scored half: {moments.top_half_precision:.2f}")
