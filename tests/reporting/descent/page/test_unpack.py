"""A browser that cannot unpack what the page carries."""

from __future__ import annotations

import dlvc_cli as dlvc


def test_a_browser_that_cannot_unpack_is_told(browser, tmp_path):
    dlvc.descend("beale", grid=40, max_steps=5).save(tmp_path / "page.html")
    page = browser.new_page()
    page.add_init_script("delete window.DecompressionStream")
    page.goto((tmp_path / "page.html").as_uri())
    page.wait_for_timeout(200)
    text = page.inner_text("#problem")
    assert "no DecompressionStream" in text and "Chrome or Edge 110, Firefox 115" in text
    page.close()
