// Lines over time, as SVG; what a reader of the screen hears is in the table below it.

import { h } from "./preact.js";
import { clock, t } from "./words.js";

const WIDTH = 960;
const BOTTOM = 2;
const TOP = 8;

/** The even steps that fit a height: 1, 2 or 5 times a power of ten. Pure. */
export function ticks(most, wanted = 4) {
  if (!(most > 0)) {
    return [0, 1];
  }
  const rough = most / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((one) => one * power).find((one) => one >= rough);
  const all = [];
  for (let value = 0; value < most + step * 0.999; value += step) {
    all.push(value);
  }
  return all;
}

/** Fewer points of a long line, each the highest of those that it stands for: peaks stay. Pure. */
export function thinned(values, most) {
  const every = Math.ceil(values.length / most);
  if (every <= 1) {
    return values;
  }
  const fewer = [];
  for (let i = 0; i < values.length; i += every) {
    const some = values.slice(i, i + every).filter((one) => one !== null);
    fewer.push(some.length ? Math.max(...some) : null);
  }
  return fewer;
}

/** The path of a line with gaps where there are no values. Pure. */
export function path(values, x, y) {
  let text = "";
  let pen = false;
  values.forEach((value, i) => {
    if (value === null) {
      pen = false;
      return;
    }
    const alone = !pen && (i + 1 >= values.length || values[i + 1] === null);
    text += `${pen ? "L" : "M"}${x(i).toFixed(1)} ${y(value).toFixed(1)}${alone ? "h2" : ""}`;
    pen = true;
  });
  return text;
}

/** {lines: [{name, kind, values}], from, stepMillis, text(value)}; lines have equally many values. */
export function Chart({ id, label, lines, from, stepMillis, text, limit, height = 220 }) {
  const thin = lines.map((line) => ({ ...line, values: thinned(line.values, 480) }));
  const count = Math.max(2, ...thin.map((line) => line.values.length));
  const spanMillis = stepMillis * Math.max(...lines.map((line) => line.values.length));
  const known = thin.flatMap((line) => line.values.filter((value) => value !== null));
  const marks = ticks(Math.max(limit ?? 0, ...known, 0));
  const most = marks[marks.length - 1];
  const x = (i) => (i / (count - 1)) * WIDTH;
  const y = (value) => height - BOTTOM - (value / most) * (height - BOTTOM - TOP);
  return h(
    "figure",
    { class: "chart", "aria-labelledby": `${id}-label` },
    h("figcaption", { id: `${id}-label`, class: "only-heard" }, label),
    h(
      "svg",
      { viewBox: `0 0 ${WIDTH} ${height}`, "aria-hidden": "true", preserveAspectRatio: "none" },
      marks.map((value) => h("line", { key: value, class: "grid", x1: 0, x2: WIDTH, y1: y(value), y2: y(value) })),
      limit ? h("line", { class: "limit", x1: 0, x2: WIDTH, y1: y(limit), y2: y(limit) }) : null,
      thin.map((line) => h("path", { key: line.name, class: `line ${line.kind}`, d: path(line.values, x, y) })),
    ),
    h(
      "div",
      { class: "marks", "aria-hidden": "true" },
      marks.map((value) => h("span", { key: value, ref: (element) => element?.style.setProperty("--at", String(1 - y(value) / height)) }, text(value))),
    ),
    h(
      "div",
      { class: "times", "aria-hidden": "true" },
      [0, 0.25, 0.5, 0.75, 1].map((part) => h("span", { key: part }, clock(from + spanMillis * part))),
    ),
    h(
      "ul",
      { class: "legend" },
      lines.map((line) => {
        const values = line.values.filter((value) => value !== null);
        return h(
          "li",
          { key: line.name, class: line.kind },
          h("span", { class: "swatch", "aria-hidden": "true" }),
          line.name,
          " ",
          h("strong", null, values.length ? text(values[values.length - 1]) : "–"),
          h("span", { class: "note" }, " ", values.length ? t("chart.most", { value: text(Math.max(...values)) }) : ""),
        );
      }),
    ),
  );
}
