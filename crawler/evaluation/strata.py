"""Which samples are set against which: contrasts that matter, and every label's own categories and corpora."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from crawler.evaluation.labelled import Kind, Label, Sample


@dataclass(frozen=True, slots=True)
class Match:
    """Samples by their fields; an empty tuple asks nothing. Words are looked for inside the field."""

    langs: tuple[str, ...] = ()
    corpora: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    not_categories: tuple[str, ...] = ()

    def holds(self, sample: Sample) -> bool:
        return (
            (not self.langs or sample.lang in self.langs)
            and (not self.corpora or any(word in sample.corpus.lower() for word in self.corpora))
            and (not self.categories or any(word in sample.category for word in self.categories))
            and not any(word in sample.category for word in self.not_categories)
        )


@dataclass(frozen=True, slots=True)
class Contrast:
    """Frauds of one kind against the honest samples that they must be told from. Either side may be None."""

    name: str
    name_vi: str
    kind: Kind
    scam: Match | None
    benign: Match | None

    def side(self, sample: Sample) -> Label | None:
        """The side that a counted sample takes here, or None."""
        match = {Label.SCAM: self.scam, Label.BENIGN: self.benign}.get(sample.label)
        return sample.label if sample.kind is self.kind and match is not None and match.holds(sample) else None


_VIETNAMESE = Match(langs=("vi",))
_PHISHING = Match(categories=("phish", "clone", "impersonat"))
_LOGINS = Match(categories=("login", "signup", "sign_in", "checkout"))
_MONEY = Match(categories=("invest", "hyip", "crypto", "forex", "stock", "pig_butcher"))
_WARNINGS = Match(categories=("warning", "about_scam"))
_READING = Match(categories=("news", "blog", "recipe"), not_categories=("about_scam", "warning"))
_EVERY = Match()

CONTRASTS = (
    Contrast("Vietnamese", "Tiếng Việt", Kind.PAGE, _VIETNAMESE, _VIETNAMESE),
    Contrast("phishing / real sign-in", "Lấy tài khoản / đăng nhập thật", Kind.PAGE, _PHISHING, _LOGINS),
    Contrast("investment, crypto", "Đầu tư, tiền số", Kind.PAGE, _MONEY, None),
    Contrast("scam warnings", "Bài cảnh báo lừa đảo", Kind.PAGE, None, _WARNINGS),
    Contrast("news, recipes", "Tin tức, công thức", Kind.PAGE, None, _READING),
    Contrast("all pages", "Mọi trang", Kind.PAGE, _EVERY, _EVERY),
    Contrast("SMS", "Tin nhắn SMS", Kind.TEXT, Match(categories=("sms",)), Match(categories=("sms",))),
    Contrast("news texts", "Văn bản tin tức", Kind.TEXT, None, Match(categories=("news",))),
    Contrast("all texts", "Mọi văn bản", Kind.TEXT, _EVERY, _EVERY),
    Contrast(
        "Vietnamese lists / top names",
        "Danh sách Việt Nam / tên phổ biến",
        Kind.NAME,
        Match(corpora=("vn_", "chongluadao")),
        Match(categories=("top",)),
    ),
    Contrast(
        "OpenPhish / top names",
        "OpenPhish / tên phổ biến",
        Kind.NAME,
        Match(corpora=("openphish",)),
        Match(categories=("top",)),
    ),
    Contrast("all names", "Mọi tên miền", Kind.NAME, _EVERY, _EVERY),
)


def single_strata(samples: Iterable[Sample]) -> tuple[Contrast, ...]:
    """One-sided strata for each label's categories and corpora that occur, whatever they are called."""
    seen: dict[tuple[Kind, Label, str, str], None] = {}
    for sample in samples:
        for name, value in (("category", sample.category), ("corpus", sample.corpus)):
            if value:
                seen[(sample.kind, sample.label, name, value)] = None
    return tuple(_single(*key) for key in sorted(seen))


def _single(kind: Kind, label: Label, name: str, value: str) -> "Contrast":
    title = f"{kind}/{label}/{name}: {value}"
    match = _Exact(categories=(value,)) if name == "category" else _Exact(corpora=(value,))
    return Contrast(
        title, title, kind, match if label is Label.SCAM else None, match if label is Label.BENIGN else None
    )


@dataclass(frozen=True, slots=True)
class _Exact(Match):
    """The same, by the whole field."""

    def holds(self, sample: Sample) -> bool:
        return (not self.categories or sample.category in self.categories) and (
            not self.corpora or sample.corpus in self.corpora
        )


def counted(samples: Sequence[Sample]) -> tuple[Sample, ...]:
    """Those that belong in figures."""
    return tuple(sample for sample in samples if sample.counts)
