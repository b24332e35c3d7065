"""What tests of documents write."""

from fpdf import FPDF

ANSWER = (
    "Approved hours go straight into your payroll every night, so nobody types them in twice. Your bookkeeper checks "
    "the week, presses one button, and the hours are in payroll the next morning."
)


def write(path, text):
    path.write_text(text, encoding="utf-8")
    return path


def pdf_of(*texts, **options):
    pdf = FPDF()
    pdf.set_font("Helvetica", size=12)
    if options:
        pdf.set_encryption(**options)
    for text in texts:
        pdf.add_page()
        pdf.multi_cell(0, 6, text)
    return bytes(pdf.output())
