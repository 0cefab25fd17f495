"""What a form's field asks for, read from its type, name, label and autocomplete."""

import re
from enum import StrEnum
from functools import lru_cache

from crawler.detection.facts import FormField
from crawler.detection.fold import fold_plain


class Secret(StrEnum):
    """Things that a visitor may be asked for, from the worst to the harmless."""

    SEED = "seed"
    SESSION = "session"
    PIN = "pin"
    OTP = "otp"
    CVV = "cvv"
    CARD = "card"
    MAIL_PASSWORD = "mail_password"  # noqa: S105 - of the visitor's mailbox, asked elsewhere
    PASSWORD = "password"  # noqa: S105 - the name of a kind of field
    NATIONAL_ID = "national_id"
    ID_PHOTO = "id_photo"
    BANK_ACCOUNT = "bank_account"
    SSN = "ssn"
    QUESTION = "question"  # the answer to a security question
    BIRTH = "birth"
    CONTACT = "contact"


# The first that matches wins. Names are split at capitals and signs before they are folded.
_WORDS: tuple[tuple[Secret, tuple[str, ...]], ...] = (
    (
        Secret.SEED,
        (
            r"(?:seed|recovery|secret|mnemonic|backup) ?(?:recovery )?(?:phrases?|words)",
            r"mnemonics?|private ?keys?|keystore|(?:cum |cac )?tu (?:khoi phuc|bi mat)|khoa (?:rieng tu|bi mat cua vi)",
            r"(?:12|24) (?:words?|tu (?:khoa|goc))",
        ),
    ),
    # the cookies of a signed-in browser: who has them needs no password
    (Secret.SESSION, (r"c ?user|session ?(?:cookies?|token)|access ?token",)),
    (Secret.PIN, (r"(?:atm|card)? ?pin ?(?:atm|code|number)?", r"ma pin|pin the|mat (?:khau|ma) the")),
    (
        Secret.OTP,
        (
            r"ma (?:so )?(?:duoc |vua )?(?:gui ve|nhan duoc|trong tin nhan|sms|6 so|kich hoat giao dich)",
            r"s?otp|smart ?otp|otp ?code|code ?otp|sms ?code|ma otp|ma xac thuc|ma xac nhan otp",
            r"vbv|pass ?vbv|vbv ?pass(?:word)?|codigo(?: sms| de (?:seguridad|verificacion))?",
            r"3d ?secure|securecode|secure ?code|(?:ma|mat khau) giao dich",
            r"one ?time ?(?:code|pass\w*)|2fa|two ?factor(?: code)?|verification ?code|approvals ?code",
        ),
    ),
    (
        Secret.CVV,
        (
            r"cvv2?|cvc2?|csc|cvn|ccv|card ?code|card security ?code|ma bao mat the",
            r"(?:ba|3) (?:chu )?so (?:cuoi )?(?:o )?(?:mat sau|sau the|bao mat)",
        ),
    ),
    (
        Secret.CARD,
        (
            r"(?:credit|debit|bank|atm|cc)? ?card ?(?:no|num|numb|number)|cc ?(?:num|number|no)|ccnum|cardnumber",
            r"(?:day |chuoi )?so (?:in )?tren (?:mat )?the|(?:16|12|19) (?:chu )?so(?: in)?(?: tren)?(?: mat)? the",
            r"so the|so the atm|so the tin dung|numero ?(?:de )?(?:carte|tarjeta)",
        ),
    ),
    (Secret.SSN, (r"ssn|social ?security(?: ?number)?|mother ?s? ?maiden(?: ?name)?|cpf",)),
    (
        Secret.QUESTION,
        (
            r"(?:security|challenge|secret|memorable) ?(?:question|answer|word)s?|answer ?(?:to|[1-5])",
            r"ans ?[1-5]|(?:first|favou?rite) pet|cau hoi (?:bao mat|bi mat)",
        ),
    ),
    (Secret.PASSWORD, (r"pass ?word|passwd|mat khau|senha|mot de passe|contrasena",)),
    (
        Secret.ID_PHOTO,
        (
            r"(?:anh|chup|mat truoc|mat sau|hinh).{0,12}(?:cccd|cmnd|can cuoc|chung minh)",
            r"(?:cccd|cmnd|can cuoc).{0,12}(?:mat truoc|mat sau)|chan dung cam|selfie",
        ),
    ),
    (Secret.NATIONAL_ID, (r"cccd|cmnd|can cuoc(?: cong dan)?|chung minh (?:thu|nhan dan)|(?:so|ma) dinh danh",)),
    (
        Secret.BANK_ACCOUNT,
        (
            r"so tai khoan|stk|so tk|ten ngan hang|chon ngan hang|tai khoan ngan hang",
            r"account ?number|bank ?account|iban|routing ?number|sort ?code",
        ),
    ),
    (Secret.BIRTH, (r"dob|birth ?(?:date|day)|date of birth|ngay sinh",)),
    (
        Secret.CONTACT,
        (
            r"phone(?: ?number)?|tel|mobile|so dien thoai|sdt|dien thoai|e ?mail",
            r"ho (?:va )?ten|full ?name|dia chi|address",
        ),
    ),
)
_PATTERNS = tuple((secret, re.compile(rf"\b(?:{'|'.join(words)})\b")) for secret, words in _WORDS)
_MAIL_PASSWORD = re.compile(
    r"e-?mail(?: account)? pass ?word|pass ?word of your e-?mail|mật khẩu (?:của )?(?:e-?mail|gmail)"
)
# a card's shape shown as what to type: «XXXX-XXXX-XXXX-XXXX», «**** **** ****», «1234 5678 9012 3456»
_CARD_SHAPE = re.compile(r"(?:[x*•0#_]{4}[ -]{1,3}){2,3}[x*•0#_]{3,4}|1234 ?5678 ?9012|4242 ?4242")
_CVV_SHAPE = re.compile(r"^\s?(?:3|three)[ -](?:or 4 )?digits?\b")
_AUTOCOMPLETE = {
    "one-time-code": Secret.OTP,
    "cc-number": Secret.CARD,
    "cc-csc": Secret.CVV,
    "current-password": Secret.PASSWORD,
    "new-password": Secret.PASSWORD,
}
_MASKED = {Secret.SEED, Secret.SESSION, Secret.PIN, Secret.OTP, Secret.CVV, Secret.CARD, Secret.SSN, Secret.QUESTION}
_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_SILENT_TYPES = {"hidden", "submit", "button", "reset", "image", "checkbox", "radio", "search"}


