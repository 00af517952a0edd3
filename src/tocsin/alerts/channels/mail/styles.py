"""Inline styles by name: mail programs ignore most style sheets, so each element carries its own.

Classes (`card`, `ink`…) exist only for dark mode and narrow screens, in the template's head.
"""

SEVERITY_COLOURS = {
    "critical": "#9b1026",
    "high": "#b8430b",
    "medium": "#7a5c00",
    "low": "#2c6650",
    "info": "#4a5b6c",
}
_SANS = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
_MONO = "font-family:Consolas,Menlo,'DejaVu Sans Mono',monospace"
_WRAP = "overflow-wrap:anywhere;word-break:break-word"

STYLES = {
    "body": f"margin:0;padding:0;background:#eef1f4;color:#1c2733;{_SANS}",
    "page": "background:#eef1f4",
    "card": f"background:#ffffff;color:#1c2733;{_SANS};font-size:15px;line-height:1.5;{_WRAP}",
    "brand": "background:#10304f;color:#ffffff;padding:18px 28px",
    "authority": "font-size:15px;font-weight:bold;color:#ffffff",
    "ticket": f"font-size:13px;color:#c9d7e4;{_MONO}",
    "tlp": "background:#000000;font-size:13px;font-weight:bold;padding:5px 10px;"
    f"white-space:nowrap;{_MONO}",
    "pad": "padding:24px 28px 0 28px",
    "last": "padding:24px 28px 28px 28px",
    "whom": "font-size:14px;color:#566474;margin:0 0 4px 0",
    "h1": "font-size:25px;line-height:1.25;font-weight:bold;margin:0 0 10px 0",
    "h2": "font-size:18px;line-height:1.3;font-weight:bold;margin:0 0 6px 0",
    "h3": "font-size:14px;font-weight:bold;margin:14px 0 2px 0",
    "p": "margin:0 0 8px 0",
    "more": "margin:8px 0 0 0;font-size:13px;color:#566474",
    "hint": "margin:0;font-size:13px;color:#566474",
    "list": "margin:0 0 8px 0;padding:0 0 0 22px",
    "ask": "background:#f1f6fb;border-left:4px solid #10304f;padding:14px 18px",
    "button": "display:inline-block;background:#1f6b45;color:#ffffff;font-weight:bold;"
    "padding:10px 20px;text-decoration:none",
    "count": "padding:8px 12px 6px 12px;color:#ffffff;text-align:left",
    "figure": "font-size:22px;line-height:1.1;font-weight:bold",
    "label": "font-size:13px",
    "rule": "border-top:1px solid #d9e0e7;font-size:0;line-height:0;height:1px",
    "badge": "color:#ffffff;font-size:12px;font-weight:bold;padding:2px 8px;white-space:nowrap",
    "overview": "font-size:14px;border-collapse:collapse",
    # A message has hundreds of these cells, and Gmail cuts messages off at 102 KB.
    "rows": "font-size:13px;line-height:1.4;border-collapse:collapse;margin:12px 0 0 0",
    "head": "border-bottom:2px solid #c6d0da",
    "th": "font-size:12px;color:#566474",
    "row": "border-bottom:1px solid #e3e8ed",
    "dim": "color:#566474",
    "muted": "color:#566474;font-size:12px",
    "code": "background:#eef1f4;font-size:13px",
    "small": "font-size:13px;line-height:1.5",
}
