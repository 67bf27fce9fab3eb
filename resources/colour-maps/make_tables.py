"""Writes tables.ts beside this file: matplotlib's colour maps as 256 entries of RGB bytes.

magma, viridis, inferno and plasma were made by Nathaniel J. Smith, Stefan van der Walt and Eric Firing,
and put into the public domain (CC0).
"""

import base64
from pathlib import Path

import matplotlib
import numpy as np

NAMES = ["magma", "viridis", "inferno", "plasma"]


def encoded(colours):
    return base64.b64encode(colours.astype(np.uint8).tobytes()).decode()


lines = [
    "/**",
    " * Colour maps of matplotlib: 256 entries of red, green and blue, in base64. `nearest` rounds each value to the nearest",
    " * byte; `truncated` drops the fraction, as matplotlib itself does where it writes pictures. Made by make_tables.py",
    " * beside this file. Their authors (Nathaniel J. Smith, Stefan van der Walt, Eric Firing) put them into the public",
    " * domain (CC0).",
    " */",
    "export const COLOUR_TABLES = {",
]
for name in NAMES:
    exact = matplotlib.colormaps[name](np.arange(256))[:, :3] * 255
    truncated = matplotlib.colormaps[name](np.arange(256), bytes=True)[:, :3]
    lines.append(f"  {name}: {{")
    lines.append(f"    nearest: '{encoded(np.round(exact))}',")
    lines.append(f"    truncated: '{encoded(truncated)}',")
    lines.append("  },")
lines.append("} as const;")
Path(__file__).with_name("tables.ts").write_text("\n".join(lines) + "\n")
