"""The program's face as numbers: colours, spacing, radii and type sizes, named once.

Every page takes its sizes and colours from here; nothing here knows a widget. Sizes are logical pixels derived from
the height of the body text, so a larger text (大字) or another font scales everything with it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

BODY_POINTS = 10.5  # 五号, the size of body text in Chinese office papers
REFERENCE_EM = 14  # logical pixels of 五号 at 96 dpi; the spacing scale is drawn for this size


@dataclass(frozen=True, slots=True)
class Colours:
    """Quiet neutral greys, one accent, three meanings; text colours keep a contrast of 4.5:1 on their ground."""

    ground: str = "#F5F6F8"  # behind the pages
    surface: str = "#FFFFFF"  # pages, cards, fields
    sunken: str = "#EEF0F3"  # navigation, table headers, read-only fields
    hover: str = "#E6E9EE"
    line: str = "#E2E5EA"
    line_strong: str = "#C6CCD5"
    text: str = "#1C2430"
    text_soft: str = "#4A5463"
    text_faint: str = "#5F6978"
    text_off: str = "#9AA3B0"
    accent: str = "#2459C4"
    accent_hover: str = "#1D4BA8"
    accent_press: str = "#173D8C"
    accent_soft: str = "#E8EFFC"
    accent_line: str = "#B5C9F1"
    on_accent: str = "#FFFFFF"
    danger: str = "#B3261E"
    danger_hover: str = "#8F1D17"
    danger_soft: str = "#FCECEA"
    danger_line: str = "#EFC0BB"
    warn: str = "#8A5A00"
    warn_soft: str = "#FFF5DC"
    warn_line: str = "#EBD39A"
    ok: str = "#1B7048"
    ok_soft: str = "#E6F4EC"
    ok_line: str = "#B3DAC4"
    shade: str = "#0F1722"  # behind a veil


@dataclass(frozen=True, slots=True)
class Sizes:
    """Lengths in logical pixels for one height of body text (``em``)."""

    em: int = REFERENCE_EM
    hair: int = 1
    focus: int = 2
    space_xs: int = 4
    space_s: int = 8
    space_m: int = 12
    space_l: int = 16
    space_xl: int = 24
    space_xxl: int = 36
    radius_s: int = 4
    radius_m: int = 6
    radius_l: int = 10
    control: int = 32  # height of a field or button
    control_s: int = 26
    row: int = 34  # height of a table row
    icon: int = 16
    icon_m: int = 18
    icon_l: int = 40
    nav_wide: int = 176
    nav_narrow: int = 52
    bar: int = 48
    status: int = 28
    field: int = 280  # a comfortable width of a text field
    small: float = 9.0  # points, as all type sizes
    body: float = BODY_POINTS
    lead: float = 12.0
    title: float = 16.0
    display: float = 21.0


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a page asks for: ``tokens().colours.accent``, ``tokens().sizes.space_m``."""

    colours: Colours
    sizes: Sizes

    def flat(self) -> dict[str, str]:
        """All values by name, as the style sheet template needs them."""
        return {name: str(value) for name, value in (asdict(self.colours) | asdict(self.sizes) | self._inner()).items()}

    def _inner(self) -> dict[str, int]:
        """Paddings and content heights: a focused control's border is thicker, its padding thinner by as much."""
        pad_y, pad_x = self.sizes.space_xs, self.sizes.space_m - 2
        grow = self.sizes.focus - self.sizes.hair
        frame = 2 * (pad_y + self.sizes.hair)
        return {
            "pad_y": pad_y,
            "pad_x": pad_x,
            "pad_y_focus": pad_y - grow,
            "pad_x_focus": pad_x - grow,
            "inner": self.sizes.control - frame,
            "inner_s": self.sizes.control_s - 2 * self.sizes.hair - 4,
            "pad_btn_focus": self.sizes.space_m - grow,
            "pad_tool_focus": self.sizes.space_s - grow,
            "chip_round": self.sizes.control_s // 2 - 1,
            "radio_round": self.sizes.icon // 2 + 1,
            "pill": self.sizes.control_s - self.sizes.space_xs - 2,
            "pad_head": self.sizes.space_s + 3,
            "key": self.sizes.control_s - self.sizes.space_xs - 2,
            "pill_round": (self.sizes.control_s - self.sizes.space_xs - 2) // 2,
            "half": max(2, self.sizes.space_xs // 2),
            "box": self.sizes.icon,
            "bar_thick": self.sizes.space_m - 2,
            "bar_round": (self.sizes.space_m - 2) // 2 - 1,
        }


_IN_POINTS = frozenset({"small", "body", "lead", "title", "display"})
_FIXED = frozenset({"hair", "focus"})


def sizes_for(em: float, *, text_scale: float = 1.0) -> Sizes:
    """Sizes for body text ``em`` logical pixels high; type sizes in points grow by ``text_scale``."""
    factor = em / REFERENCE_EM
    values: dict[str, float] = {}
    for name, value in asdict(Sizes()).items():
        if name in _IN_POINTS:
            values[name] = round(value * text_scale * 2) / 2
        elif name in _FIXED:
            values[name] = value
        else:
            values[name] = max(1, round(value * factor))
    return Sizes(**values)  # type: ignore[arg-type]  # whole where whole is asked


_in_force = [Tokens(Colours(), Sizes())]


def tokens() -> Tokens:
    """The tokens in force; the defaults until ``apply_look`` has measured the font."""
    return _in_force[0]


def set_tokens(new: Tokens) -> None:
    """Only ``apply_look`` calls this."""
    _in_force[0] = new