def judge_field(entry: FormField) -> Secret | None:
    """What the field asks for, or None for the harmless and the unclear."""
    return judge_words(entry.type.lower(), entry.name[:80], entry.label[:120], entry.autocomplete.lower())


@lru_cache(maxsize=4096)
def judge_words(kind: str, name: str, label: str, autocomplete: str = "") -> Secret | None:
    """As ``judge_field``, over the bare words of a field."""
    if kind in _SILENT_TYPES:
        return None
    known = _AUTOCOMPLETE.get(autocomplete.split()[-1] if autocomplete else "")
    if _MAIL_PASSWORD.search(label.lower()):
        return Secret.MAIL_PASSWORD
    words = f"{fold_plain(_CAPITAL.sub(' ', name))} / {fold_plain(name)} / {fold_plain(label)}"
    worded = next((secret for secret, pattern in _PATTERNS if pattern.search(words)), None)
    if kind == "password":
        # Codes and card numbers are often hidden like passwords: the words decide what is asked.
        return worded if worded in _MASKED else Secret.PASSWORD
    if known is not None:
        return known
    if worded in {None, Secret.CONTACT} and kind in {"text", "tel", "number"}:
        shown = label.lower()
        worded = Secret.CARD if _CARD_SHAPE.search(shown) else Secret.CVV if _CVV_SHAPE.search(shown) else worded
    if kind in {"email", "tel"} and worded is None:
        return Secret.CONTACT
    return worded
