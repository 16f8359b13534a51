import { h } from "./preact.js";
import { get } from "./api.js";
import { Chart } from "./chart.js";
import { Nothing, Panel } from "./parts.js";
import { state, update } from "./store.js";
import { duration, number, perSecond, t } from "./words.js";
import { warehouses } from "./model.js";

const SPANS = [600, 3600, 6 * 3600, 86_400];
const PERCENTILES = ["p50", "p95", "p99"];
const METRICS = [
  ...PERCENTILES.map((one) => `renkei_warehouse_lag_${one}_seconds`),
  "renkei_warehouse_rows_total",
  "renkei_warehouse_backlog_messages",
  "renkei_memory_ratio",
  "renkei_cpu_ratio",
];
const FRESH_MILLIS = 4000;

let asking = false;

/** What was measured of late; asked for by whoever draws it, and not too often. Those who want other metrics give them a name. */
export function past(seconds, name = "history", metrics = METRICS) {
  const key = `${name} ${seconds}`;
  const known = state.loaded[key];
  if (!asking && (!known || Date.now() - known.at > Math.max(FRESH_MILLIS, seconds * 10)) && !state.lostSince) {
    asking = true;
    const query = metrics.map((name) => `&metric=${name}`).join("");
    get(`/api/history?seconds=${seconds}${query}`)
      .then((answer) => keep(key, { answer, error: null }))
      .catch((error) => keep(key, { answer: known?.answer ?? null, error }));
  }
  return known;
}

function keep(key, values) {
  asking = false;
  update({ loaded: { ...state.loaded, [key]: { ...values, at: Date.now() } } });
}

function values(answer, metric, warehouse) {
  const label = warehouse === undefined ? metric : `${metric}{warehouse="${warehouse}"}`;
  return answer.series.find((one) => one.name === label)?.values ?? null;
}

export function History({ overview }) {
  const { span = 600 } = state.lists.history ?? {};
  const choose = (one) => update({ lists: { ...state.lists, history: { span: one } } });
  const known = past(span);
  const names = warehouses(overview).map((one) => one.name);
  return h(
    "div",
    { class: "stack" },
    h(
      "div",
      { class: "tools", role: "group", "aria-label": t("history.span") },
      SPANS.map((one) => h("button", { key: one, type: "button", "aria-pressed": String(one === span), onClick: () => choose(one) }, t(`span.${one}`))),
      h("span", { class: "note" }, t("history.own", { pid: String(overview.pid) })),
    ),
    known?.answer
      ? [
          h(Panel, { key: "latency", id: "latency", title: t("history.latency"), note: t("history.note") }, names.map((name) => h(Latency, { key: name, answer: known.answer, name }))),
          h(Panel, { key: "loaded", id: "loaded", title: t("history.loaded") }, h(Each, { id: "rows", answer: known.answer, names, metric: "renkei_warehouse_rows_total", text: perSecond, label: t("history.loaded") })),
          h(Panel, { key: "backlog", id: "backlog", title: t("history.backlog") }, h(Each, { id: "waiting", answer: known.answer, names, metric: "renkei_warehouse_backlog_messages", text: (value) => number(value), label: t("history.backlog") })),
          h(Panel, { key: "machine", id: "machine", title: t("history.machine") }, h(Machine, { answer: known.answer })),
        ]
      : h(Unknown, { known }),
  );
}

function Unknown({ known }) {
  return h(Nothing, null, known?.error ? t("history.failed", { reason: known.error.message }) : t("history.none"));
}

/** Of the overview: ten minutes of the first warehouse that has any. */
export function LatencyChart({ overview }) {
  const known = past(600);
  const names = warehouses(overview).map((one) => one.name);
  const name = names.find((one) => known?.answer && values(known.answer, METRICS[0], one)) ?? names[0];
  return known?.answer && name ? h(Latency, { answer: known.answer, name }) : h(Unknown, { known });
}

function seriesOf(answer) {
  return { from: Date.parse(answer.from), stepMillis: answer.stepSeconds * 1000 };
}

function Latency({ answer, name }) {
  const lines = PERCENTILES.map((one) => ({ name: one, kind: one, values: values(answer, `renkei_warehouse_lag_${one}_seconds`, name) })).filter((line) => line.values);
  if (lines.length === 0) {
    return h("div", null, h("h3", null, name), h(Nothing, null, t("history.noChanges")));
  }
  return h("div", null, h("h3", null, name), h(Chart, { id: `latency-${name}`, label: t("history.of", { name }), lines, ...seriesOf(answer), text: (value) => duration(value * 1000) }));
}

function Each({ id, answer, names, metric, text, label }) {
  const lines = names.map((name, i) => ({ name, kind: `number-${i % 4}`, values: values(answer, metric, name) })).filter((line) => line.values);
  return lines.length ? h(Chart, { id, label, lines, ...seriesOf(answer), text, height: 160 }) : h(Nothing, null, t("history.none"));
}

function Machine({ answer }) {
  const lines = [
    { name: t("history.memory"), kind: "number-0", values: values(answer, "renkei_memory_ratio") },
    { name: t("history.cpu"), kind: "number-1", values: values(answer, "renkei_cpu_ratio") },
  ].filter((line) => line.values);
  return lines.length
    ? h(Chart, { id: "machine-chart", label: t("history.machine"), lines, ...seriesOf(answer), text: (value) => `${number(value * 100)} %`, limit: 0.8, height: 160 })
    : h(Nothing, null, t("history.none"));
}
