// Long tables, made when they are opened: every figure of a series, or every month of control charts.
(() => {
  "use strict";
  const { load, shown, inWords, make } = CLS;
  const money = (unit) => unit.replace("GBP", "£");

  // Columns are a name, what a row has there, and whether it is a number; the first one heads the row.
  function table(details, title, unit, columns, rows) {
    const made = make("table"), head = made.createTHead().insertRow(), body = made.createTBody();
    made.prepend(make("caption", `${title}${unit}`));
    columns.forEach(([name, , num]) => head.append(make("th", name, { scope: "col", ...(num ? { class: "num" } : {}) })));
    rows.forEach((row) => {
      const line = body.insertRow();
      columns.forEach(([, tell, num], c) => line.append(make(c ? "td" : "th", tell(...row), c ? (num ? { class: "num" } : {}) : { scope: "row" })));
    });
    const scroll = make("div", undefined, { class: "scroll tall", tabindex: "0", role: "region", "aria-label": `Table: every figure of ${title}` });
    scroll.append(made);
    details.append(scroll);
  }

  function figures(details, names, data) {
    const only = (details.dataset.sites || "").split(" ").filter(Boolean);
    const series = data.series.filter((s) => !only.length || only.includes(s.site));
    const count = (name) => (s, i) => (s[name] && s[name][i] !== null ? s[name][i].toLocaleString("en-GB") : "–");
    const figure = (s, i) => (s.value[i] === null ? "–" : shown(data, s.value[i]));
    const columns = [["Period", (s, i) => data.words[i]], ["Figure", figure, 1]];
    if (series.some((s) => s.raw)) columns.push(["As recorded", (s, i) => (!s.raw ? figure(s, i) : s.raw[i] === null ? "–" : shown(data, s.raw[i])), 1]);
    if (series.some((s) => s.numerator)) columns.push(["Counted", count("numerator"), 1]);
    if (series.some((s) => s.denominator)) columns.push(["Of, or n", count("denominator"), 1]);
    if (new Set(series.map((s) => s.version)).size > 1) columns.push(["Definition", (s) => String(s.version), 1]);
    columns.push(["Notes", (s, i) => inWords(s.flags[i])]);
    if (series.some((s) => s.part)) columns.unshift(["Part", (s) => s.part]);
    if (only.length !== 1) columns.unshift(["Site", (s) => names[s.site].name]);
    const rows = series.flatMap((s) => data.periods.map((_, i) => [s, data.periods.length - 1 - i]));
    table(details, data.title, `, ${money(data.unit)}, by ${data.grain}`, columns, rows.filter(([s, i]) => s.flags[i] !== null));
  }

  function months(details, data) {
    const charts = details.dataset.charts.split(" ").map((key) => data.charts[key]), [first] = charts;
    const limit = (name) => (c, i, phase) => (phase[name] === null ? "–" : shown(c, phase[name]));
    const columns = [["Month", (c, i) => data.words[i]], ["Figure", (c, i) => shown(c, c.value[i]), 1], ["Mean", limit("mean"), 1],
      ["Lower limit", limit("low"), 1], ["Upper limit", limit("high"), 1], ["Stands out", (c, i) => CLS.stands(c, i) || "–"]];
    if (charts.length > 1) columns.splice(1, 0, ["Of", (c) => `${c.name}, ${money(c.unit)}`]);
    const rows = charts.flatMap((c) => c.phases.flatMap((phase) => {
      const held = [];
      for (let i = phase.from; i <= phase.until; i++) if (c.value[i] !== null) held.push([c, i, phase]);
      return held;
    }).reverse());
    table(details, first.team || first.name, charts.length > 1 ? ", by month" : `, ${money(first.unit)}, by month`, columns, rows);
  }

  CLS.every = async (details) => {
    if (details.dataset.filled) return;
    details.dataset.filled = "true";
    const [names, data] = [await load("sites"), await load(details.dataset.figure)];
    if (details.dataset.charts) months(details, data);
    else figures(details, names, data);
  };
})();
