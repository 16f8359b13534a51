import { h } from "./preact.js";
import { Facts, Link, List, Nothing, Panel, Phase, Problem, State } from "./parts.js";
import { tablePath } from "./route.js";
import { duration, number, perSecond, t, word } from "./words.js";
import { phaseLevel, rate, trackerLevel } from "./model.js";

export function Trackers({ overview, samples }) {
  const trackers = overview.processes.flatMap((process) => process.report.trackers.map((tracker) => ({ ...tracker, process })));
  const missing = overview.chain.trackers - trackers.length;
  return h(
    "div",
    { class: "stack" },
    h("p", { class: "note" }, t("trackers.mode", { mode: word("mode", overview.chain.mode), count: overview.chain.trackers }), missing > 0 ? ` ${t("trackers.missing", { count: missing })}` : ""),
    trackers.length === 0 ? h(Nothing, null, t("trackers.none")) : null,
    trackers.map((tracker) => h(Tracker, { key: `${tracker.name} ${tracker.process.report.pid}`, tracker, samples })),
  );
}

function Tracker({ tracker, samples }) {
  const tables = tracker.tables;
  const id = `tracker-${tracker.name}`;
  return h(
    Panel,
    { id, title: tracker.name, actions: h(State, { level: trackerLevel(tracker) }, word("level", trackerLevel(tracker))) },
    h(Problem, { problem: tracker.problem }),
    h(Facts, {
      facts: [
        [t("column.process"), String(tracker.process.report.pid)],
        [t("column.source"), tracker.source],
        [t("column.tables"), number(tables.length)],
        [t("column.rate"), perSecond(rate(samples, `tracker ${tracker.name}`))],
        tables.length ? [t("column.lag"), duration(Math.max(...tables.map((table) => table.lagMillis)))] : null,
      ],
    }),
    h(List, {
      id,
      label: t("trackers.tables", { tracker: tracker.name }),
      nothing: t("trackers.noTables"),
      rows: tables,
      rowKey: (row) => row.table,
      find: (row) => `${row.table} ${row.phase}`,
      level: (row) => phaseLevel(row.phase),
      columns: [
        { key: "name", title: t("column.table"), cell: (row) => h(Link, { to: tablePath(row.table), class: "name" }, row.table), sort: (row) => row.table },
        { key: "state", title: t("column.state"), cell: (row) => h(Phase, { phase: row.phase, level: phaseLevel(row.phase) }), sort: (row) => row.phase },
        { key: "lag", title: t("column.lag"), number: true, cell: (row) => duration(row.lagMillis), sort: (row) => row.lagMillis },
        { key: "cursor", title: t("column.cursor"), number: true, cell: (row) => number(row.cursor), sort: (row) => row.cursor },
        { key: "rows", title: t("column.rows"), number: true, cell: (row) => number(row.rows), sort: (row) => row.rows },
        { key: "retries", title: t("column.retries"), number: true, cell: (row) => number(row.retriesTotal), sort: (row) => row.retriesTotal },
      ],
    }),
  );
}
