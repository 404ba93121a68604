"""Twenty names that would run or show something if any face took them for markup. Each calls ``hit``."""

MARKUP = [
    "<script>hit()</script>",
    "</script><script>hit()</script>",
    "</SCRIPT ><img src=x onerror=hit()>",
    "<img src=x onerror=hit()>",
    "<svg onload=hit()>",
    "<svg><script>hit()</script></svg>",
    "</text></svg><svg onload=hit()>",
    "<math><mtext><img src=x onerror=hit()></mtext></math>",
    "<math><maction xlink:href=javascript:hit()>x</maction></math>",
    "</mtext></math><iframe srcdoc='<script>parent.hit()</script>'>",
    "<iframe src=javascript:parent.hit()>",
    "<a href=javascript:hit()>x</a>",
    "<style>@import 'javascript:hit()';</style>",
    "</style><body onload=hit()>",
    "</title><script>hit()</script>",
    "</noscript><video src=x onerror=hit()>",
    "<!--><img src=x onerror=hit()>-->",
    "]]><input autofocus onfocus=hit()>",
    "<details open ontoggle=hit()>",
    "&lt;img src=x onerror=hit()&gt;",
]

# what a browser is told beforehand: to count them
WATCHED = "window.hits = 0; window.hit = () => { window.hits += 1; };"
