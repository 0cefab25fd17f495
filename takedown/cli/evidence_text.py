"""What a check of evidence found, summed up in flat memory and put into words."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from takedown.cli.fault_words import fault_words
from takedown.cli.shown import complain, in_language, say, shown_word

if TYPE_CHECKING:
    from crawler.evidence.faults import EvidenceReport, Fault

MAX_NAMED = 1000


@dataclass(slots=True)
class Tally:
    """Counts over many reports; the first thousand faults are kept in words, each once."""

    language: str = "en"
    visits: int = 0
    assessments: int = 0
    files: int = 0
    bytes_read: int = 0
    faults: int = 0
    timestamps: dict[str, int] = field(default_factory=dict)
    unwitnessed: str = ""  # the witness's file, where it has noted nothing: then a tail cut off the log is not missed
    named: dict[str, None] = field(default_factory=dict)

    def add(self, report: "EvidenceReport") -> None:
        """Counts one report. A fault of the audit log that every report repeats is counted once."""
        if report.observation_id:
            self.visits += 1
        self.assessments += report.assessments
        self.files += report.files
        self.bytes_read += report.bytes_read
        if report.timestamp:
            word = report.timestamp.split()[0].strip(":;,")
            self.timestamps[word] = self.timestamps.get(word, 0) + 1
        for fault in report.faults:
            words = told(report, fault, self.language)
            if words not in self.named:
                self.faults += 1
                if len(self.named) < MAX_NAMED:
                    self.named[words] = None

    def summary(self) -> dict[str, object]:
        """The counts and the faults, as JSON values."""
        return {
            "visits": self.visits,
            "assessments": self.assessments,
            "files": self.files,
            "bytes": self.bytes_read,
            "timestamps": self.timestamps,
            "faults": self.faults,
            "witnessed": not self.unwitnessed,
            "named": list(self.named),
        }


def told(report: "EvidenceReport", fault: "Fault", language: str) -> str:
    """A fault in words, with the visit that it is about."""
    whole = not report.observation_id or fault.kind == "audit"
    visit = in_language(language, "lượt xem", "visit")
    where = "" if whole else f"{visit} {report.observation_id} ({report.url}): "
    return where + fault_words(fault, language)


def say_tally(tally: Tally) -> None:
    """The faults on standard error, the sum on standard output."""
    language = tally.language
    complain(*tally.named)
    if tally.faults > len(tally.named):
        complain(in_language(language, "… còn {} lỗi nữa", "… {} more").format(tally.faults - len(tally.named)))
    words = in_language(
        language,
        "Đã kiểm tra {} lượt xem, {} bản đánh giá, {} tệp, {:.1f} MB: {} lỗi.",
        "Checked {} visits, {} assessments, {} files, {:.1f} MB: {} faults.",
    )
    say(words.format(tally.visits, tally.assessments, tally.files, tally.bytes_read / 1e6, tally.faults))
    if tally.timestamps:
        states = ", ".join(
            f"{shown_word('stamp', state, language)} {count}" for state, count in sorted(tally.timestamps.items())
        )
        say(in_language(language, "Dấu giờ: ", "Time-stamps: ") + states)
    if tally.unwitnessed:
        words = in_language(
            language,
            "{} chưa ghi đầu nhật ký nào, hoặc đã mất: nếu đuôi nhật ký bị cắt thì lần này không thấy. Khôi phục "
            "bản sao của tệp, hoặc đặt LACHAN_WITNESS trên đĩa của máy khác.",
            "{} has noted no head of the log, or is lost: a tail that was cut off would not be seen. Restore a copy of "
            "that file, or set LACHAN_WITNESS to another machine's disk.",
        )
        complain(words.format(tally.unwitnessed))
    if unanchored := tally.timestamps.get("unanchored", 0):
        words = in_language(
            language,
            "{} dấu giờ còn nguyên nhưng không dẫn tới chứng thư gốc nào trong LACHAN_TIMESTAMP_CA: hãy giữ cả chứng "
            "thư gốc cũ trong tệp đó.",
            "{} time-stamps hold but lead to no root in LACHAN_TIMESTAMP_CA: keep the old roots in that file too.",
        )
        complain(words.format(unanchored))
    if not tally.visits:
        say(in_language(language, "Chưa có lượt xem nào được niêm phong.", "No visit was sealed."))
