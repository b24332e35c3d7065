"""`make demo`: the sample calls from audio to gap report and guide, told as it happens."""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from api.guide_reading import Asked, guide_bytes
from api.kept_reading import read_handlings
from pipeline.assemble import Toolkit
from pipeline.collateral.records import Gap
from pipeline.collateral_found import find_documents
from pipeline.collateral_intake import TakenDocument, take_documents
from pipeline.insights.theme_reading import uncovered_share
from pipeline.intake import Refused, find_files, read_metadata_table, take_in
from pipeline.records import Call, PhraseFilter
from pipeline.run import process_call
from pipeline.settings import Settings
from pipeline.workers import settle

SAMPLE = Path(__file__).parents[1] / "corpus" / "sample"


def main() -> None:
    """Run the demo on the sample corpus."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("demo-data"), help="folder that holds everything")
    toolkit = Toolkit(Settings(data=parser.parse_args().data))
    started = time.monotonic()
    audio_s = sum(_processed(toolkit))
    worked_s = time.monotonic() - started
    _add_collateral(toolkit)
    settle(toolkit)
    gaps = _reports(toolkit)
    _tell(toolkit, gaps, audio_s, worked_s)


def _processed(toolkit: Toolkit) -> Iterator[float]:
    """Take every sample call through its stages and yield the seconds of audio of those that were not done before."""
    calls = SAMPLE / "calls"
    rows = read_metadata_table(calls / "metadata.csv")
    for source, result in take_in(find_files([calls], rows), toolkit.store, toolkit.media):
        if isinstance(result, Refused):
            raise SystemExit(f"{source}: {result.reason}")
        print(f"  {source:44}", end="", flush=True)
        yield _process(toolkit, result)


def _process(toolkit: Toolkit, call: Call) -> float:
    started, heard = time.monotonic(), False
    for step in process_call(toolkit, call, retry_failed=True):
        if step.state == "failed":
            raise SystemExit(f"\n{call.source}, stage {step.stage}: {step.error}")
        heard = heard or (step.stage, step.state) == ("transcribe", "done")
    seconds = time.monotonic() - started
    print(f"{call.duration_s or 0:6.0f} s of audio in {seconds:5.1f} s" if heard else "heard already")
    return call.duration_s or 0.0 if heard else 0.0


def _add_collateral(toolkit: Toolkit) -> None:
    for one in take_documents(find_documents([SAMPLE / "collateral"]), toolkit.store, toolkit.encoder):
        if not isinstance(one, TakenDocument):
            raise SystemExit(f"\n{one.source}: {one.reason if isinstance(one, Refused) else one.text}")
        print(f"  {one.document.name:44}{len(one.passages)} passages")


def _reports(toolkit: Toolkit) -> list[Gap]:
    from api.gap_forms import make_paper, render_gaps

    folder = toolkit.settings.data / "reports"
    folder.mkdir(parents=True, exist_ok=True)
    paper = make_paper(toolkit, datetime.now(UTC).date())
    gaps = [case.gap for case in paper.desk.cases]
    with toolkit.store.read() as tx:
        handlings, today = read_handlings(toolkit, tx), datetime.now(UTC).date()
        guides = {
            form: guide_bytes(
                toolkit,
                tx,
                form,
                Asked(None, None, today, toolkit.settings.server_url),
                gaps=gaps,
                handlings=handlings,
            )
            for form in ("md", "html", "pdf")
        }
    for paper_form in ("html", "pdf"):
        (folder / f"gaps.{paper_form}").write_bytes(render_gaps(paper, paper_form))
    for form, content in guides.items():
        (folder / f"guide.{form}").write_bytes(content)
    return gaps


def _tell(toolkit: Toolkit, gaps: Sequence[Gap], audio_s: float, worked_s: float) -> None:
    with toolkit.store.read() as tx:
        calls, n_moments = tx.calls.all(), tx.moments.count(PhraseFilter())
        n_themes, uncovered = tx.themes.count(), uncovered_share(tx)
    hours = sum(call.duration_s or 0 for call in calls) / 3600
    speed = f", {audio_s / worked_s:.1f} times real time" if audio_s else ", heard already"
    print(f"\n{len(calls)} calls, {hours:.2f} hours{speed}")
    print(f"{n_moments} moments in {n_themes} themes; {uncovered:.0%} of what could be in a theme is in none")
    open_gaps = [gap for gap in gaps if gap.status in ("missing", "weak")]
    if open_gaps:
        top = open_gaps[0]
        print(f"Top gap: {top.label} ({top.calls} calls, {top.accounts} accounts, {top.status})")
        print(f"    “{top.moments[0].quote}”\n    {top.why}")
    answered = [gap.label for gap in gaps if gap.status in ("covered", "other_words", "unused")]
    print(f"Answered by collateral: {', '.join(answered) or 'nothing'}")
    print(f"Reports: {toolkit.settings.data / 'reports'}")
    print("Pages: `make serve`, then http://127.0.0.1:8000/")


if __name__ == "__main__":
    main()
