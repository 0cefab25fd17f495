"""Messages judged whole: what they are, why, and what honest senders may write unharmed."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.detection.score import Level
from crawler.detection.signal import Category
from crawler.detection.texts.disguise import find_disguises, has_random_tail
from crawler.texts import judge_text

FRAUDS = [
    (
        "SHB: Tai khoan cua ban bi dang nhap tren thiet bi la. Neu khong phai ban vui long vao shb.vn-kt.top de huy",
        Category.PHISHING,
    ),
    ("Sim cua quy khach se bi khoa trong 2h, cap nhat thong tin thue bao tai sim-vnpt.icu", Category.PHISHING),
    ("BHXH: ong/ba du dieu kien nhan tien ho tro, bam vao www.bhxh-hotro.vip de lay", Category.GOVERNMENT),
    (
        "Ban co bien lai chua nop phat vi pham giao thong, hom nay la thong bao cuoi cung, xem tai phatnguoi.xyz",
        Category.GOVERNMENT,
    ),
    ("Tuyen ctv online, thu nhap 500k moi ngay, ko can von. Add zalo 0912345678", Category.JOB_TASK),
    ("Ho tro vay tien nhanh, chi can CCCD, no xau van vay dc, giai ngan trong ngay LH zalo 0987654321", Category.LOAN),
    ("N.hà c.ái uy tín, nạp đầu tặng 188k, nổ hũ bắn cá thắng lớn: t.ly/abcde", Category.GAMBLING),
    ("Chuc mung ban da trung thuong xe SH, lam thu tuc nhan thuong tai traogiai2026.com", Category.PRIZE),
    ("Nhóm đầu tư VIP cam kết lợi nhuận 30%, chuyên gia đọc lệnh, tham gia t.me/nhomvip", Category.INVESTMENT),
    ("LENH TRUY NA ong/ba ve hanh vi chiem doat tai san, thanh toan gap so tien qua han truoc 17h", Category.LOAN),
    ("Bo Y te thong bao ban du dieu kien nhan tro cap, dang ky tai trocap-yte.com ngay", Category.GOVERNMENT),
    ("Em là cán bộ thuế phường, chị vào link thue-gov.top tải app của cơ quan về máy giúp em nhé", Category.FAKE_APP),
    ("Mời vào nhóm nhận lì xì, miễn phí 300k cho thành viên mới: zalo.me/g/abcdef123", Category.PRIZE),
    ("Your account has been locked. Verify your identity at https://secure-login.verify-id.top", Category.PHISHING),
]


@pytest.mark.parametrize(("message", "kind"), FRAUDS, ids=[row[0][:25] for row in FRAUDS])
def test_a_fraudulent_message_is_suspicious_and_its_kind_named(message: str, kind: Category) -> None:
    judged = judge_text(message)
    assert judged.level.at_least(Level.SUSPICIOUS), judged
    assert judged.categories[0][0] is kind
    assert all(signal.message_vi and signal.message_en for signal in judged.signals)


HONEST = [
    "",
    "Ok em, chieu nay 5h di da bong nhe",
    "(QC) Chuc mung! Ban duoc tang mien phi 200MB data. Soan DK gui 9923. Tu choi QC soan TC gui 9923. CSKH 18001091",
    "TK 0011xxx123 GD -500,000 VND luc 08:15. So du 2,345,678 VND. ND: thanh toan tien dien",
    "123456 la ma xac nhan cua ban. Tuyet doi khong cung cap ma OTP cho bat ky ai.",
    "CANH BAO: doi tuong lua dao gia danh cong an yeu cau chuyen tien. Khong truy cap link la, khong cung cap OTP.",
    "Don hang cua ban se duoc giao hom nay. Chi tiet: https://viettelpost.vn/app/s9",
    "Cuc Thue TP thong bao: nguoi nop thue tai ung dung eTax Mobile tren App Store hoac Google Play de nop thue.",
    "Nhom lop 5A cua co giao: zalo.me/g/lop5a2026, phu huynh vao de nhan lich hop nhe",
    "Me oi con chuyen khoan tien hoc roi nhe, 3 trieu",
    "Cong ty dien luc thong bao tien dien thang 10 la 540.000d. Chi tiet xem tai https://cskh.evnhcmc.vn",
]


@pytest.mark.parametrize("message", HONEST)
def test_an_honest_message_stays_below_suspicious(message: str) -> None:
    judged = judge_text(message)
    assert not judged.level.at_least(Level.SUSPICIOUS), judged
    assert (judged.level is Level.UNKNOWN) == (message == "")


def test_news_of_a_fraud_is_no_fraud() -> None:
    story = (
        "Công an bắt giữ nhóm đối tượng lừa đảo việc nhẹ lương cao. Theo điều tra, các bị cáo nhắn «tuyển ctv online», "
        "yêu cầu nạn nhân làm nhiệm vụ nhận hoa hồng rồi chiếm đoạt tài sản. Cơ quan công an khuyến cáo người dân. "
    )
    assert judge_text(story * 5).level is Level.CLEAN


@pytest.mark.parametrize(
    ("message", "host"),
    [
        ("xem tai hxxps://shop-vn[.]top/a", "shop-vn.top"),
        ("vao acb-vn (dot) vip ngay", "acb-vn.vip"),
        ("truy cap https:// scb-vips.com de huy", "scb-vips.com"),
        ("vao shopee-vip . com nhan qua", "shopee-vip.com"),
        ("bit.ly/abc123 nhan thuong", "bit.ly"),
        ("TraoThuong9.Com nhe", "traothuong9.com"),
    ],
)
def test_links_are_read_however_they_are_spelt(message: str, host: str) -> None:
    assert [link.host for link in judge_text(message).facts.links] == [host]


@pytest.mark.parametrize("message", ["Den ngay.Neu khong", "gui nhe.De minh xem", "gia 1.500.000d", "luc 10.30.Anh"])
def test_two_sentences_are_no_link(message: str) -> None:
    assert judge_text(message).facts.links == ()


def test_phones_accounts_and_chats_are_read() -> None:
    facts = judge_text("Chuyen vao STK 1234567890 Vietcombank, chu TK TRAN VAN AN. LH zalo 0912345678").facts
    assert [phone.number for phone in facts.phones] == ["+84912345678"]
    assert [(account.number, account.bank) for account in facts.accounts] == [("1234567890", "vietcombank")]
    assert [(handle.platform, handle.value) for handle in facts.handles] == [("zalo", "0912345678")]


PLAIN = "tai khoan cua ban da mo dich vu tai chinh, neu khong phai ban dang ky vui long vao acb-huy.top de huy"


@pytest.mark.parametrize(
    "changed",
    [
        PLAIN.upper(),
        PLAIN.replace("khong", "kh0ng").replace("dich vu", "d!ch vu"),
        PLAIN.replace("tai khoan", "t.à.i kh.oản"),
        PLAIN.replace("a", "а", 3),  # Cyrillic
        PLAIN.replace("tai khoan", "tai\u200b kho\u200ban"),
        PLAIN.replace("tai khoan", "TK").replace("khong", "ko"),
        PLAIN + " xKqZ",
    ],
)
def test_spelling_tricks_do_not_help(changed: str) -> None:
    assert judge_text(changed).level.at_least(Level.SUSPICIOUS)


@pytest.mark.parametrize("word", ["KH0NG", "T1EN", "d!eu", "1OO%", "6OOk", "N-ap", "nåp", "V.A.O.G.O"])
def test_a_disguised_word_is_seen(word: str) -> None:
    assert find_disguises(f"ban {word} ngay")


@pytest.mark.parametrize(
    "text", ["BIG50 200MB 4G/5G", "24/7 24h", "TP.HCM", "A/C", "100% 50.000d", "MyVNPT VinaPhone", "Đỗ Thị Hường"]
)
def test_codes_and_names_are_no_disguise(text: str) -> None:
    assert find_disguises(text) == ()


def test_a_random_tail_is_told_from_a_word() -> None:
    assert has_random_tail("nhan ngay oZGa")
    assert not has_random_tail("hen gap lai Lan")
    assert not has_random_tail("soan tin gui TC")


def test_a_short_report_of_an_arrest_is_no_threat() -> None:
    told = "Cơ quan điều tra phát lệnh truy nã bị can, khởi tố về tội lừa đảo; các bị cáo sẽ bị xét xử trong tháng này."
    assert judge_text(told).level is Level.CLEAN


HOSTILE = [
    "a",
    "a.",
    "a1",
    "ab-",
    "a ",
    "1>",
    "tai ",
    "http://a.",
    "aB",
    "1,",
    "\u0301",
    "zalo ",
    "soan a ",
    "x@",
    "((",
    "\n",
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_a_long_hostile_message_costs_no_more_than_its_length(piece: str) -> None:
    judge_text("warm")
    began = time.process_time()
    judge_text(piece * (20_000 // len(piece)) + "!")
    assert time.process_time() - began < 3


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=2_000))
def test_any_text_is_judged_without_a_fault(text: str) -> None:
    assert judge_text(text).level in set(Level)
