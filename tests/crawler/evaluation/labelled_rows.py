"""Labelled folders for the tests."""

import gzip
import json
from collections.abc import Iterable
from pathlib import Path

PHISHING = (
    "<title>Vietcombank - Đăng nhập</title><body><h1>Vietcombank</h1>"
    "<p>Tài khoản của bạn đã bị khóa. Xác thực ngay.</p>"
    '<form method="post" action="gui.php"><input name="user" placeholder="Tên đăng nhập">'
    '<input type="password" name="pass">'
    '<input name="otp" placeholder="Mã OTP"><input name="card" placeholder="Số thẻ"></form></body>'
)
HONEST = "<title>Cơm nhà</title><body><p>Thực đơn tuần này: canh chua, cá kho, rau luộc. Hẹn gặp cô bác.</p></body>"


def row(number: int, label: object, html: str, **more: object) -> dict[str, object]:
    return {"id": f"p{number}", "label": label, "group": f"g{number}", "lang": "vi", "html": html, **more}


def write_rows(folder: Path, name: str, rows: Iterable[object]) -> Path:
    """``rows``: objects, or raw lines as they are."""
    path = folder / f"{name}.jsonl.gz"
    with gzip.open(path, "wt", encoding="utf-8") as file:
        for entry in rows:
            file.write((entry if isinstance(entry, str) else json.dumps(entry)) + "\n")
    return path
