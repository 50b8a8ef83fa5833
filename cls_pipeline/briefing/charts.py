"""The pictures, one specification a kind, made with Altair; a page's script fills in the rows and sizes.

The rows of a series are of several sorts, told apart by `t`: `p` as recorded, `l` linked, `r` what was recorded
where it is linked, `o` a period that stands alone, `e` the newest, `q` an older version of the definition, `v` and `z`
where an older and the newest version begin, `x` a period beyond the scale, `w` a span that is withheld, `b` a break,
`n` other sites. Those of a control chart are `k` the line through the months, `c` a month by its sign, `m` a mean, `u`
a limit, and `s` where limits begin anew.
"""

from __future__ import annotations

from typing import Any

import altair as alt

INK, FAINT, LINKED, HAZE, RULE = "#17313a", "#8c979b", "#a8480f", "#e4e0d6", "#c9c4b8"
PEERS, OLDER = "#c3c9cb", "#557a83"
# Each verdict has a colour and a dash of its own: colour is never the only sign.
VERDICTS = {
    "continuous": ("#7d8a8f", [1, 3]),
    "linked": ("#a8480f", [6, 3]),
    "not comparable": ("#9c1c34", [1, 0]),
    "not measured": ("#6a5a96", [3, 3]),
    "not explained": ("#7a5c00", [8, 2, 2, 2]),
}
# The signs of a control chart, by colour and by shape; their words are the legend's.
SIGNS = {
    "common": ("#8c979b", "circle"),
    "improvement": ("#0b6fa8", "diamond"),
    "concern": ("#b3470b", "triangle-up"),
    "neither": ("#6a5a96", "square"),
}
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
NUMBERS = "abs(datum.value) >= 10000 ? format(datum.value, '.3~s') : format(datum.value, ',~f')"


def specifications() -> dict[str, dict[str, Any]]:
    """Every kind of chart as Vega-Lite, by name."""
    charts = {
        "panel": _panel(),
        "series": _series(),
        "spark": _spark(),
        "control": _control(),
        "parts": _parts(),
        "intervals": _intervals(),
        "systems": _systems(),
    }
    return {name: chart.to_dict() for name, chart in charts.items()}


def _rows(sort: str) -> Any:
    return alt.Chart().transform_filter(f"datum.t == '{sort}'")


def _x(**axis: Any) -> alt.X:
    look = {"format": "%Y", "labelOverlap": "greedy", "tickCount": "year"} | axis
    return alt.X("x:T", title=None, axis=alt.Axis(grid=False, **look))


def _y() -> alt.Y:
    return alt.Y(
        "y:Q",
        title=None,
        axis=alt.Axis(labelExpr=NUMBERS, tickCount=4, domain=False, ticks=False, minExtent=30, maxExtent=30),
    )


def _marks(x: alt.X, width: float) -> list[Any]:
    """Gaps, breaks and lines as every chart of a series has them."""
    verdicts = list(VERDICTS)
    colour = alt.Color(
        "verdict:N", legend=None, scale=alt.Scale(domain=verdicts, range=[VERDICTS[v][0] for v in verdicts])
    )
    dash = alt.StrokeDash(
        "verdict:N", legend=None, scale=alt.Scale(domain=verdicts, range=[VERDICTS[v][1] for v in verdicts])
    )
    line = {"strokeWidth": width, "strokeJoin": "round", "strokeCap": "butt"}
    line["clip"] = True
    name = {"fontSize": 9, "color": "#3b4a50"}
    return [
        _rows("w").mark_rect(color=HAZE, opacity=0.75).encode(x=x, x2="x2:T"),
        _rows("w").mark_rule(color=FAINT, strokeWidth=2).encode(x=x, x2="x2:T", y=alt.value("height")),
        _rows("b").mark_rule(strokeWidth=1.2).encode(x=x, color=colour, strokeDash=dash),
        _rows("r")
        .mark_line(color=FAINT, opacity=0.8, **(line | {"strokeWidth": width * 0.6}))
        .encode(x=x, y=_y(), detail="g:N"),
        _rows("q")
        .mark_line(color=OLDER, strokeWidth=1, point={"filled": False, "fill": "white", "size": 14, "color": OLDER})
        .encode(x=x, y=_y(), detail="g:N"),
        _rows("p").mark_line(color=INK, **line).encode(x=x, y=_y(), detail="g:N"),
        _rows("l").mark_line(color=LINKED, strokeDash=[4, 2], **line).encode(x=x, y=_y(), detail="g:N"),
        _rows("o").mark_point(color=INK, filled=True, size=9, opacity=1, clip=True).encode(x=x, y=_y()),
        _rows("x")
        .mark_point(color=LINKED, filled=True, size=34, opacity=1, shape="triangle-up", yOffset=4)
        .encode(x=x, y=alt.value(0)),
        _rows("v").mark_text(align="left", dy=-8, **name).encode(x=x, y=_y(), text="label:N"),
        _rows("z").mark_text(align="left", dy=11, **name).encode(x=x, y=_y(), text="label:N"),
    ]


