"""What is wrong with sealed evidence, in the reader's language. Faults are made in English; values and digests between
the words, and what a library or a database said, stay as they are."""

from typing import TYPE_CHECKING

from takedown.phrases import Phrases

if TYPE_CHECKING:
    from crawler.evidence.faults import Fault

KINDS = {
    "altered": "bị sửa",
    "missing": "bị mất",
    "added": "bị thêm",
    "swapped": "bị tráo",
    "row": "dòng dữ liệu sai",
    "manifest": "danh mục sai",
    "token": "dấu thời gian sai",
    "audit": "nhật ký sai",
    "unreadable": "không đọc được",
}
PLACES = Phrases(
    {
        r"audit log": "nhật ký",
        r"row": "dòng dữ liệu",
        r"observation": "dòng của lượt xem",
        r"recipe": "cách xem ghi ở dòng",
        r"assessment (-?\d+)": "bản đánh giá {0}",
        r"domain record (\S+)": "bản tra cứu tên miền {0}",
        r"answer of (.+) in domain record (\S+)": "câu trả lời của {0} trong bản tra cứu tên miền {1}",
        r"history of case (\S+)": "lịch sử vụ {0}",
        r"row of case (\S+)": "dòng của vụ {0}",
    }
)
FINDINGS = Phrases(
    {
        # where a thing was to be, or is
        r"an export that the audit log knows": "một bản xuất mà nhật ký biết",
        r"an entry in the audit log": "một mục trong nhật ký",
        r"an entry for (\S+)": "một mục cho {0}",
        r"no such entry": "không có mục này",
        r"a row without one": "dòng không có mục nào",
        r"(.+) without one": "dòng {0} không có mục nào",
        r"no such row": "không có dòng này",
        r"no row": "không có dòng nào",
        r"no such file": "không có tệp này",
        r"no such line": "không có dòng này",
        r"no such line in (\S+)": "không có dòng này trong {0}",
        r"nothing: no list names it": "không có: không danh mục nào nêu nó",
        r"nothing in the evidence store": "không có gì trong kho chứng cứ",
        r"none": "không có",
        r"none, and «(.*)»": "không có, và «{0}»",
        r"observation (\d+)": "lượt xem {0}",
        r"assessment (-?\d+)": "bản đánh giá {0}",
        r"domain record (\S+)": "bản tra cứu tên miền {0}",
        r"a foreign file": "một tệp lạ",
        r"digests only in the evidence store": "trong kho chứng cứ chỉ có tệp mang tên mã băm",
        # bytes and digests
        r"bytes with digest (.*)": "tệp có mã băm {0}",
        r"other bytes under that name": "tệp khác mang tên đó",
        r"other bytes, digest (\S+)": "tệp khác, mã băm {0}",
        r"a SHA-256 digest": "một mã băm SHA-256",
        r"a row with digest (.*)": "dòng có mã băm {0}",
        r"the digest of (.+), (.*)": "mã băm của {0}, {1}",
        r"(\d+) bytes as stored": "{0} byte như trong kho",
        r"(-?\w+) in its row": "{0} ghi ở dòng của nó",
        r"lines of «digest  name»": "các dòng «mã băm  tên»",
        r"a name that sealing gives": "một tên mà việc niêm phong đặt",
        r"a bundle": "một gói xuất",
        r"names of services": "tên các dịch vụ",
        # rows and what they were sealed with
        r"a row as it was written": "dòng như lúc ghi",
        r"a line as it was written": "dòng như lúc ghi",
        r"a row as in its history": "dòng như trong lịch sử của vụ",
        r"a line in its history that opened it": "dòng mở vụ trong lịch sử của vụ",
        r"(.+) as in its history": "{0} như trong lịch sử của vụ",
        r"other words": "lời khác",
        r"a sealed observation": "một lượt xem đã niêm phong",
        r"one of which only the outcome was kept": "lượt xem chỉ giữ lại kết quả",
        r"the visit's recipe": "cách xem của lượt này",
        r"the content of visit\.json": "nội dung của visit.json",
        r"other values of (.*)": "giá trị khác ở {0}",
        r"no columns named": "không nêu cột nào",
        r"no manifest": "không có danh mục",
        r"content (\S+) as in audit entry (\d+)": "nội dung {0} như ở mục nhật ký {1}",
        r"(.+) as in audit entry (\d+)": "{0} như ở mục nhật ký {1}",
        r"nothing as in the log": "không có gì, như trong nhật ký",
        r"(.+) as in the (?:audit )?log": "{0} như trong nhật ký",
        r"(.+) as in (visit\.json|manifest\.sha256)": "{0} như trong {1}",
        r"entries on names taken out, each going on from the one before": "các mục về tên được gỡ, mục sau nối mục"
        " trước",
        r"one that does not": "có mục không nối tiếp",
        # time-stamps
        r"stamped, pending or off": "«stamped», «pending» hoặc «off»",
        r"a token, as the row says «stamped»": "một dấu thời gian, vì dòng ghi «stamped»",
        r"«stamped», as there is a token": "«stamped», vì có dấu thời gian",
        r"a reason that the log knows": "một lý do mà nhật ký biết",
        r"a token over (\S+)": "dấu thời gian trên {0}",
        r"a time after the visit, (\S+)": "một giờ sau lượt xem, {0}",
        r"an answer of (\d+) bytes is no time-stamp": "câu trả lời {0} byte không phải dấu thời gian",
        r"the answer is no RFC 3161 response: (.*)": "câu trả lời không theo RFC 3161: {0}",
        r"the authority did not grant it: (.*)": "tổ chức cấp dấu không cấp: {0}",
        r"the token answers another request: its nonce differs": "dấu trả lời yêu cầu khác: số nonce không khớp",
        r"the token cannot be read: (.*)": "không đọc được dấu: {0}",
        r"the token carries no certificate": "dấu không kèm chứng thư nào",
        r"the token covers other bytes than the manifest": "dấu đóng trên tệp khác, không phải danh mục này",
        r"the token does not hold: (.*)": "dấu không đứng vững: {0}",
        r"the token uses another hash, (\S+)": "dấu dùng hàm băm khác, {0}",
        # the log itself
        r"an unbroken chain": "một chuỗi liền mạch",
        r"entry (\d+) follows entry (\d+): those between them are missing": "mục {0} đứng sau mục {1}: các mục ở giữa"
        " bị mất",
        r"entry (\d+) does not seal the entry before it": "mục {0} không niêm phong mục trước nó",
        r"entry (\d+) its own content was altered": "nội dung của mục {0} bị sửa",
        r"every head that its witness noted": "mọi đầu nhật ký mà nhân chứng đã ghi",
        r"entry (\d+) with digest (\S+) was noted, and is not in the log": "mục {0} có mã băm {1} đã được ghi, mà không"
        " có trong nhật ký",
        r"line (\d+) of (.+) is no head of the log": "dòng {0} của {1} không phải một đầu nhật ký",
        r"entry (\S+), the newest when this was sealed": "mục {0}, mới nhất lúc niêm phong",
        r"«(.*)» with manifest (.*)": "mục «{0}» với danh mục {1}",
        r"«(.*)» with token (.*)": "mục «{0}» với dấu {1}",
        # what cannot be read
        r"(\S+) is not sorted or does not end its last line": "{0} không theo thứ tự, hoặc dòng cuối dở dang",
        r"(\S+) line (\d+) is not «digest  name»: (.*)": "dòng {1} của {0} không phải «mã băm  tên»: {2}",
        r"visit\.json (\S+) is not a visit's recipe: (.*)": "visit.json {0} không ghi cách xem của một lượt: {1}",
        r"the sealed visit has no visit\.json; run (.*)": "lượt xem đã niêm phong không có visit.json; chạy {0}",
        r"an answer of (.*) has no name that a file may bear; see (.*)": "câu trả lời của {0} mang tên không đặt được"
        " cho tệp; xem {1}",
        r"more in it than any export has": "chứa nhiều hơn mọi bản xuất",
        r"longer lists in it than any export has": "chứa danh mục dài hơn mọi bản xuất",
        r"(.*) is in it twice": "{0} có hai lần",
    }
)


def fault_words(fault: "Fault", language: str) -> str:
    """A fault in whole sentences: what, how it is wrong, what was expected and what was found."""
    if language == "en":
        return str(fault)
    kind = KINDS.get(fault.kind, fault.kind)
    place = PLACES.told(fault.file) or fault.file
    expected, found = (FINDINGS.told(words) or words for words in (fault.expected, fault.found))
    return f"{place}: {kind}. Lẽ ra: {expected}; thực tế: {found}."
