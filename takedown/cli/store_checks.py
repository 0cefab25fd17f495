"""Checks of what the settings name: database, evidence store, browser, time-stamps, seeds, stuck work."""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote

from sqlalchemy import Engine
from sqlmodel import Session, col, func, select

from crawler.config import Config
from takedown.cli.checks import Check, Health, as_root, guarded
from takedown.cli.sign_in_provider import check_provider

_ENOUGH_BYTES = 2_000_000_000
_STUCK_ATTEMPTS = 4
_COUNTED_BYTES = 50_000_000


def check_stores(config: Config) -> Iterator[Check]:
    """Everything that the settings name; nothing is sent out."""
    yield from check_database(config)
    yield guarded(
        "evidence store",
        lambda: check_store(config),
        "set LACHAN_ARTIFACTS_URL or LACHAN_DATA_DIR",
        "đặt LACHAN_ARTIFACTS_URL hoặc LACHAN_DATA_DIR",
    )
    yield guarded(
        "witness",
        lambda: check_witness(config),
        "set LACHAN_WITNESS to a file that can be written",
        "đặt LACHAN_WITNESS là tệp ghi được",
    )
    yield guarded("browser", lambda: check_browser(config), "make setup")
    yield guarded(
        "time-stamps", lambda: check_authorities(config), "set LACHAN_TIMESTAMP_URLS", "đặt LACHAN_TIMESTAMP_URLS"
    )
    yield guarded("personal data", lambda: check_vault(config), "lachan records new-key")
    yield guarded(
        "sign-in provider", lambda: check_provider(config), "lachan settings | grep OIDC", "lachan settings | grep OIDC"
    )
    yield guarded("seeds", check_seeds, "lachan seeds check")


def check_database(config: Config) -> Iterator[Check]:
    """The database, and what waits in it."""
    from storage.db import open_engine

    file = config.database.removeprefix("sqlite:///")
    if file != config.database and not Path(file).exists():
        remedy, remedy_vi = "the first sweep makes it, or `make setup`", "lần quét đầu sẽ tạo, hoặc `make setup`"
        yield Check("database", Health.WARN, f"{file} is not there yet", remedy, f"{file} chưa có", remedy_vi)
        return
    opened: list[Engine] = []

    def look() -> Check:
        opened.append(open_engine(config.database))
        return check_tables(opened[0], config)

    found = guarded(
        "database",
        look,
        "start the database or set LACHAN_DATABASE_URL",
        "khởi động cơ sở dữ liệu hoặc đặt LACHAN_DATABASE_URL",
    )
    yield found
    if opened and found.health is Health.OK:
        yield from check_rows(opened[0], config)
    if opened:
        opened[0].dispose()


def check_tables(engine: Engine, config: Config) -> Check:
    """Version, room and revision of the tables."""
    from storage.db import probe

    seen = probe(engine)
    found = f"{seen.version}, {seen.where}"
    if not seen.writable:
        remedy, remedy_vi = (
            "name the writable server in LACHAN_DATABASE_URL",
            "đặt máy chủ ghi được vào LACHAN_DATABASE_URL",
        )
        return Check("database", Health.FAIL, f"{found}: read only", remedy, f"{found}: chỉ đọc", remedy_vi)
    if not seen.revision:
        remedy, remedy_vi = "the first sweep makes them, or `make setup`", "lần quét đầu sẽ tạo, hoặc `make setup`"
        return Check("database", Health.WARN, f"{found}: no tables yet", remedy, f"{found}: chưa có bảng", remedy_vi)
    if not seen.current:
        remedy = "`make setup` brings older tables up to date; newer ones need the newer program"
        remedy_vi = "`make setup` nâng bảng cũ lên; bảng mới hơn cần bản chương trình mới hơn"
        old, old_vi = (
            f"{found}: {words} {seen.revision}" for words in ("its tables are at revision", "bảng ở phiên bản")
        )
        return Check("database", Health.FAIL, old, remedy, old_vi, remedy_vi)
    return _room("database", found, seen.free_bytes, config)


def check_rows(engine: Engine, config: Config) -> Iterator[Check]:
    """What waits or is stuck in the database."""
    from storage.db import read_session

    checks: dict[str, Callable[[Session, Config], Check]] = {
        "targets": check_targets,
        "pending time-stamps": check_pending,
        "intake": check_intake,
        "look-ups": check_lookups,
        "owners": check_owners,
    }
    with read_session(engine) as session:
        for name, check in checks.items():
            yield guarded(name, lambda check=check: check(session, config), "lachan sweep --due")  # type: ignore[misc]
        yield guarded("search", lambda: check_search(session), "lachan search rebuild")


