"""One self-contained HTML page: the stepper with no kernel and no network."""

from __future__ import annotations

import json
from html import escape
from pathlib import Path

from .scene_text import Scene, fill

HERE = Path(__file__).parent
# inside <script>, these could end it or break older parsers; JSON may write them as escapes
UNSAFE = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ margin: 0 auto; padding: 12px; max-width: 1200px; font: 14px/1.5 system-ui, sans-serif; }}
body {{ background: light-dark(#fff, #111); color: light-dark(#1f2328, #fff); }}
h1 {{ font-size: 18px; margin: 0 0 10px; font-weight: 600; overflow-wrap: anywhere; }}
{css}
</style>
</head>
<body>
<h1>{title}</h1>
<main id="stepper"></main>
<noscript><ol>{steps}</ol></noscript>
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
    data = json.dumps(scene, ensure_ascii=False, separators=(",", ":"))
    for character, written in UNSAFE.items():
        data = data.replace(character, written)
    return PAGE.format(
        policy=escape(POLICY),
        title=escape(f"Stepping through {scene['name']}"),
        css=(HERE / "stepper.css").read_text(encoding="utf-8"),
        js=(HERE / "stepper.js").read_text(encoding="utf-8").replace("</script", "<\\/script"),
        steps="".join(f"<li>{escape(fill(step['say'], scene))}</li>" for step in scene["steps"]),
        scene=data,
    )