def _configured(chart: Any, fit: Any = "fit-x") -> Any:
    return chart.properties(autosize=alt.AutoSizeParams(type=fit, contains="padding"), padding=2).configure(
        font=FONT,
        background="transparent",
        view=alt.ViewConfig(stroke=None),
        axis=alt.AxisConfig(
            labelColor="#4b5960", labelFontSize=10, gridColor="#ece8de", domainColor=RULE, tickColor=RULE, tickSize=3
        ),
    )


def _panel() -> Any:
    """One site of the small multiples."""
    x = _x(tickCount=3)
    newest = _rows("e").mark_point(color=INK, filled=True, size=26, opacity=1).encode(x=x, y=_y())
    return _configured(alt.layer(*_marks(x, 1.3), newest, data=alt.NamedData("rows"), width=150, height=96), "fit")


def _series() -> Any:
    x = _x()
    label = _rows("b").mark_text(align="left", baseline="top", dx=4, dy=1, fontSize=10, color="#3b4a50")
    told = _rows("p").mark_point(size=60, opacity=0, filled=True)
    tips = [
        alt.Tooltip("when:N", title="Period"),
        alt.Tooltip("told:N", title="Figure"),
        alt.Tooltip("flags:N", title="Note"),
    ]
    layers = [
        *_marks(x, 1.8),
        label.encode(x=x, y=alt.value(0), text="label:N"),
        _rows("e").mark_point(color=INK, filled=True, size=40, opacity=1).encode(x=x, y=_y()),
        told.encode(x=x, y=_y(), tooltip=tips),
    ]
    return _configured(alt.layer(*layers, data=alt.NamedData("rows"), width=600, height=220))


def _spark() -> Any:
    x, y = alt.X("x:T", axis=None), alt.Y("y:Q", axis=None)
    layers = [
        _rows("n").mark_line(color=PEERS, strokeWidth=0.8, clip=True).encode(x=x, y=y, detail="g:N"),
        _rows("w").mark_rule(color=FAINT, strokeWidth=2).encode(x=x, x2="x2:T", y=alt.value("height")),
        _rows("p").mark_line(color=INK, strokeWidth=1.8).encode(x=x, y=y, detail="g:N"),
        _rows("l").mark_line(color=LINKED, strokeWidth=1.8, strokeDash=[4, 2]).encode(x=x, y=y, detail="g:N"),
        _rows("o").mark_point(color=INK, filled=True, size=10, opacity=1).encode(x=x, y=y),
        _rows("e").mark_point(color=INK, filled=True, size=30, opacity=1).encode(x=x, y=y),
    ]
    return _configured(alt.layer(*layers, data=alt.NamedData("rows"), width=260, height=64))


