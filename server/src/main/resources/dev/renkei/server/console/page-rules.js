import { h } from "./preact.js";
import { Facts, List, Panel, Problem, State } from "./parts.js";
import { Others } from "./page-flows.js";
import { past } from "./page-history.js";
import { number, perSecond, t, time, word } from "./words.js";
import { flowLevel, flows, rate } from "./model.js";

const OF_LATE_SECONDS = 3600;
const FIRED = "renkei_rule_fired_total";

export function Rules({ overview, samples }) {
  const running = flows(overview);
  const find = (name) => running.find((flow) => flow.name === name);
  const counted = find("rules");
  const measured = overview.chain.rules.length ? past(OF_LATE_SECONDS, "rules", [FIRED])?.answer : null;
  return h(
    "div",
    { class: "stack" },
    h(
      Panel,
      { id: "rules", title: t("rules.title"), note: t("rules.note") },
      overview.chain.rules.length ? h(FlowFacts, { flow: counted, samples }) : null,
      h(List, {
        id: "rules",
        label: t("rules.title"),
        nothing: t("rules.none"),
        rows: overview.chain.rules,
        rowKey: (row) => row.name,
        columns: [
          { key: "name", title: t("column.rule"), cell: (row) => h("span", { class: "name" }, row.name) },
          { key: "from", title: t("column.from"), cell: (row) => row.from.join(", ") },
          { key: "when", title: t("column.when"), wide: true, cell: (row) => h("code", null, row.when) },
          { key: "throttle", title: t("column.throttle"), cell: (row) => row.throttle ?? t("none") },
          { key: "to", title: t("column.to"), cell: (row) => row.to.map((one) => word("target", one)).join(", ") },
          { key: "fired", title: t("column.fired"), number: true, cell: (row) => number(count(counted, "fired", row.name)) },
          { key: "throttled", title: t("column.throttled"), number: true, cell: (row) => (row.throttle ? number(count(counted, "throttled", row.name)) : "–") },
          { key: "last", title: t("column.lastFired"), cell: (row) => lastFired(measured, row.name) },
        ],
      }),
    ),
    h(
      Panel,
      { id: "features", title: t("features.title"), note: t("features.note") },
      overview.chain.features.length ? h(FlowFacts, { flow: find("features"), samples }) : null,
      h(List, {
        id: "features",
        label: t("features.title"),
        nothing: t("features.none"),
        rows: overview.chain.features,
        rowKey: (row) => row.name,
        columns: [
          { key: "name", title: t("column.feature"), cell: (row) => h("span", { class: "name" }, row.name) },
          { key: "from", title: t("column.from"), cell: (row) => row.from },
          { key: "key", title: t("column.key"), wide: true, cell: (row) => h("code", null, row.keys.join(", ")) },
          { key: "window", title: t("column.window"), cell: (row) => h("code", null, row.window) },
          { key: "to", title: t("column.to"), cell: (row) => row.to.map((one) => word("target", one)).join(", ") },
        ],
      }),
    ),
  );
}

/** Of one rule, by all processes; null where the flow runs nowhere. */
function count(flow, what, rule) {
  return flow ? (flow.others[`${what}.${rule}`] ?? 0) : null;
}

/** When the process that answers has last seen a rule fire, to ten seconds. */
function lastFired(measured, rule) {
  const values = measured?.series.find((one) => one.name === `${FIRED}{rule="${rule}"}`)?.values;
  if (!values) {
    return "–";
  }
  const at = values.findLastIndex((one) => one > 0);
  return at < 0 ? t("rules.notOfLate") : time(new Date(new Date(measured.from).getTime() + at * measured.stepSeconds * 1000));
}

function FlowFacts({ flow, samples }) {
  if (!flow) {
    return h("p", null, h(State, { level: "off" }, t("chain.notHere")));
  }
  return h(
    "div",
    null,
    h(Facts, {
      facts: [
        [t("column.state"), h(State, { level: flowLevel(flow) }, word("engine", flow.state))],
        [t("column.in"), perSecond(rate(samples, `in ${flow.name}`))],
        [t("column.taken"), number(flow.counts.in)],
        [t("column.letters"), number(flow.counts.deadLetters)],
        [t("column.others"), h(Others, { others: flow.others })],
      ],
    }),
    flow.problem ? h(Problem, { problem: { message: flow.problem } }) : null,
  );
}
