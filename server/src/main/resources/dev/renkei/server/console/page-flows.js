import { h } from "./preact.js";
import { PauseButton } from "./dialogs.js";
import { Facts, List, Panel, Problem, Said, State } from "./parts.js";
import { update } from "./store.js";
import { ago, duration, number, perSecond, t, time, word } from "./words.js";
import { flowLevel, flows, rate, reports, warehouseLevel, warehouses } from "./model.js";

export function Flows({ overview, samples }) {
  const running = flows(overview);
  return h(
    "div",
    { class: "stack" },
    h(
      Panel,
      { id: "flows", title: t("flows.title"), note: t("flows.note") },
      h(List, {
        id: "flows",
        label: t("flows.title"),
        nothing: t("flows.none"),
        rows: [...running, ...pipelines(overview, running)],
        rowKey: (row) => row.name,
        level: (row) => (row.pipeline ? "ok" : flowLevel(row)),
        columns: columns(samples),
      }),
    ),
    warehouses(overview).map((one) => h(Loader, { key: one.name, one, samples, overview })),
  );
}

function pipelines(overview, running) {
  return overview.chain.flows.filter((flow) => flow.pipeline && running.every((one) => one.name !== flow.name)).map((flow) => ({ name: flow.name, pipeline: true, state: "", counts: {}, others: {} }));
}

function columns(samples) {
  const count = (key) => (row) => number(row.counts[key]);
  return [
    { key: "name", title: t("column.flow"), cell: (row) => word("flow", row.name), sort: (row) => row.name },
    {
      key: "state",
      title: t("column.state"),
      cell: (row) => (row.pipeline ? h(State, { level: "off" }, t("chain.pipeline")) : h(State, { level: flowLevel(row) }, word("engine", row.state))),
    },
    { key: "waiting", title: t("column.waiting"), number: true, cell: (row) => (row.lag ? number(row.lag.messages) : "–") },
    { key: "in", title: t("column.in"), number: true, cell: (row) => perSecond(rate(samples, `in ${row.name}`)) },
    { key: "out", title: t("column.out"), number: true, cell: (row) => perSecond(rate(samples, `out ${row.name}`)) },
    { key: "taken", title: t("column.taken"), number: true, cell: count("in") },
    { key: "duplicates", title: t("column.duplicates"), number: true, cell: count("duplicates") },
    { key: "superseded", title: t("column.superseded"), number: true, cell: count("superseded") },
    { key: "filtered", title: t("column.filtered"), number: true, cell: count("filtered") },
    { key: "letters", title: t("column.letters"), number: true, cell: count("deadLetters") },
    { key: "others", title: t("column.others"), wide: true, cell: (row) => h(Others, { others: row.others }) },
    { key: "problem", title: t("column.problem"), wide: true, cell: (row) => said(row) },
    { key: "pause", title: "", cell: (row) => (row.pipeline || row.name === "collect" ? "" : h(PauseButton, { name: word("flow", row.name), body: { flow: row.name }, resting: row.state === "PAUSED" })) },
  ];
}

function said(row) {
  const standing = row.lag?.standingMillis ?? 0;
  const stands = standing > 0 ? t("flows.stands", { time: duration(standing) }) : null;
  return row.problem || stands ? h(Said, null, [stands, row.problem].filter(Boolean).join(" · ")) : "";
}

/** What else a flow counts; what it counts rule by rule is on the page of rules. */
export function Others({ others }) {
  const entries = Object.entries(others).filter(([name, count]) => count > 0 && !name.includes("."));
  return h(
    "span",
    { class: "others" },
    entries.map(([name, count]) => h("span", { key: name }, `${word("count", name)} ${number(count)}`)),
  );
}

function Loader({ one, samples, overview }) {
  const at = reports(overview).find((report) => report.pid === one.pid)?.at;
  const level = warehouseLevel(one);
  return h(
    Panel,
    {
      id: `warehouse-${one.name}`,
      title: t("warehouse.title", { name: one.name }),
      actions: [
        h(State, { key: "state", level }, word("phase", one.phase)),
        h(PauseButton, { key: "pause", name: one.name, body: { warehouse: one.name }, resting: one.phase === "paused" }),
        h("button", { key: "replay", type: "button", onClick: () => update({ dialog: { kind: "replay", warehouse: one.name } }) }, t("replay.do")),
      ],
    },
    h(Facts, {
      facts: [
        [t("warehouse.place"), h("span", { class: "code" }, one.path)],
        [t("column.process"), String(one.pid)],
        one.standby > 0 ? [t("warehouse.standby"), number(one.standby)] : null,
        [t("warehouse.lag"), one.lagMessages === null || one.lagMessages === undefined ? duration(one.lagMillis) : t("warehouse.messages", { count: one.lagMessages })],
        one.unsettled === null || one.unsettled === undefined ? null : [t("warehouse.unsettled"), number(one.unsettled)],
        [t("column.rate"), perSecond(rate(samples, `load ${one.name}`))],
        [t("column.rows"), number(one.rows)],
        [t("warehouse.batches"), number(one.batches)],
        [t("column.swept"), number(one.swept)],
        [t("column.retries"), number(one.retries)],
        [t("column.letters"), number(one.deadLetters)],
        [t("warehouse.commit"), one.lastCommit ? ago(one.lastCommit, at) : t("never")],
        one.replayingFrom ? [t("warehouse.replaying"), time(one.replayingFrom)] : null,
      ],
    }),
    one.alert ? h(Problem, { problem: { message: one.alert } }) : null,
    one.lastError ? h("div", { class: "problem-text quiet" }, h("div", { class: "note" }, t("warehouse.lastError", { ago: ago(one.lastErrorAt, at) })), h(Said, null, one.lastError)) : null,
  );
}
