"""What a bundle says to the third party who checks it: the page to read first, and a checker of the audit extract."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Template

_COMMANDS = """\
sha256sum -c SHA256SUMS
for visit in observation-*; do (cd "$visit" && sha256sum -c manifest.sha256) || echo "FAILED: $visit"; done
python3 check_audit.py
for visit in observation-*; do
  if test -e "$visit/manifest.tsr"; then
    openssl ts -verify -data "$visit/manifest.sha256" -in "$visit/manifest.tsr" -CAfile {roots} || echo "FAILED: $visit"
    openssl ts -reply -in "$visit/manifest.tsr" -text | grep -E "Time stamp|TSA"
  else echo "no time-stamp: $visit"; fi
done
for visit in observation-*; do warcio check "$visit/response.warc.gz" || echo "FAILED: $visit"; done
for pack in evidence-*.wacz; do wacz validate -f "$pack" || echo "FAILED: $pack"; done
bundle="$PWD" && mkdir ../replay && cd ../replay
for pack in "$bundle"/evidence-*.wacz; do
  name="$(basename "$pack" .wacz)" && wb-manager init "$name" && wb-manager add --unpack-wacz "$name" "$pack"
done && wayback
"""
_VI_KNOWN = "`authorities.pem` là chứng thư gốc mà người vận hành tin dùng; hãy so với bản do tổ chức đó công bố."
_VI_UNKNOWN = (
    "`../ROOT.pem`, ngoài thư mục này, là chứng thư gốc lấy từ chính tổ chức cấp dấu thời gian (tên ở trong dấu)."
)
_EN_KNOWN = "`authorities.pem` holds the roots that the operator trusts; compare them with the authority's own."
_EN_UNKNOWN = (
    "`../ROOT.pem`, outside of this folder, is the root to be had from the authority itself; the token names it."
)


@dataclass(frozen=True, slots=True)
class BundleEntry:
    """One observation as the page to read first lists it; every text is inert by then."""

    folder: str
    url: str
    observed_at: str
    vantage: str
    outcome: str
    timestamp: str
    stamped: bool


@dataclass(frozen=True, slots=True)
class AssessmentEntry:
    """One assessment as the page to read first lists it; every text is inert by then."""

    folder: str
    url: str
    assessed_at: str
    level: str
    points: str
    rule_set: str
    answers: str  # the folder of the answers about the domain, or ""


def compose_readme(
    title: str, entries: Sequence[BundleEntry], assessments: Sequence[AssessmentEntry], *, roots_known: bool
) -> str:
    """The bundle's README.md: Vietnamese first, then English. ``entries`` holds one at least."""
    rows = "\n".join(
        f"| `{each.folder}` | `{each.url}` | {each.observed_at} | {each.vantage} | {each.outcome} | {each.timestamp} |"
        for each in entries
    )
    commands = _COMMANDS.format(roots="authorities.pem" if roots_known else "../ROOT.pem")
    template = Template(_beside("bundle.md"))
    return template.substitute(
        title=title,
        rows=rows,
        judged="\n".join(map(_judged_row, assessments)) or "| – | – | – | – | – | – | – |",
        commands=commands,
        vi_roots=_VI_KNOWN if roots_known else _VI_UNKNOWN,
        en_roots=_EN_KNOWN if roots_known else _EN_UNKNOWN,
    )


def _judged_row(each: AssessmentEntry) -> str:
    answers = f"`{each.answers}`" if each.answers else "–"
    cells = (f"`{each.folder}`", f"`{each.url}`", each.assessed_at, each.level, each.points, each.rule_set, answers)
    return f"| {' | '.join(cells)} |"


def audit_checker() -> str:
    """A program that recomputes the audit extract, to be run without ours."""
    return _beside("check_audit.py")


def _beside(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")
