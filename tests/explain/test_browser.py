"""Pages in a real browser: formulas are laid out, keys and buttons work, nothing is asked of the network, large nets open."""

from html import escape

import numpy as np
import pytest
from browser import CHROMIUM, measured

from chainrule import set_language
from chainrule.batches.source import Source
from chainrule.batches.start import start
from chainrule.explain.derivation import derivation_page
from chainrule.explain.graphs import graph_page
from chainrule.explain.lessons import lesson_page
from chainrule.explain.slopes import slope_page
from chainrule.explain.tracing import trace_page
from chainrule.page.page import Page
from chainrule.plan import make_plan
from chainrule.rules.activations import ACTIVATIONS

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: the browser tests were not run")


def trace() -> Page:
    plan = make_plan(
        3, 2, (4,), activation="gelu", loss="cross_entropy", optimizer="adam", precision="float64"
    )
    source = Source(np.array([[0.1, -0.4, 2.0], [1.0, 0.0, -1.0]]), np.eye(2))
    return trace_page(plan, start(plan), source, weight="w1_2_3", count_steps=5)


PAGES = {
    "trace": trace,
    "derivation": lambda: derivation_page(make_plan(3, 2, (4,), activation="tanh"), notation="ng").page,
    "graph": lambda: graph_page("c*(a+2*b)", {"a": 3, "b": 1, "c": -2}),
    "slope": lambda: slope_page(ACTIVATIONS["softmax"]),
    "lesson": lambda: lesson_page("numbers"),
    "surface": lambda: lesson_page("surface"),
}

LAID_OUT = """
const boxes=[...document.querySelectorAll('math')].map(m=>m.getBoundingClientRect());
const f=document.querySelector('mfrac');let above=true;
if(f){const[a,b]=[...f.children].map(c=>c.getBoundingClientRect());above=a.bottom<=b.top+1}
const sub=document.querySelector('msub,msubsup');let lower=true;
if(sub){const[a,b]=[...sub.children].map(c=>c.getBoundingClientRect());lower=b.bottom>a.bottom-1&&b.left>=a.left&&b.height<=a.height*1.2}
return{count:boxes.length,empty:boxes.filter(b=>b.width<1||b.height<5).length,above,lower,
drawings:[...document.querySelectorAll('svg')].map(s=>s.getBoundingClientRect().width),
wide:document.documentElement.scrollWidth-document.documentElement.clientWidth,
unknown:[...document.querySelectorAll('math *')].filter(e=>!(e instanceof MathMLElement)).map(e=>e.tagName)}
"""


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", list(PAGES))
def test_formulas_are_laid_out_and_nothing_is_asked_of_the_network(name: str, language: str) -> None:
    set_language(language)
    try:
        html = PAGES[name]().html()
    finally:
        set_language("en")
    found = measured(html, LAID_OUT)
    assert found["asked"] == []
    assert found["empty"] == 0 and found["unknown"] == []
    assert found["count"] > 0 or name == "surface"
    assert found["above"] and found["lower"]  # a fraction stands on its line, an index below its letter
    assert all(width > 100 for width in found["drawings"])
    assert found["wide"] == 0  # what is too wide scrolls by itself, the page does not


def test_a_page_on_a_telephone_does_not_scroll_sideways() -> None:
    for name in ("trace", "lesson"):
        # headless windows are never narrower than 500; a frame is
        frame = PAGES[name]().html().replace("max-width:62rem", "max-width:22rem")
        found = measured(frame, "const b=document.querySelector('main').getBoundingClientRect();return{main:b.width,"
                         "out:[...document.querySelectorAll('p,.m,table,figure,h1,h2')].filter(e=>"
                         "e.getBoundingClientRect().right>b.right+1).length}")  # fmt: skip
        assert found["main"] < 420 and found["out"] == 0


def test_long_sums_break_at_their_terms_instead_of_scrolling() -> None:
    plan = make_plan(12, 2, (3,), activation="tanh", loss="cross_entropy", precision="float64")
    source = Source(np.random.default_rng(0).standard_normal((12, 12)), np.eye(2)[[0, 1] * 6])
    page = trace_page(plan, start(plan), source, rows=(0, 1))
    html = page.html().replace("<details>", "<details open>")
    frame = (
        f'<iframe style="border:0;width:360px;height:2400px" srcdoc="{escape(html, quote=True)}"></iframe>'
    )
    found = measured(
        f'<!doctype html><html><head><meta charset="utf-8"></head><body>{frame}</body></html>', NARROW
    )
    assert found["count"] > 100 and found["wide"] == [] and found["page"] == 0


NARROW = """
const d=document.querySelector('iframe').contentDocument,f=[...d.querySelectorAll('.f')];
return{count:f.length,page:d.documentElement.scrollWidth-360,
wide:f.filter(e=>e.scrollWidth>e.clientWidth+1).map(e=>[e.scrollWidth-e.clientWidth,e.textContent])}
"""


