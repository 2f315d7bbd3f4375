"""Pictures that members of the sample send, drawn here, so that no file has a licence."""

from base64 import b64encode
from io import BytesIO

from PIL import Image, ImageDraw

_INK, _PAPER, _SHADE = "#1f3b4d", "#f6f9fb", "#d6e4ec"


def blood_results() -> str:
    """Return a chart with bars, as base64."""
    image = Image.new("RGB", (960, 600), _PAPER)
    draw = ImageDraw.Draw(image)
    draw.rectangle((80, 250, 900, 400), fill="#e0f2e9")
    for place, height in enumerate((180, 240, 120, 310, 205, 160)):
        left = 120 + place * 130
        draw.rectangle((left, 520 - height, left + 80, 520), fill="#c2410c" if height > 300 else "#2a7f9e")
    draw.line((80, 60, 80, 520, 900, 520), fill=_INK, width=4)
    return _encoded(image)


def insurance_card() -> str:
    """Return a card with lines in place of a name and a number, as base64."""
    image = Image.new("RGB", (860, 540), "#e9eef1")
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((40, 40, 820, 500), radius=36, fill=_PAPER, outline=_INK, width=4)
    draw.rounded_rectangle((90, 170, 220, 270), radius=14, fill="#d9b44a")
    for top, width in ((90, 420), (320, 560), (370, 480), (420, 300)):
        draw.rounded_rectangle((90, top, 90 + width, top + 26), radius=13, fill=_SHADE)
    draw.rectangle((700, 90, 740, 190), fill="#c2410c")
    draw.rectangle((670, 120, 770, 160), fill="#c2410c")
    return _encoded(image)


def _encoded(image: Image.Image) -> str:
    out = BytesIO()
    image.save(out, "PNG")
    return b64encode(out.getvalue()).decode()
