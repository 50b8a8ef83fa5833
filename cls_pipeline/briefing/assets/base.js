// What the other scripts share: data that lies beside the page, numbers as the page's words have them, days, scales.
(() => {
  "use strict";
  const held = new Map(), waiting = new Map();
  const CLS = (window.CLS = {
    put(key, data) {
      (data.flagged ? data.series : []).forEach((s) => { s.flags = s.flags.map((at) => (at === null ? null : data.flagged[at])); });
      held.set(key, data);
      (waiting.get(key) || []).forEach((then) => then(data));
      waiting.delete(key);
    },
  });
  const load = (key) =>
    new Promise((then) => {
      if (held.has(key)) return then(held.get(key));
      if (waiting.has(key)) return waiting.get(key).push(then);
      waiting.set(key, [then]);
      const script = document.createElement("script");
      script.src = `data/${key}.js`;
      document.head.append(script);
    });

  // Numbers, as the page's own words have them.
  const shown = (data, value) => {
    const number = value.toLocaleString("en-GB", { minimumFractionDigits: data.digits, maximumFractionDigits: data.digits });
    const plain = number.replace("-", "−");
    return data.unit === "percent" ? `${plain}%` : data.unit.startsWith("GBP") ? `£${plain}` : plain;
  };
  const WORDS = { suppressed: "withheld", missing: "not given", not_applicable: "does not apply", partial: "partial",
    linked: "linked", estimated: "estimated", restated: "restated", break: "break", not_comparable: "not comparable with now" };
  const inWords = (flags) => (flags || "").split(" ").filter(Boolean).map((flag) => WORDS[flag] || flag).join(", ");

  const day = (iso) => new Date(`${iso}T00:00:00`);
  const after = (data, i) => {
    const next = day(data.periods[i]);
    next.setMonth(next.getMonth() + { month: 1, quarter: 3, year: 12 }[data.grain]);
    return next;
  };

  // Counts differ with the size of a site; shares, days and scores do not.
  const isCount = (data) => !["percent", "days"].includes(data.unit) && !/^(score|points|per |percentage)/.test(data.unit) && !/ per /.test(data.unit.replace("GBP per week", ""));
  const copy = (spec) => JSON.parse(JSON.stringify(spec));
  // Scores have no nought to measure from.
  const hasNought = (data) => !/^(score|points)/.test(data.unit);
  const each = (spec, axis, set) => {
    if (Array.isArray(spec)) spec.forEach((part) => each(part, axis, set));
    else if (spec && typeof spec === "object") {
      if (spec[axis] && spec[axis].field === axis) set(spec[axis]);
      Object.values(spec).forEach((part) => each(part, axis, set));
    }
  };
  const span = (data) => [day(data.periods[0]), after(data, data.periods.length - 1)].map((d) => d.getTime());
  // Both ends of what is drawn, with nought where there is one, and a little room.
  function reach(data, values) {
    const some = values.filter((v) => v !== null && v !== undefined);
    if (!some.length) return [0, 1];
    let low = Math.min(...some), high = Math.max(...some);
    if (hasNought(data)) { low = Math.min(0, low); high = Math.max(0, high); }
    const room = (high - low || Math.abs(high) || 1) * 0.06;
    return [low < 0 || !hasNought(data) ? low - room : low, high + room];
  }

  const make = (tag, text, attributes) => {
    const element = document.createElement(tag);
    if (text !== undefined) element.textContent = text;
    Object.entries(attributes || {}).forEach(([name, value]) => element.setAttribute(name, value));
    return element;
  };

  Object.assign(CLS, { load, shown, inWords, day, after, isCount, hasNought, copy, each, span, reach, make, KINDS: {} });
})();
