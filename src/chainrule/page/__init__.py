"""page: rule -> page.

Sections of paragraphs, formulas, tables and pictures, written down as text, Markdown, LaTeX, HTML, Word and JSON.
Whoever reports or explains builds a page; only here it is known how one is written.
"""
