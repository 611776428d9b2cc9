"""The list of rules is the rows themselves: every row, every number, every name other tools use."""

import pytest

from chainrule.errors import RuleError
from chainrule.explain.rulebook import SHELVES, rules_page
from chainrule.messages import set_language
from chainrule.rules.aliases import ALIASES


def test_every_row_and_every_alias_is_on_the_list() -> None:
    text = rules_page().text(10**6)
    words = set(text.replace(",", " ").split())
    assert not ({name for _, rows in SHELVES.values() for name in rows} | set(ALIASES)) - words


@pytest.mark.parametrize(("option", "name"), [(o, n) for o, (_, rows) in SHELVES.items() for n in rows])
def test_every_rule_has_a_page_with_its_text(option: str, name: str) -> None:
    page = rules_page(name)
    text = page.text(10**6)
    assert page.facts[option] == name and f"--{option} {name}" in text
    row = SHELVES[option][1][name]
    for knob, value in row.knobs.items():
        assert f"{knob} = {value:g}" in text


def test_a_name_of_another_tool_leads_to_the_rule_and_none_is_refused_with_the_nearest() -> None:
    assert rules_page("traingdx").facts == {"optimizer": "gdx"}
    assert rules_page("exponential").facts == {"activation": "exp", "schedule": "exponential"}
    with pytest.raises(RuleError, match="nadam"):
        rules_page("nadan")
    set_language("zh")
    try:
        assert "优化算法" in rules_page().text()
    finally:
        set_language("en")
