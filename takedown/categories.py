"""What each kind of fraud is called in the titles of cases, in Vietnamese and English."""

NAMES = {
    "fake_shop": ("Cửa hàng giả", "Fake shop"),
    "investment": ("Lừa đảo đầu tư", "Investment fraud"),
    "phishing": ("Lấy cắp tài khoản, thẻ, ví", "Phishing"),
    "government": ("Giả danh cơ quan", "Impersonated office"),
    "job_task": ("Việc làm, nhiệm vụ giả", "Job or task fraud"),
    "loan": ("Lừa đảo cho vay", "Loan fraud"),
    "prize": ("Trúng thưởng, quà trò chơi giả", "Fake prize or game gift"),
    "recovery": ("Lừa lấy lại tiền bị lừa", "Recovery fraud"),
    "travel": ("Du lịch, vé giả", "Travel or ticket fraud"),
    "gambling": ("Cờ bạc, cá cược", "Gambling"),
    "fake_app": ("Ứng dụng giả", "Fake app"),
    "impersonation": ("Giả danh thương hiệu", "Brand impersonation"),
    "other": ("Dấu hiệu lừa đảo khác", "Other signs of fraud"),
}


def category_name(category: str, language: str = "vi") -> str:
    """The category in ``vi`` (default) or ``en``; a new one that has no name yet shows its own word."""
    vietnamese, english = NAMES.get(category, (category, category))
    return english if language == "en" else vietnamese