def check_targets(session: Session, config: Config) -> Check:
    """Leases whose time is over or whose holder has ended, and targets that fail again and again."""
    from crawler.lease_owner import owner_is_gone
    from storage.models import Target

    now = datetime.now(UTC)
    total = _count(session, col(Target.id).is_not(None))
    dead = _count(session, col(Target.lease_owner) != "", col(Target.lease_until) <= now)
    held = select(Target.lease_owner, func.count()).where(col(Target.lease_until) > now).group_by(Target.lease_owner)
    orphaned = sum(number for owner, number in session.exec(held) if owner_is_gone(owner))
    stuck = _count(session, col(Target.attempts) >= _STUCK_ATTEMPTS)
    found = (
        f"{total} known, {dead} with a lease that ran out, {orphaned} held by a process that ended, "
        f"{stuck} that failed {_STUCK_ATTEMPTS} times or more"
    )
    found_vi = (
        f"{total} đã biết, {dead} hết hạn giữ, {orphaned} do tiến trình đã tắt giữ, "
        f"{stuck} hỏng từ {_STUCK_ATTEMPTS} lần trở lên"
    )
    if dead or orphaned or stuck:
        remedy = "`lachan sweep --due` frees and tries them; reasons: --report FILE"
        remedy_vi = "`lachan sweep --due` giải phóng và thử lại; lý do: --report TỆP"
        return Check("targets", Health.WARN, found, remedy, found_vi, remedy_vi)
    return Check("targets", Health.OK, found, found_vi=found_vi)


def _count(session: Session, *conditions: object) -> int:
    from storage.models import Target

    return session.exec(select(func.count()).select_from(Target).where(*conditions)).one()  # type: ignore[arg-type]


def check_pending(session: Session, config: Config) -> Check:
    """Sealed visits that no authority has stamped yet."""
    from storage.models import Observation

    pending = session.exec(
        select(func.count()).select_from(Observation).where(Observation.timestamp_state == "pending")
    ).one()
    if pending:
        words, vi = f"{pending} visits wait for one", f"{pending} lượt xem đang chờ"
        return Check("pending time-stamps", Health.WARN, words, "lachan evidence stamp", vi)
    return Check("pending time-stamps", Health.OK, "none", found_vi="không có")


def check_intake(session: Session, config: Config) -> Check:
    """Assessments that no sweep's end has put into the queue yet."""
    from storage.models import Assessment

    waiting = session.exec(
        select(func.count()).select_from(Assessment).where(col(Assessment.taken_in_at).is_(None))
    ).one()
    if waiting:
        words, vi = f"{waiting} assessments wait for the queue", f"{waiting} bản đánh giá chờ vào hàng"
        return Check("intake", Health.WARN, words, "lachan sweep --due", vi)
    return Check("intake", Health.OK, "nothing waits", found_vi="không có gì chờ")


def check_lookups(session: Session, config: Config) -> Check:
    """Hosts whose registry has not answered yet."""
    from crawler.enrichment.due import counted

    later, given_up = counted(session)
    found = f"{later} hosts wait to be asked about again, {given_up} were asked about in vain too often"
    if later or given_up:
        found_vi = f"{later} máy chủ chờ hỏi lại, {given_up} đã hỏi quá nhiều lần mà không được"
        remedy = "`lachan whois due` from cron; by hand: lachan whois NAME"
        remedy_vi = "gọi `lachan whois due` từ cron; bằng tay: lachan whois TÊN"
        return Check("look-ups", Health.WARN, found, remedy, found_vi, remedy_vi)
    return Check(
        "look-ups", Health.OK, "no registry owes an answer", found_vi="không còn sổ đăng ký nào nợ câu trả lời"
    )


