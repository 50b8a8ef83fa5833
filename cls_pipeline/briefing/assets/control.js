// Control charts: points by their sign, means and limits of each phase. Limits and signals are the release's.
(() => {
  "use strict";
  const { shown, day, after, hasNought, copy, each, KINDS } = CLS;
  const RULES = { outside_limits: "outside the limits", run_of_7: "seven or more in a row on one side of the mean",
    trend_of_7: "seven or more that rise or fall each time", two_of_three: "two of three near a limit" };
  const MEANINGS = { improvement: "better", concern: "worse", neither: "neither better nor worse" };

  CLS.stands = (chart, i) =>
    chart.signals[i] && `${MEANINGS[chart.meaning[i]]}: ${chart.signals[i].split(" ").map((rule) => RULES[rule]).join("; ")}`;

  // Counts and shares have nought to end at, as their limits, computed as if they had none, may not.
  function reach(chart, values) {
    const low = Math.min(...values), high = Math.max(...values), room = (high - low || Math.abs(high) || 1) * 0.08;
    const bottom = hasNought(chart) && chart.value.every((v) => v === null || v >= 0) ? 0 : -Infinity;
    return [Math.max(bottom, low - room), high + room];
  }

  KINDS.control = (box, data) => {
    const chart = data.charts[box.dataset.chart], rows = [], values = [];
    const month = { periods: data.periods, grain: "month" };
    let run = 0, last = null;
    chart.phases.forEach((phase, number) => {
      const x = day(data.periods[phase.from]), x2 = after(month, phase.until);
      if (number) rows.push({ t: "s", x });
      [["m", phase.mean], ["u", phase.low], ["u", phase.high]].forEach(([t, y]) => {
        if (y === null) return;
        rows.push({ t, x, x2, y });
        values.push(y);
      });
      for (let i = phase.from; i <= phase.until; i++) {
        const y = chart.value[i];
        if (y === null) continue;
        // A month without a figure parts the line, and so does a break.
        if (last !== i - 1 || i === phase.from) run += 1;
        last = i;
        values.push(y);
        rows.push({ t: "k", x: day(data.periods[i]), y, g: run });
        rows.push({ t: "c", x: day(data.periods[i]), y, sign: chart.meaning[i] || "common", when: data.words[i],
          told: shown(chart, y), rules: CLS.stands(chart, i) || "nothing unusual" });
      }
    });
    const spec = copy(window.CLS_CHARTS.control);
    spec.data = { values: rows };
    spec.layer = spec.layer.filter((layer) => rows.some((row) => row.t === /'(.)'/.exec(layer.transform[0].filter)[1]));
    const from = day(data.periods[chart.phases[0].from]), until = after(month, chart.phases.at(-1).until);
    each(spec.layer.at(-1), "x", (x) => { x.scale = { domain: [from.getTime(), until.getTime()] }; });
    each(spec.layer.at(-1), "y", (y) => { y.scale = { domain: reach(chart, values), nice: false, zero: false }; });
    spec.width = box.clientWidth;
    if (box.clientWidth > 560) spec.height = 200;
    return spec;
  };
})();
