import { h } from "./preact.js";
import { Chain } from "./chain.js";
import { LatencyChart } from "./page-history.js";
import { Link, Next, Nothing, Panel, Said, State } from "./parts.js";
import { pathOf } from "./route.js";
import { duration, number, perSecond, t } from "./words.js";
import { alerts, flows, lagP99, rate, reports, sum, tables, warehouses } from "./model.js";

export function Overview({ overview, samples }) {
  return h(
    "div",
    { class: "stack" },
    h(Numbers, { overview, samples }),
    h(Panel, { id: "chain", title: t("chain.title"), note: t("chain.note") }, h(Chain, { overview, samples })),
    h(Panel, { id: "findings", title: t("findings.title") }, h(Findings, { findings: overview.verdict.findings })),
    h(Panel, { id: "latency", title: t("history.latency"), actions: h(Link, { to: pathOf("history") }, t("history.more")) }, h(LatencyChart, { overview })),
  );
}

function Numbers({ overview, samples }) {
  const lines = tables(overview);
  const loaded = warehouses(overview);
  const speeds = loaded.map((one) => rate(samples, `load ${one.name}`)).filter((one) => one !== null);
  const letters = sum(flows(overview).map((flow) => flow.counts.deadLetters)) + sum(loaded.map((one) => one.deadLetters));
  return h(
    "div",
    { class: "numbers" },
    h(Number, { name: t("number.tables"), value: number(lines.length), note: t("number.tablesWell", { count: lines.filter((one) => one.level === "ok").length }), to: "tables" }),
    h(Number, { name: t("number.lag"), value: duration(lagP99(overview)), note: t("number.lagNote"), to: "history" }),
    h(Number, { name: t("number.behind"), value: lines.length ? duration(Math.max(...lines.map((one) => one.lagMillis))) : "–", note: t("number.behindNote"), to: "tables" }),
    h(Number, { name: t("number.loaded"), value: speeds.length ? perSecond(Math.max(...speeds)) : "–", note: t("number.loadedNote"), to: "flows" }),
    h(Number, { name: t("number.waiting"), value: waiting(loaded), note: t("number.waitingNote"), to: "flows" }),
    h(Number, { name: t("number.letters"), value: number(letters), note: t("number.lettersNote"), to: "dead-letters", level: letters > 0 ? "warn" : "ok" }),
    h(Number, { name: t("number.processes"), value: number(reports(overview).length), note: overview.silent.length ? t("number.silent", { count: overview.silent.length }) : t("number.allAnswer"), to: "processes" }),
    h(Number, { name: t("number.alerts"), value: number(alerts(overview).length), note: t("number.alertsNote"), to: "alerts", level: alerts(overview).length ? "problem" : "ok" }),
  );
}

function waiting(loaded) {
  const messages = loaded.map((one) => one.lagMessages).filter((one) => one !== null && one !== undefined);
  if (messages.length) {
    return number(Math.max(...messages));
  }
  const millis = loaded.map((one) => one.lagMillis).filter((one) => one !== null && one !== undefined);
  return millis.length ? duration(Math.max(...millis)) : "–";
}

function Number({ name, value, note, to, level }) {
  return h(Link, { to: pathOf(to), class: `figure level-${level ?? "ok"}` }, h("span", { class: "name" }, name), h("span", { class: "value" }, value), h("span", { class: "note" }, note));
}

/** The same of several subjects is told once. */
export function grouped(findings) {
  const groups = new Map();
  for (const one of findings) {
    const key = [one.health, one.kind, one.message, one.cure].join(" ");
    if (!groups.has(key)) {
      groups.set(key, { ...one, subjects: [] });
    }
    groups.get(key).subjects.push(one.subject);
  }
  return [...groups.values()];
}

export function Findings({ findings }) {
  if (findings.length === 0) {
    return h(Nothing, null, t("findings.none"));
  }
  return h(
    "ul",
    { class: "findings" },
    grouped(findings).map((one) =>
      h(
        "li",
        { key: `${one.subject} ${one.kind} ${one.message}`, class: one.health === "PROBLEM" ? "level-problem" : "level-warn" },
        h("div", { class: "what" }, h(State, { level: one.health === "PROBLEM" ? "problem" : "warn" }, h("strong", null, one.subjects.join(", "))), " ", t(`finding.${one.kind}`)),
        h("div", { class: "why" }, h(Said, null, one.message)),
        h(Next, one),
      ),
    ),
  );
}

