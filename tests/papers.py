"""Papers read back: the text of a PDF, page by page or all of it, as a reader's program finds it."""

import pypdfium2


def pages_of(paper: bytes) -> list[str]:
    """Return the text of each page, lines joined by blanks."""
    document = pypdfium2.PdfDocument(paper)
    try:
        return [" ".join(document[number].get_textpage().get_text_range().split()) for number in range(len(document))]
    finally:
        document.close()


def text_of(paper: bytes) -> str:
    """Return the text of all pages."""
    return " ".join(pages_of(paper))
