"""Why a visit or a look-up ended as it did, in the reader's language: our own sentences are stored in English, a
server's as it said them."""

import re

from takedown.phrases import Phrases
from takedown.words import word

_TABLE = {
    r"our proxy answered in the site's place: HTTP (\d+)": "proxy của ta trả lời thay trang: HTTP {0}",
    r"registrant redacted": "chủ thể được che",
    r"a 404 of a server that no bootstrap confirms says nothing": "mã 404 của máy chủ chưa được danh bạ gốc xác nhận"
    " thì không nói lên điều gì",
    r"a reserved name leads nowhere": "tên dành riêng không dẫn tới đâu",
    r"asked by contract instead": "đã hỏi qua dịch vụ theo hợp đồng",
    r"there are no records": "không có bản ghi nào",
    r"the host is an address": "máy chủ là một địa chỉ IP",
    r"no answer": "không có câu trả lời",
    r"no time left": "hết thời gian",
    r"the answer is empty": "câu trả lời rỗng",
    r"nothing could be read from the answer": "không đọc được gì từ câu trả lời",
    r"an address has no domain registration": "địa chỉ IP không có đăng ký tên miền",
    r"no registry has this network": "không cơ quan đăng ký nào quản lý dải mạng này",
    r"a private or reserved address belongs to no public network": "địa chỉ riêng hoặc dành riêng không thuộc mạng"
    " công cộng nào",
    r"\.vn is looked up by hand at (\S+): its registry forbids automated queries": ".vn được tra bằng tay tại {0}:"
    " cơ quan đăng ký cấm truy vấn tự động",
    r"the body ended before its announced length": "nội dung dừng trước độ dài đã báo",
    r"the body is empty": "nội dung rỗng",
    r"nothing is in it": "không có gì trong đó",
    r"cut at ([\d,]+) bytes": "bị cắt ở {0} byte",
    r"page cut at (\d+) bytes": "trang bị cắt ở {0} byte",
    r"text cut at (\d+) characters": "chữ bị cắt ở {0} ký tự",
    r"markup cut after (\d+) tags": "mã trang bị cắt sau {0} thẻ",
    r"read without its structure, which took too long to read": "đọc không theo cấu trúc, vì đọc cấu trúc quá lâu",
    r"read without its structure, which its reader could not read": "đọc không theo cấu trúc,"
    " vì cấu trúc không đọc được",
    r"read without its structure, at which its reader died": "đọc không theo cấu trúc,"
    " vì tiến trình đọc chết giữa chừng",
    r"the browser shows (\d+) characters, of which (\d+) could be read": "trình duyệt hiện {0} ký tự, chỉ đọc được {1}",
    r"the site's time was over before it was read": "hết thời gian dành cho trang trước khi đọc xong",
    r"bytes that are no text": "các byte không phải chữ",
    r"(\d+) undecodable characters in (\S+)": "{0} ký tự không giải mã được theo {1}",
    r"unknown charset '(.*)' in (\S+)": "bảng mã lạ «{0}» khai ở {1}",
    r"letters that cannot be decoded": "chữ không giải mã được",
    r"an MHTML archive": "tệp MHTML",
    r"save the page as HTML": "hãy lưu trang dạng HTML",
    r"a ZIP archive or an app \(APK, DOCX\)": "tệp ZIP hoặc ứng dụng (APK, DOCX)",
    r"an empty ZIP archive": "tệp ZIP rỗng",
    r"a program": "một chương trình",
    r"a Windows program": "một chương trình Windows",
    r"an SQLite database": "cơ sở dữ liệu SQLite",
    r"an old Office document": "tài liệu Office kiểu cũ",
    r"a binary property list": "danh sách thuộc tính dạng nhị phân",
    r"an? ([A-Z7]\w+) (?:picture|archive|document)": "tệp {0}",
    r"(gzip|bzip2|xz)-compressed data": "dữ liệu nén {0}",
    r"content type (\S+)": "kiểu nội dung {0}",
    r"a download": "một tệp tải về",
    r"nothing to read before scripts have run": "không có gì để đọc khi kịch bản chưa chạy",
    r"no answer within the navigation's time": "không có câu trả lời trong thời gian mở trang",
    r"the document had not ended when we stopped waiting": "tài liệu chưa hết khi ngừng chờ",
    r"the browser did not get to say what the page shows": "trình duyệt không kịp cho biết trang hiện gì",
    r"the rendered page shows nothing": "trang dựng xong không hiện gì",
    r"RobotsDisallowedError: robots\.txt disallows (\S+)": "robots.txt không cho tải {0}",
    r"IgnoreRequest: max redirections reached": "chuyển hướng quá nhiều lần",
    r"DownloadTimeoutError: Getting (\S+) took longer than ([\d.]+) seconds\.": "tải {0} quá {1} giây",
    r"Connection refused": "kết nối bị từ chối",
    r"its certificate is not trusted \((.+)\)": "chứng chỉ không được tin cậy ({0})",
    r"its certificate is for another name \((.+)\)": "chứng chỉ cấp cho tên khác ({0})",
    r"its certificate expired on (\S+)": "chứng chỉ đã hết hạn ngày {0}",
    r"its certificate is valid only from (\S+) on": "chứng chỉ chỉ có hiệu lực từ ngày {0}",
    r"a certificate above its own is out of date": "một chứng chỉ cấp trên đã hết hạn",
    r"its certificate is signed by itself": "chứng chỉ tự ký",
    r"its chain leads to no root that this machine trusts": "chuỗi chứng chỉ không tới gốc nào máy này tin cậy",
    r"its certificate cannot be read \((.+)\)": "không đọc được chứng chỉ ({0})",
    r"the name does not resolve \((.+)\)": "tên không phân giải được ({0})",
    r"TLS failed \((.+)\)": "TLS hỏng ({0})",
    r"the connection was closed": "kết nối bị đóng",
    r"it took too long": "quá lâu",
    r"(\S+) gives names away: its registration is not the site's": "{0} cho mượn tên: đăng ký của nó không phải của"
    " trang này",
    r"(\S+) has no public (RDAP|WHOIS) service": "{0} không có dịch vụ {1} công khai",
    r"(\S+) is reserved and registers nothing": "{0} là đuôi dành riêng, không đăng ký gì",
    r"(\S+) is not in the root zone": "{0} không có trong vùng gốc",
    r"(\S+) is no ending": "{0} không phải đuôi tên miền",
    r"(\S+) is left alone until (.+)": "{0} được để yên tới {1}",
    r"the answer is longer than (\d+) bytes": "câu trả lời dài hơn {0} byte",
    r"the answer is not about (\S+)": "câu trả lời không nói về {0}",
    r"the answer is not parsed within (\d+) s": "câu trả lời không phân tích xong trong {0} giây",
    r"the answer is not readable \((.+)\)": "câu trả lời không đọc được ({0})",
    r"no whole answer within (\d+) s": "không có câu trả lời trọn vẹn trong {0} giây",
    r"no (RDAP|WHOIS) server known: (?:the )?bootstrap could not be fetched \((.+)\)": "chưa biết máy chủ {0}:"
    " không tải được danh bạ gốc ({1})",
    r"no WHOIS server known: (\S+) did not say \((.+)\)": "chưa biết máy chủ WHOIS: {0} không cho biết ({1})",
}
_PHRASES = Phrases(_TABLE)
_ADDRESS = re.compile(r"([0-9a-f.:]+): (.+)")
_ANSWERED = re.compile(r"RDAP answered: (\w+)")
_REGISTRAR = re.compile(r"registrar (\S+): (\w+) ?(.*)")


def reason_words(reason: str, language: str) -> str:
    """The reason; what is not ours, such as a server's own words, stays as it is."""
    if language == "en" or not reason:
        return reason
    return "; ".join(_in_vietnamese(part) for part in reason.split("; "))


def _in_vietnamese(part: str) -> str:
    if found := _ANSWERED.fullmatch(part):
        return f"RDAP đã trả lời: {word('lookup', found[1], 'vi').lower()}"
    if found := _REGISTRAR.fullmatch(part):
        said = f"nhà đăng ký {found[1]}: {word('lookup', found[2], 'vi').lower()}"
        return f"{said} ({_in_vietnamese(found[3])})" if found[3] else said
    if found := _ADDRESS.fullmatch(part):
        return f"{found[1]}: {_in_vietnamese(found[2])}"
    told = _PHRASES.told(part)
    return part if told is None else told
