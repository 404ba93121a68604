"""One self-contained HTML page: the stepper with no kernel and no network."""

from __future__ import annotations

import json
import re
from html import escape
from typing import Any

from . import assets
from .scene_text import Scene, heads, plain, rows, word

# inside <script> these could end it; JSON, written in ASCII, may escape them
UNSAFE = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"}
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; "
    "base-uri 'none'; form-action 'none'"
)
PAGE = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ margin: 0 auto; padding: 12px; max-width: 1200px; font: 0.875rem/1.5 system-ui, sans-serif; }}
body {{ background: light-dark(#fff, #111); color: light-dark(#1f2328, #fff); }}
h1 {{ font-size: 1.125rem; margin: 0 0 10px; font-weight: 600; overflow-wrap: anywhere; }}
noscript table {{ border-collapse: collapse; }}
noscript :is(th, td) {{ padding: 2px 12px 2px 0; text-align: left; vertical-align: top; }}
{css}
</style>
</head>
<body>
<h1>{title}</h1>
<main id="stepper"></main>
<noscript>
<p>{no_script}</p>
<table>
{table}
</table>
</noscript>
<script type="application/json" id="scene">{scene}</script>
<script type="module">
{js}
mount(document.getElementById("stepper"), JSON.parse(document.getElementById("scene").textContent));
</script>
</body>
</html>
"""


def html(scene: Scene) -> str:
    """The page as text. Every name in it is data, never markup."""
    data = json.dumps(scene, separators=(",", ":"))
    for character, written in UNSAFE.items():
        data = data.replace(character, written)
    # without a script nothing can be answered: the steps up to the first question
    first = next((k for k, step in enumerate(scene["steps"]) if _asks(step)), None)
    told = rows(scene)[:first]
    return PAGE.format(
        policy=escape(POLICY, quote=False),
        title=escape(plain(word(scene, "page", name=scene["name"]))),
        language=escape(scene["language"]),
        no_script=escape(word(scene, "no_script")),
        css=assets.style(),
        js=inline(assets.script()),
        table="\n".join([_row("th", heads(scene)), *(_row("td", row) for row in told)]),
        scene=data,
    )


def inline(script: str) -> str:
    """A module's text, safe between script tags: neither can be written whole in a string there.

    >>> inline("say('</SCRIPT><!--')")
    "say('<\\\\/SCRIPT><\\\\!--')"
    """
    return re.sub(r"<(/script|!--)", r"<\\\1", script, flags=re.IGNORECASE)


def _asks(step: dict[str, Any]) -> bool:
    """Whether it hides something, or the step after it is what one has to choose."""
    return "hidden" in step or "choices" in step.get("ask", ())


def _row(tag: str, cells: tuple[str, ...]) -> str:
    return f"<tr>{''.join(f'<{tag}>{escape(cell)}</{tag}>' for cell in cells)}</tr>"
