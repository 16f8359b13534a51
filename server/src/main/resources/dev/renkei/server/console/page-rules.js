import { h } from "./preact.js";
import { Facts, List, Panel, Problem, State } from "./parts.js";
import { Others } from "./page-flows.js";
import { number, perSecond, t, word } from "./words.js";
import { flowLevel, flows, rate } from "./model.js";

export function Rules({ overview, samples }) {
  const running = flows(overview);
  const find = (name) => running.find((flow) => flow.name === name);
  return h(
    "div",
    { class: "stack" },
    h(
      Panel,
      { id: "rules", title: t("rules.title"), note: t("rules.note") },
      overview.chain.rules.length ? h(FlowFacts, { flow: find("rules"), samples }) : null,
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