def check_owners(session: Session, config: Config) -> Check:
    """Owners' names that lie open, and the key of their marks."""
    from crawler.enrichment.sealing_names import readable_names
    from storage.models import OwnerKey
    from storage.owner_names import owner_key
    from storage.vault import Vault

    vault = Vault.load_if_set(config.records_key_file)
    if vault is None:
        return Check("owners", Health.OK, "no key is set: names stand as registries gave them",
                     found_vi="chưa đặt khóa: tên chủ thể để như sổ đăng ký ghi")  # fmt: skip
    if (row := session.get(OwnerKey, 1)) is not None:
        owner_key(vault, row)
    if count := readable_names(session):
        found, found_vi = f"{count} look-ups show an owner's name", f"{count} lượt tra để lộ tên chủ thể"
        remedy = "lachan records seal-names"
        return Check("owners", Health.WARN, found, remedy, found_vi, f"gọi: {remedy}")
    return Check("owners", Health.OK, "names are sealed", found_vi="tên chủ thể đã niêm phong")


def check_search(session: Session) -> Check:
    """Whether every case is found by today's words, quickly."""
    from storage.search import search_faults

    faults = search_faults(session)
    if not faults:
        found = "every case is found by its words and indicators"
        return Check("search", Health.OK, found, found_vi="mọi vụ đều tìm được theo từ và dấu vết của nó")
    remedy = "lachan search rebuild"
    if session.get_bind().dialect.name == "postgresql":
        remedy += "; PostgreSQL: `CREATE EXTENSION pg_trgm` takes its contrib package and the right to create"
    return Check("search", Health.WARN, "; ".join(faults), remedy)


def check_store(config: Config) -> Check:
    """Whether evidence can be written, and how much."""
    from takedown.cli.opening import open_store

    store = open_store(config)
    folder = config.artifacts.removeprefix("file://")
    if folder != config.artifacts and not Path(unquote(folder)).exists():
        lost, lost_vi = f"{folder} is not there yet", f"{folder} chưa có"
        return Check("evidence store", Health.WARN, lost, "the first sweep makes it", lost_vi, "lần quét đầu sẽ tạo")
    seen = store.probe()
    return _room("evidence store", seen.where, seen.free_bytes, config)


def check_witness(config: Config) -> Check:
    """Whether the log's heads can be noted, and how many were."""
    from storage.witness import append_line

    path = config.witness_file
    if not path.exists():
        remedy_vi = "lần quét đầu sẽ tạo"
        lost = f"{path} is not there yet"
        return Check("witness", Health.WARN, lost, "the first sweep makes it", f"{path} chưa có", remedy_vi)
    append_line(path, b"")  # raises where it cannot be written
    noted = path.read_bytes().count(b"\n") if path.stat().st_size < _COUNTED_BYTES else "many"
    found = f"{path}: {noted} heads of the audit log"
    found_vi = f"{path}: {noted} đầu nhật ký"
    if not config.witness:
        remedy = "set LACHAN_WITNESS to a file on another machine's disk"
        remedy_vi = "đặt LACHAN_WITNESS là tệp trên đĩa của máy khác"
        return Check("witness", Health.WARN, found, remedy, found_vi, remedy_vi)
    return Check("witness", Health.OK, found, found_vi=found_vi)


def _room(name: str, found: str, free: int | None, config: Config) -> Check:
    if free is None:
        return Check(name, Health.OK, found)
    words, words_vi = f"{found}; {free / 1e9:.1f} GB free", f"{found}; còn trống {free / 1e9:.1f} GB"
    if free < config.free_mb * 1_000_000:
        remedy = "make room on that disk, or set LACHAN_DATA_DIR to another"
        remedy_vi = "dọn đĩa đó, hoặc đặt LACHAN_DATA_DIR sang đĩa khác"
        return Check(name, Health.FAIL, words, remedy, words_vi, remedy_vi)
    if free < _ENOUGH_BYTES:
        return Check(name, Health.WARN, words, "make room", words_vi, "dọn bớt đĩa")
    return Check(name, Health.OK, words, found_vi=words_vi)


