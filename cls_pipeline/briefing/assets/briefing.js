// Draws charts when they come into view, from data that lies beside the page. Nothing is fetched.
(() => {
  "use strict";
  const { load, shown, inWords, day, after, isCount, copy, each, span, reach, every, KINDS } = CLS;

  const middleOf = (values) => {
    const sorted = values.filter((v) => v !== null).sort((a, b) => a - b);
    return sorted.length ? sorted[Math.floor(sorted.length / 2)] : null;
  };
  const average = (values) => {
    const some = values.filter((v) => v !== null);
    return some.length ? some.reduce((sum, v) => sum + v, 0) / some.length : null;
  };
  // A period that is not on record at all parts a line too.
  const follows = (data, i, j) => Math.abs(after(data, i) - day(data.periods[j])) < 864e5;

  // The rows of one series, by sort: see charts.py.
  function rowsOf(data, series, extra, by) {
    const rows = plain(data, series, extra, by);
    if (data.series.every((s) => s.version === data.newest || s.site !== series.site) || !data.newest) return rows;
    // Two versions of a definition are two measures: each its own line, named where it begins.
    const first = rows.find((row) => "pl".includes(row.t));
    const is_newest = series.version === data.newest;
    if (first) rows.push({ ...first, t: is_newest ? "z" : "v", label: `${extra.pixels === undefined ? "def." : "definition"} ${series.version}` });
    if (is_newest) return rows;
    return rows.filter((row) => !"bew".includes(row.t)).map((row) => ("po".includes(row.t) ? { ...row, t: "q" } : row));
  }
  function plain(data, series, extra, by) {
    const rows = [], values = series.value.map((v) => (v === null ? null : v / (by || 1)));
    const flags = series.flags;
    const apart = (series.breaks || []).filter((b) => b.verdict === "not comparable").map((b) => day(b.day));
    let run = 0, lone = [], last = -1;
    const linked = (i) => (flags[i] || "").includes("linked") && series.raw && series.raw[i] !== null;
    const group = () => `${extra.name || series.site}|${series.version}|${run}`;
    const close = () => {
      if (lone.length === 1) rows.push({ t: "o", ...at(lone[0]) });
      lone = [];
      run += 1;
    };
    const at = (i) => ({ x: day(data.periods[i]), y: values[i], g: group(), ...extra });
    const said = (i) => ({ when: data.words[i], told: shown(data, series.value[i]), flags: inWords(flags[i]) || "–" });
    values.forEach((value, i) => {
      if (value === null) {
        if (lone.length) close();
        if ((flags[i] || "").includes("suppressed")) rows.push({ t: "w", x: day(data.periods[i]), x2: after(data, i), ...extra });
        return;
      }
      const before = lone[lone.length - 1];
      if (before !== undefined) {
        const parted = apart.some((d) => d > day(data.periods[before]) && d < after(data, i));
        if (parted || !follows(data, before, i)) close();
      }
      lone.push(i);
      last = i;
      if (linked(i)) {
        if (before !== undefined && lone.length > 1 && !linked(before)) rows.push({ t: "l", ...at(before) });
        rows.push({ t: "l", ...at(i), ...said(i) }, { t: "r", ...at(i), y: series.raw[i] / (by || 1) });
      } else {
        if (before !== undefined && lone.length > 1 && linked(before)) rows.push({ t: "l", ...at(i) });
        rows.push({ t: "p", ...at(i), ...said(i) });
      }
    });
    if (lone.length === 1) rows.push({ t: "o", ...at(lone[0]) });
    if (last >= 0) rows.push({ t: "e", ...at(last) });
    (series.breaks || []).forEach((b, i) => rows.push({ t: "b", x: day(b.day), verdict: b.verdict, label: label(series.breaks, i, extra.pixels), ...extra }));
    return joined(rows);
  }
  // A break is named on the chart where there is room before the next one, else numbered; words stand below either way.
  function label(breaks, i, pixels) {
    const next = breaks[i + 1] ? day(breaks[i + 1].day) - day(breaks[i].day) : Infinity;
    const cause = CAUSES[breaks[i].cause] || breaks[i].cause.replaceAll("_", " ");
    return pixels && pixels * next > 190 && pixels * (Date.now() - day(breaks[i].day)) > 190 ? `${i + 1} ${cause}: ${breaks[i].verdict}` : String(i + 1);
  }
  const CAUSES = { source_system: "new system", definition: "new definition", unknown: "step" };
  // Withheld periods that touch are one span.
  function joined(rows) {
    const out = [];
    let span = null;
    rows.forEach((row) => {
      if (row.t === "w") {
        if (span && row.x - span.x2 < 864e5) return void (span.x2 = row.x2);
        span = row;
      }
      out.push(row);
    });
    return out;
  }

  function scaled(spec, data, values, nice) {
    spec.layer = spec.layer.filter((layer) => {
      const sort = /'(.)'/.exec(layer.transform[0].filter)[1];
      return spec.data.values.some((row) => row.t === sort);
    });
    if (!spec.layer.length) spec.layer = [{ mark: "point" }];
    // A scale that all layers share is said once, in a layer of single points.
    const last = spec.layer.at(-1);
    each(last, "x", (x) => { x.scale = { domain: span(data) }; });
    each(last, "y", (y) => { y.scale = { domain: reach(data, values), nice, zero: false }; });
  }
  function fill(spec, data, sites, names, beside, pixels, cut) {
    const series = data.series.filter((s) => s.site === sites[0]);
    const values = beside.flatMap((s) => [...s.value, ...(s.raw || [])]), top = cut ? topOf(values) : Infinity;
    const rows = series.flatMap((s) => rowsOf(data, s, { name: names[s.site].name, pixels }));
    const beyond = rows.filter((row) => "plq".includes(row.t) && row.y > top).map((row) => ({ t: "x", x: row.x }));
    spec.data = { values: [...rows, ...beyond] };
    scaled(spec, data, values.filter((v) => v <= top), false);
  }
  // Where nineteen of twenty figures would lie in the lower half, few decide the scale: it ends before them.
  function topOf(values) {
    const sorted = values.filter((v) => v !== null).sort((a, b) => a - b), most = 2 * sorted[Math.floor(0.95 * (sorted.length - 1))];
    return most > 0 && sorted.at(-1) > most ? sorted.filter((v) => v <= most).at(-1) : Infinity;
  }
  // What lies beyond the end of a shared scale, in words.
  function beyond(data, names) {
    const top = topOf(data.series.flatMap((s) => [...s.value, ...(s.raw || [])]));
    const out = data.series.flatMap((s) => s.value.map((v, i) => [v, `${names[s.site].name}, ${data.words[i]}: ${shown(data, v || 0)}`]));
    const told = out.filter(([v]) => v > top).sort((a, b) => b[0] - a[0]).map(([, words]) => words);
    if (!told.length) return "";
    const rest = told.length > 4 ? ` and ${told.length - 4} more, in the table of every figure` : "";
    return `The scale ends at ${shown(data, top)}. Marked ▲ and beyond it: ${told.slice(0, 4).join("; ")}${rest}.`;
  }

  Object.assign(KINDS, {
    panel(box, data, sites, names) {
      const charts = box.closest(".charts"), own = charts.dataset.own === "true";
      const spec = copy(window.CLS_CHARTS.panel);
      fill(spec, data, sites, names, own ? data.series.filter((s) => s.site === sites[0]) : data.series, undefined, !own && !isCount(data));
      spec.width = box.clientWidth;
      return spec;
    },
    series(box, data, sites, names) {
      const spec = copy(window.CLS_CHARTS.series);
      const [from, until] = span(data);
      if (box.classList.contains("low")) spec.height = 150;
      const pixels = box.clientWidth > 560 ? (box.clientWidth - 52) / (until - from) : 0;
      fill(spec, data, sites, names, data.series.filter((s) => s.site === sites[0]), pixels);
      spec.width = box.clientWidth;
      return spec;
    },
    spark(box, data, sites, names) {
      const spec = copy(window.CLS_CHARTS.spark), count = isCount(data);
      const rows = data.series.filter((s) => s.version === data.newest).flatMap((s) => {
        const own = s.site === sites[0];
        if (!own && names[s.site].nation !== box.dataset.nation) return [];
        const by = count ? average(s.value) : 1;
        if (!by) return [];
        const made = rowsOf(data, s, { name: s.site }, by).filter((row) => row.t !== "b" && row.t !== "r");
        return own ? made : made.filter((row) => row.t === "p" || row.t === "l").map((row) => ({ ...row, t: "n" }));
      });
      spec.data = { values: rows.sort((a, b) => (a.t === "n" ? 0 : 1) - (b.t === "n" ? 0 : 1)) };
      spec.width = box.clientWidth;
      const drawn = spec.data.values.filter((row) => row.y !== undefined), top = topOf(drawn.map((row) => row.y));
      scaled(spec, data, drawn.filter((row) => row.t !== "n" || row.y <= top).map((row) => row.y), false);
      return spec;
    },
    parts(box, data, sites) {
      const spec = copy(window.CLS_CHARTS.parts), rows = [];
      const series = data.series.filter((s) => sites.includes(s.site));
      const newest = middleOf(series.map((s) => s.flags.reduce((last, flag, i) => (flag === null ? last : i), 0)));
      const parts = [...new Set(series.map((s) => s.part))];
      parts.forEach((part, order) => {
        const some = series.filter((s) => s.part === part && s.value[newest] !== null && s.value[newest] !== undefined);
        const name = part;
        some.forEach((s) => rows.push({ t: "p", part: name, order, y: s.value[newest], site: s.site, told: shown(data, s.value[newest]) }));
        const sorted = some.map((s) => s.value[newest]).sort((a, b) => a - b), half = sorted.length >> 1;
        if (sorted.length >= 3) rows.push({ t: "m", part: name, order, y: sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2 });
        if (!some.length) rows.push({ t: "x", part: name, order });
      });
      spec.data = { values: rows };
      spec.width = box.clientWidth;
      return spec;
    },
    systems(box, data, sites) {
      const spec = copy(window.CLS_CHARTS.systems), now = new Date();
      const first = data[sites[0]].map((row) => row.x).filter(Boolean).sort()[0];
      spec.data = { values: data[sites[0]].map((row) => ({ ...row, x: day(row.x || first), x2: row.x2 ? day(row.x2) : now })) };
      spec.width = box.clientWidth;
      if (box.clientWidth < 560) spec.layer[1].mark = { ...spec.layer[1].mark, fontSize: 9, limit: 70 };
      return spec;
    },
    intervals(box) {
      const spec = copy(window.CLS_CHARTS.intervals);
      const means = Number(box.dataset.means);
      spec.data = { values: JSON.parse(box.dataset.rows).map(([label, estimate, low, high], order) => (
        { order, label, estimate, low, high, kind: order < means ? "mean" : "site" })) };
      spec.width = box.clientWidth;
      return spec;
    },
  });

  const isOpen = (box) => box.clientWidth > 0 && !box.closest("details:not([open])");
  async function draw(box) {
    if (!isOpen(box) || box.dataset.drawn === String(box.clientWidth)) return;
    box.dataset.drawn = String(box.clientWidth);
    const names = await load("sites");
    const charts = box.closest(".charts[data-figure]"), key = box.dataset.figure || (charts && charts.dataset.figure);
    const data = key ? await load(key) : null, sites = (box.dataset.sites || "").split(" ");
    if (!box.hasAttribute("role")) {
      box.setAttribute("role", "img");
      box.setAttribute("aria-label", `${data.title}, ${names[sites[0]].name}. Described below.`);
    }
    const spec = KINDS[box.dataset.kind || "panel"](box, data, sites, names);
    await window.vegaEmbed(box, spec, { actions: false, renderer: "svg", logLevel: 1 });
    // What it shows stands in words beside it; its marks are no reading.
    box.querySelector("svg").setAttribute("aria-hidden", "true");
  }

  // One scale or each its own: shares and days can be compared between sites, counts differ with their size.
  async function prepareScale(charts) {
    if (charts.dataset.own !== undefined) return;
    const [names, data] = [await load("sites"), await load(charts.dataset.figure)];
    if (charts.dataset.own !== undefined) return;
    charts.dataset.own = String(isCount(data));
    const button = charts.querySelector("button.scale"), words = charts.querySelector(".scale-words");
    const cut = charts.querySelector(".beyond"), out = isCount(data) ? "" : beyond(data, names);
    const tell = () => {
      const own = charts.dataset.own === "true";
      words.textContent = own ? "Each panel on its own scale, as sites differ in size: compare shapes, not heights." : "Every panel on one scale.";
      cut.textContent = out;
      cut.hidden = own || !out;
      button.textContent = own ? "Use one scale" : "Use own scales";
    };
    tell();
    button.hidden = false;
    button.addEventListener("click", () => {
      charts.dataset.own = charts.dataset.own === "true" ? "false" : "true";
      tell();
      charts.querySelectorAll(".chart").forEach((box) => { delete box.dataset.drawn; draw(box); });
    });
  }

  // What is in view is drawn; the rest of the open page when there is time, so that it prints.
  const boxes = [...document.querySelectorAll(".chart")];
  const start = async (box) => {
    const charts = box.closest(".charts[data-figure]");
    if (charts) await prepareScale(charts);
    await draw(box);
  };
  const watch = new IntersectionObserver((entries) => {
    entries.filter((entry) => entry.isIntersecting).forEach((entry) => {
      watch.unobserve(entry.target);
      start(entry.target);
    });
  }, { rootMargin: "400px" });
  boxes.forEach((box) => watch.observe(box));
  const later = window.requestIdleCallback || ((then) => setTimeout(then, 200));
  const next = () => {
    const box = boxes.find((one) => !one.dataset.drawn && isOpen(one));
    if (box) start(box).then(() => later(next));
  };
  later(next);
  document.addEventListener("toggle", (event) => event.target.open && later(next), true);
  document.querySelectorAll("details.every").forEach((details) => {
    details.addEventListener("toggle", () => details.open && every(details));
  });
  // A link to a figure that is folded away unfolds it.
  const unfold = () => {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    for (let up = target; up; up = up.parentElement) if (up.tagName === "DETAILS") up.open = true;
    target.scrollIntoView();
  };
  window.addEventListener("hashchange", unfold);
  unfold();
  let width = innerWidth, timer;
  window.addEventListener("resize", () => {
    if (innerWidth === width) return;
    width = innerWidth;
    clearTimeout(timer);
    timer = setTimeout(() => boxes.filter((box) => box.dataset.drawn).forEach(draw), 250);
  });
})();