def _control() -> Any:
    x, signs = _x(), list(SIGNS)
    colour = alt.Color("sign:N", legend=None, scale=alt.Scale(domain=signs, range=[SIGNS[s][0] for s in signs]))
    shape = alt.Shape("sign:N", legend=None, scale=alt.Scale(domain=signs, range=[SIGNS[s][1] for s in signs]))
    size = alt.condition("datum.sign == 'common'", alt.value(9), alt.value(34))
    tips = [
        alt.Tooltip("when:N", title="Month"),
        alt.Tooltip("told:N", title="Figure"),
        alt.Tooltip("rules:N", title="Signal"),
    ]
    layers = [
        _rows("s").mark_rule(color="#6a5a96", strokeWidth=1.2, strokeDash=[3, 3]).encode(x=x),
        _rows("u")
        .mark_rule(color="#5d6b70", strokeWidth=1, strokeDash=[5, 3], clip=True)
        .encode(x=x, x2="x2:T", y=_y()),
        _rows("m").mark_rule(color=INK, strokeWidth=1.2).encode(x=x, x2="x2:T", y=_y()),
        _rows("k").mark_line(color=FAINT, strokeWidth=1, opacity=0.8).encode(x=x, y=_y(), detail="g:N"),
        _rows("c")
        .mark_point(filled=True, opacity=1)
        .encode(x=x, y=_y(), color=colour, shape=shape, size=size, tooltip=tips),
    ]
    return _configured(alt.layer(*layers, data=alt.NamedData("rows"), width=300, height=130))


def _parts() -> Any:
    """Each site a ring on the line of its part; the middle of three and more a tick. Nations stand apart."""
    y = alt.Y(
        "part:N",
        title=None,
        sort=alt.EncodingSortField("order", op="min"),
        axis=alt.Axis(labelLimit=150, ticks=False, domain=False, grid=True),
    )
    x = alt.X("y:Q", title=None, axis=alt.Axis(labelExpr=NUMBERS, tickCount=5))
    rings = _rows("p").mark_point(color=INK, size=36, opacity=0.55, strokeWidth=1.2)
    middles = _rows("m").mark_tick(color=LINKED, thickness=3, size=16)
    layers = [rings.encode(x=x, y=y, tooltip=["site:N", "part:N", "told:N"]), middles.encode(x=x, y=y)]
    return _configured(alt.layer(*layers, data=alt.NamedData("rows"), width=600, height=alt.Step(22)))


def _intervals() -> Any:
    y = alt.Y(
        "label:N",
        title=None,
        sort=alt.EncodingSortField("order", op="min"),
        axis=alt.Axis(labelLimit=190, ticks=False, domain=False),
    )
    x = alt.X("low:Q", title=None, axis=alt.Axis(labelExpr=NUMBERS, tickCount=5))
    base = alt.Chart()
    # A mean over sites is a diamond of another colour.
    kinds = alt.Scale(domain=["site", "mean"], range=[INK, LINKED])
    colour = alt.Color("kind:N", legend=None, scale=kinds)
    shape = alt.Shape("kind:N", legend=None, scale=alt.Scale(domain=["site", "mean"], range=["circle", "diamond"]))
    layers = [
        base.mark_rule(color=RULE, strokeWidth=1.5).encode(x=alt.datum(0)),
        base.mark_rule(color=INK, strokeWidth=2).encode(y=y, x=x, x2="high:Q"),
        base.mark_point(filled=True, size=60, opacity=1).encode(
            y=y, x=alt.X("estimate:Q", title=None), color=colour, shape=shape
        ),
    ]
    return _configured(alt.layer(*layers, data=alt.NamedData("rows"), width=600, height=alt.Step(22)))


def _systems() -> Any:
    y = alt.Y("family:N", title=None, axis=alt.Axis(ticks=False, domain=False, labelLimit=110))
    bars = alt.Chart().mark_bar(color="#d5e0e0", stroke=INK, strokeWidth=0.8, height=24, cornerRadius=2)
    names = alt.Chart().mark_text(align="left", baseline="middle", dx=5, fontSize=11, color=INK)
    x = _x()
    layers = [bars.encode(x=x, x2="x2:T", y=y), names.encode(x=x, y=y, text="label:N")]
    return _configured(alt.layer(*layers, data=alt.NamedData("rows"), width=600, height=alt.Step(34)))
