"""A queue and a case in words, for a person at a terminal."""

from collections.abc import Iterator, Sequence

from takedown.categories import category_name
from takedown.cli.shown import Column, in_language, say, say_table, shown_day, shown_time, shown_word, terminal_width
from takedown.reasons import reason_words
from takedown.timeline import told
from takedown.views import CaseRow, CaseView, DomainView, EventView, EvidenceView, ScoreView, SignalView

_REASON = 90
_NOT_RENDERED = (
    "Chưa xem bằng trình duyệt: trang chưa được dựng và chụp, điện thoại và máy tính chưa được so với nhau.",
    "Not seen by a browser: nothing was rendered or photographed, phone and desktop were not compared.",
)
_NARROW = 120  # cells of a terminal below which a case takes two rows: what it is, and under it why


def say_queue(rows: Sequence[CaseRow], total: int, language: str) -> None:
    """The queue as a table, with what to do next."""
    if not rows:
        say(in_language(language, "Không có vụ nào khớp.", "No case matches."))
        return
    width = terminal_width()
    if width is not None and width < _NARROW:
        _say_narrow_queue(rows, language)
    else:
        _say_wide_queue(rows, language)
    shown = in_language(
        language, "{} trên {} vụ. Xem một vụ: lachan case {}", "{} of {} cases. See one: lachan case {} --en"
    )
    say("", shown.format(len(rows), total, rows[0].id))


def _say_wide_queue(rows: Sequence[CaseRow], language: str) -> None:
    titles = in_language(
        language,
        "Vụ|Mức|Điểm|Trạng thái|Loại|Trang|Lý do chính|Mở ngày",
        "Case|Level|Points|State|Kind|Site|Main reason|Opened",
    ).split("|")
    right, fold, whole = {0, 2}, {5, 6}, {0, 1, 2, 5, 7}
    columns = [Column(title, place in right, place in fold, place in whole) for place, title in enumerate(titles)]
    say_table(columns, [_queue_cells(row, language) for row in rows])


def _say_narrow_queue(rows: Sequence[CaseRow], language: str) -> None:
    titles = in_language(language, "Vụ|Mức|Điểm|Trang, loại, lý do chính", "Case|Level|Points|Site, kind, main reason")
    columns = [Column(title, place in {0, 2}, place == 3, place < 3) for place, title in enumerate(titles.split("|"))]
    cells = []
    for row in rows:
        number, level, points, _, kind, host, reason, _ = _queue_cells(row, language)
        cells.append([number, level, points, host])
        cells.append(["", "", "", f"{kind}. {reason}"])
    say_table(columns, cells)


def _queue_cells(row: CaseRow, language: str) -> list[object]:
    reason = row.reasons[0].message(language) if row.reasons else ""
    return [
        row.id,
        shown_word("level", row.level, language),
        f"{row.points:.1f}",
        shown_word("state", row.state, language),
        category_name(row.category, language),
        row.host,
        reason[:_REASON] + "…" if len(reason) > _REASON else reason,
        shown_day(row.opened_at),
    ]


def say_case(view: CaseView, language: str) -> None:
    """Everything about one case, section by section."""
    row = view.row
    kind = category_name(row.category, language)
    say(f"#{row.id}  {kind}: {row.host}", row.url)
    line = in_language(language, "Trạng thái: {}. Mở {}, cập nhật {}.", "State: {}. Opened {}, updated {}.")
    say(line.format(shown_word("state", row.state, language), shown_time(row.opened_at), shown_time(row.updated_at)))
    if view.score is not None:
        say("", *_score_lines(view.score, language))
    if view.domain is not None:
        say("", *_domain_lines(view.domain, language))
    _say_evidence(view, language)
    _say_history(view.history, language)
    export = in_language(language, "Kiểm tra và xuất chứng cứ:", "Check and export the evidence:")
    say("", export, f"  lachan evidence verify {row.id}", f"  lachan evidence export {row.id} -o case-{row.id}.zip")