def check_browser(config: Config) -> Check:
    """The browser that a sweep would use, and whether its sandbox can work."""
    from crawler.errors import BrowserUnavailableError
    from crawler.rendering.browser import find_browser

    packages = as_root("apt-get install chromium chromium-sandbox fonts-noto-core")
    install, install_vi = f"make setup, or: {packages}", f"make setup, hoặc: {packages}"
    try:
        choice = find_browser(config.browser)
    except BrowserUnavailableError as error:
        lost = "pages are fetched, but nothing is rendered or photographed"
        health = Health.WARN if config.browser in {"auto", "off"} else Health.FAIL
        lost_vi = f"không có, nên chỉ tải trang thô, không hiện và không chụp ảnh ({error.vi})"
        if config.browser == "off":
            return Check("browser", health, f"{error}; {lost}", found_vi=lost_vi)
        return Check("browser", health, f"{error}; {lost}", install, lost_vi, install_vi)
    found = f"{choice.kind} {choice.version}, {choice.path}"
    if os.geteuid() == 0:
        words = f"{found}; no sandbox as root: a page that breaks out of the browser has the whole machine"
        words_vi = f"{found}; chạy quyền root nên không có hộp cát: trang nào thoát khỏi trình duyệt là chiếm cả máy"
        return Check(
            "browser", Health.WARN, words, "run sweeps as a plain user", words_vi, "quét bằng người dùng thường"
        )
    return check_sandbox(found)


def check_sandbox(found: str) -> Check:
    """A plain user's Chromium is sandboxed by user namespaces or by its setuid helper."""
    switch = Path("/proc/sys/kernel/unprivileged_userns_clone")
    restricted = Path("/proc/sys/kernel/apparmor_restrict_unprivileged_userns")
    spaces = not (switch.exists() and switch.read_text().strip() == "0")
    spaces = spaces and not (restricted.exists() and restricted.read_text().strip() == "1")
    if spaces or Path("/usr/lib/chromium/chrome-sandbox").exists():
        return Check("browser", Health.OK, f"{found}; sandboxed", found_vi=f"{found}; có hộp cát")
    install = as_root("apt-get install chromium-sandbox")
    return Check("browser", Health.WARN, f"{found}; no sandbox here", install, f"{found}; không có hộp cát")


def check_authorities(config: Config) -> Check:
    """The time-stamp authorities that are set; they are not asked."""
    urls = [url.strip() for url in config.timestamp_urls.split(",") if url.strip()]
    if not urls:
        remedy = "set LACHAN_TIMESTAMP_URLS to RFC 3161 authorities"
        lost, lost_vi = "no authority: seals bear only our own clock", "chưa đặt tổ chức nào: chỉ có giờ của máy này"
        remedy_vi = "đặt LACHAN_TIMESTAMP_URLS là các tổ chức RFC 3161"
        return Check("time-stamps", Health.WARN, lost, remedy, lost_vi, remedy_vi)
    if config.timestamp_ca and not Path(config.timestamp_ca).is_file():
        lost, lost_vi = f"{config.timestamp_ca} is not there", f"không có {config.timestamp_ca}"
        return Check("time-stamps", Health.FAIL, lost, "mend LACHAN_TIMESTAMP_CA", lost_vi, "sửa LACHAN_TIMESTAMP_CA")
    return Check("time-stamps", Health.OK, f"{len(urls)}: {', '.join(urls)}")


def check_vault(config: Config) -> Check:
    """The operator's keys for what names people."""
    from storage.vault import Vault

    vault = Vault.load_if_set(config.records_key_file)
    if vault is None:
        found = "no key is set: registries' answers are kept readable, and no owner-record request can be taken"
        found_vi = "chưa đặt khóa: trả lời của nơi đăng ký nằm không mã hóa, chưa nhận được yêu cầu cung cấp thông tin"
        remedy = "set LACHAN_RECORDS_KEY_FILE, then: lachan records new-key"
        remedy_vi = "đặt LACHAN_RECORDS_KEY_FILE rồi gọi: lachan records new-key"
        return Check("personal data", Health.WARN, found, remedy, found_vi, remedy_vi)
    return Check("personal data", Health.OK, f"{len(vault.keys)} keys; {vault.current} seals",
                 found_vi=f"{len(vault.keys)} khóa; {vault.current} đang niêm phong")  # fmt: skip


def check_seeds() -> Check:
    """The seed files that ship."""
    from seeds import check_all

    report = check_all()
    if report.problems:
        found = f"{len(report.problems)} problems, the first: {report.problems[0]}"
        found_vi = f"{len(report.problems)} chỗ có lỗi, chỗ đầu: {report.problems[0]}"
        return Check("seeds", Health.FAIL, found, "lachan seeds check", found_vi)
    found, found_vi = (
        f"{report.seeds} {a} {len(report.files)} {b}" for a, b in (("entries in", "files"), ("mục trong", "tệp"))
    )
    return Check("seeds", Health.OK, found, found_vi=found_vi)
