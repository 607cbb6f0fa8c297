"""The program's face, set once for every page: ``apply_look(app)``, ``tokens()``, ``icon(name)``."""

from app.ui.look.apply import apply_look, style_sheet
from app.ui.look.icons import TONES, Tone, icon, pixmap
from app.ui.look.tokens import Colours, Sizes, Tokens, tokens

__all__ = ["TONES", "Colours", "Sizes", "Tokens", "Tone", "apply_look", "icon", "pixmap", "style_sheet", "tokens"]