def _score_lines(score: ScoreView, language: str) -> Iterator[str]:
    words = in_language(
        language, "Mức: {} ({:+.2f} điểm, xác suất {:.1%})", "Level: {} ({:+.2f} points, probability {:.1%})"
    )
    yield words.format(shown_word("level", score.level, language), score.points, score.probability)
    if score.categories:
        kinds = ", ".join(f"{category_name(name, language)} ({points:.1f})" for name, points in score.categories)
        yield in_language(language, "Loại: ", "Kind: ") + kinds
    if score.protected:
        yield in_language(language, "Được bảo vệ: ", "Protected: ") + score.protected
    if score.capped:
        yield in_language(language, "Bị hạn chế: ", "Capped: ") + score.capped
    if score.deciding_url:
        yield (
            in_language(language, "Trang quyết định: ", "Deciding page: ")
            + f"{score.deciding_url} ({shown_word('vantage', score.deciding_vantage, language)})"
        )
    for signal in score.signals:
        yield from _signal_lines(signal, language)
    for part in score.adjustments:
        yield f"  {part.points:+5.2f}  ({part.message(language)})"
    yield in_language(language, "Bộ quy tắc: ", "Rule set: ") + f"{score.rule_set}, {shown_time(score.assessed_at)}"


def _signal_lines(signal: SignalView, language: str) -> Iterator[str]:
    yield f"  {signal.points:+5.2f}  {signal.message(language)}  [{signal.rule}]"
    if signal.excerpt:
        yield f"         «{signal.excerpt}»"
    if signal.page_url:
        yield f"         {signal.page_url} ({shown_word('vantage', signal.vantage, language)})"


def _domain_lines(domain: DomainView, language: str) -> Iterator[str]:
    yield in_language(language, "Tên miền: ", "Domain: ") + f"{domain.domain}, {shown_time(domain.looked_up_at)}"
    unanswered = in_language(language, "không có câu trả lời", "no answer")
    rows = (
        (in_language(language, "nhà đăng ký", "registrar"), domain.registrar),
        (in_language(language, "đăng ký ngày", "registered"), domain.registered_at),
        (in_language(language, "máy chủ tên", "nameservers"), ", ".join(domain.nameservers)),
        (in_language(language, "địa chỉ", "addresses"), ", ".join(domain.addresses)),
    )
    for name, value in rows:
        yield f"  {name}: {value or unanswered}"
    for lookup in domain.lookups:
        state = shown_word("lookup", lookup.state, language)
        yield f"  {lookup.service}: {state}" + (f" ({reason_words(lookup.reason, language)})" if lookup.reason else "")


def _say_evidence(view: CaseView, language: str) -> None:
    say("", in_language(language, "Chứng cứ:", "Evidence:"))
    if not view.evidence:
        say(in_language(language, "  chưa có lượt xem nào", "  no visit yet"))
        return
    titles = in_language(
        language,
        "Lượt|Lúc|Góc nhìn|Kết quả|HTTP|Tệp|Dấu giờ|Địa chỉ",
        "Visit|At|Vantage|Outcome|HTTP|Files|Time-stamp|Address",
    ).split("|")
    columns = [Column(title, place in {0, 4, 5}, place == 7) for place, title in enumerate(titles)]
    say_table(columns, [_evidence_cells(entry, language) for entry in view.evidence])
    if all(entry.vantage == "fetch" for entry in view.evidence) and not view.evidence_left_off:
        say(in_language(language, *_NOT_RENDERED))
    if view.evidence_left_off:
        words = in_language(language, "… và {} lượt cũ hơn.", "… and {} older visits.")
        say(words.format(view.evidence_left_off))


def _evidence_cells(entry: EvidenceView, language: str) -> list[object]:
    reason = reason_words(entry.reason, language)
    outcome = shown_word("outcome", entry.outcome, language) + (f" ({reason})" if reason else "")
    return [
        entry.observation_id,
        shown_time(entry.observed_at),
        shown_word("vantage", entry.vantage, language),
        outcome,
        entry.status or "",
        len(entry.files),
        shown_word("stamp", entry.timestamp if entry.manifest_digest else "", language),
        entry.final_url or entry.url,
    ]


def _say_history(history: Sequence[EventView], language: str) -> None:
    say("", in_language(language, "Lịch sử:", "History:"))
    for event in history:
        kind = shown_word("event", event.kind, language)
        say(f"  {shown_time(event.at)}  {kind}  {event.actor}  {told(event, language).words}")
