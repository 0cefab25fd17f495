"""The pages of a PDF as pictures, drawn by PDFium: what a printer would put on paper."""

from pathlib import Path

import pypdfium2


def page_pictures(pdf: bytes, folder: Path, *, dots: int) -> list[Path]:
    """One PNG a page in the folder, in order; ``dots`` an inch."""
    paths = []
    document = pypdfium2.PdfDocument(pdf)
    try:
        for number, page in enumerate(document, start=1):
            paths.append(folder / f"page-{number:04}.png")
            page.render(scale=dots / 72, grayscale=True).to_pil().save(paths[-1], dpi=(dots, dots))
            page.close()
    finally:
        document.close()
    return paths
