"""HTML in which text from outside never acts."""

from __future__ import annotations

from dlvc_cli.reporting.page_parts.markup import table, tag


def test_text_and_attributes_are_escaped_and_markup_is_not():
    inner = tag("b", '<i>"&\x1b')
    outer = tag("p", inner, ["a<b", None], title='"><script>', hidden=True, class_=None)
    assert inner == "<b>&lt;i&gt;&quot;&amp;\\x1b</b>"
    assert outer == f'<p title="&quot;&gt;&lt;script&gt;" hidden>{inner}a&lt;b</p>'
    assert tag("br") == "<br>"


def test_a_table_has_headings_of_rows_and_columns():
    text = table(["class", "<n>"], [["cat", "1"]], sortable=True)
    assert '<th scope="col"><button type="button">&lt;n&gt;</button></th>' in text
    assert '<tr><th scope="row">cat</th><td>1</td></tr>' in text
