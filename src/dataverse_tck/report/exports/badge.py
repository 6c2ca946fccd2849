"""``badge.svg``: the verdict of a run as a badge, for the page of a project. No text of anybody else stands in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dataverse_tck.conformance.requirement import LEVELS
from dataverse_tck.conformance.verdict import Verdict
from dataverse_tck.report.told_run import NO_VERDICT, ToldRun
from dataverse_tck.reporting.wording import beside, counted

_LABEL = "dataverse-tck"
_COLOURS: Mapping[str, str] = {
    str(Verdict.CONFORMANT): "#14642b",
    str(Verdict.NOT_CONFORMANT): "#a3121f",
    str(Verdict.INCOMPLETE): "#7a4a00",
    NO_VERDICT: "#4a4a4a",
}
_LETTER = 7  # its width
_EDGE = 8  # beside a text

_DRAWING = """<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="20" viewBox="0 0 {width} 20" role="img" \
aria-label="{title}">
<title>{title}</title>
<rect width="{width}" height="20" rx="3" fill="{colour}"/>
<path d="M3 0h{left_less}v20H3a3 3 0 0 1-3-3V3a3 3 0 0 1 3-3z" fill="#3a3a3a"/>
<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11" text-anchor="middle" aria-hidden="true">
<text x="{label_at}" y="14" textLength="{label_width}">{label}</text>
<text x="{text_at}" y="14" textLength="{text_width}">{text}</text>
</g>
</svg>
"""


def pieces(run: ToldRun) -> Iterator[bytes]:
    """Yield the badge: verdict and level, and what is waived or not claimed, as the verdict rests on that too."""
    told = run.certificate
    verdict = told["verdict"] if told["verdict"] in _COLOURS else NO_VERDICT
    more = beside({kind: int(number) for kind, number in told["counts"].items()})
    level = next((one for one in LEVELS if one == told["level"]), "")
    of = _checked(told["coverage"])
    title = f"{_LABEL}: {verdict}{more}, level {level}{of}"
    yield _drawn(f"{verdict}{more} ({level})", _COLOURS[verdict], title).encode()


def _checked(coverage: Mapping[str, int] | None) -> str:
    if coverage is None:
        return ""
    return f", {int(coverage['checked']):,} of {counted(int(coverage['requirements']), 'requirement')} checked"


def _drawn(text: str, colour: str, title: str) -> str:
    label_width, text_width = _LETTER * len(_LABEL), _LETTER * len(text)
    left = label_width + 2 * _EDGE
    return _DRAWING.format(
        width=left + text_width + 2 * _EDGE,
        left_less=left - 3,
        colour=colour,
        title=title,
        label=_LABEL,
        label_at=left // 2,
        label_width=label_width,
        text=text,
        text_at=left + _EDGE + text_width // 2,
        text_width=text_width,
    )