def test_folded_rows_open_when_the_keys_reach_them_and_for_print() -> None:
    plan = make_plan(2, 1, (2,), activation="tanh", precision="float64")
    source = Source(np.array([[1.0, 2.0], [0.5, -1.0]]), np.array([[0.0], [1.0]]))
    html = trace_page(plan, start(plan), source, rows=(0, 1)).html()
    key = "document.dispatchEvent(new KeyboardEvent('keydown',{key:'ArrowRight',bubbles:true}));"
    opened = "[...document.querySelectorAll('details')].map(d=>d.open)"
    found = measured(html, f"const a={opened};{key}const b={opened};dispatchEvent(new Event('beforeprint'));"
                     f"return{{a,b,c:{opened}}}")  # fmt: skip
    assert (found["a"], found["b"], found["c"]) == ([False, False], [True, False], [True, True])


KEYS = """
const key=k=>document.dispatchEvent(new KeyboardEvent('keydown',{key:k,bubbles:true}));
const at=()=>[...document.querySelectorAll('.cr .m')].findIndex(m=>m.classList.contains('on'));
const seen=[at()];for(const k of['ArrowRight','ArrowRight','ArrowRight','ArrowLeft','ArrowLeft','ArrowLeft']){key(k);seen.push(at())}
return{seen,marked:document.querySelectorAll('.on').length,said:document.getElementById('cr-at').textContent,
count:document.querySelectorAll('.cr .m').length}
"""


def test_the_arrow_keys_step_through_the_lines() -> None:
    found = measured(trace().html(), KEYS)
    assert found["seen"] == [-1, 0, 1, 2, 1, 0, 0]
    assert found["marked"] == 1 and found["said"] == f"1 / {found['count']}"


COPY = """
const got=[];const wait=()=>new Promise(r=>setTimeout(r,20));
const line=document.querySelectorAll('.cr .m')[2];
const press=async c=>{line.querySelector(`button[data-c=${c}]`).click();await wait()};
Object.defineProperty(navigator,'clipboard',{configurable:true,value:{writeText:t=>{got.push(t);return Promise.resolve()}}});
await press('tex');await press('mml');
Object.defineProperty(navigator,'clipboard',{configurable:true,value:{writeText:()=>Promise.reject(1)}});
document.execCommand=()=>{got.push(document.activeElement.value||getSelection().toString());return true};
await press('tex');return{got}
"""


def test_the_copy_buttons_give_latex_and_mathml() -> None:
    page = graph_page("c*(a+2*b)", {"a": 3, "b": 1, "c": -2})
    latex, mathml, fallback = measured(page.html(), COPY)["got"]
    lines = [
        page.cell(item, "latex")[1:-1] for s in page.sections for item in s.items if hasattr(item, "parts")
    ]
    assert latex == fallback == lines[2]
    assert mathml.startswith("<math") and mathml.endswith("</math>")


@pytest.mark.parametrize("planted", ['<img src="http://127.0.0.1:9/x.png">', '<img src="x.png">',
                                     "<script>fetch('http://127.0.0.1:9/')</script>",
                                     "<style>@import 'http://127.0.0.1:9/x.css';</style>"])  # fmt: skip
def test_a_request_to_the_network_would_be_seen(planted: str) -> None:
    html = graph_page("a*b", {"a": 1, "b": 2}).html().replace("</main>", f"{planted}</main>")
    assert measured(html, "return {}")["asked"]


def test_the_page_of_a_784_128_10_network_is_small_and_opens_at_once() -> None:
    plan = make_plan(784, 10, (128,), activation="relu", loss="cross_entropy", precision="float64")
    source = Source(np.random.default_rng(0).random((1, 784)), np.eye(10)[:1])
    html = trace_page(plan, start(plan), source).html()
    assert len(html.encode()) < 2_000_000
    found = measured(
        html, LAID_OUT.replace("return{", "return{elements:document.querySelectorAll('*').length,")
    )
    assert found["empty"] == 0
    assert found["elements"] < 60_000  # what a browser lays out well within two seconds
    print(
        f"page time {found['milliseconds']:.0f} ms, {found['elements']} elements, {len(html.encode())} bytes"
    )


def test_dark_and_light_follow_the_reader() -> None:
    script = "const c=q=>getComputedStyle(document.querySelector(q));return{paper:c('body').backgroundColor,ink:c('main').color}"
    html = graph_page("a*b", {"a": 1, "b": 2}).html()
    light, dark = measured(html, script), measured(html, script, "--blink-settings=preferredColorScheme=0")
    assert light["paper"] != dark["paper"] and light["ink"] != dark["ink"]
