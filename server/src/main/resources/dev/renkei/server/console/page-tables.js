import { h } from "./preact.js";
import { PauseButton } from "./dialogs.js";
import { Facts, Link, List, Nothing, Panel, Phase, Problem, Progress, Said } from "./parts.js";
import { pathOf, tablePath } from "./route.js";
import { state, update } from "./store.js";
import { ago, duration, number, perSecond, t, time } from "./words.js";
import { arrivalLag, phaseLevel, progress, rate, reports, sourceRests, tables, warehouses } from "./model.js";

export function Tables({ overview, samples }) {
  return h(
    "div",
    { class: "stack" },
    h(
      Panel,
      {
        id: "all-tables",
        title: t("tables.title"),
        note: t("tables.note"),
        actions: [
          h(PauseButton, { key: "pause", name: t("pause.partSource"), body: { source: true }, resting: sourceRests(overview), pause: t("pause.source"), resume: t("pause.resumeSource") }),
          h("button", { key: "reload", type: "button", onClick: () => update({ dialog: { kind: "reload", table: null } }) }, t("reload.all")),
        ],
      },
      h(List, {
        id: "tables",
        label: t("tables.title"),
        nothing: t("tables.none"),
        rows: tables(overview),
        rowKey: (row) => row.name,
        find: (row) => `${row.name} ${row.phase} ${row.followed.map((one) => one.tracker).join(" ")} ${row.problem?.message ?? ""}`,
        level: (row) => row.level,
        columns: columns(overview, samples),
      }),
    ),
  );
}

function columns(overview, samples) {
  return [
    { key: "name", title: t("column.table"), cell: (row) => h(Link, { to: tablePath(row.name), class: "name" }, row.name), sort: (row) => row.name },
    { key: "state", title: t("column.state"), cell: (row) => h(TableState, { row }), sort: (row) => ["problem", "warn", "ok"].indexOf(row.level) },
    { key: "lag", title: t("column.lag"), number: true, cell: (row) => duration(row.lagMillis), sort: (row) => row.lagMillis },
    { key: "p99", title: t("column.p99"), number: true, cell: (row) => duration(arrivalLag(overview, row.name)?.p99Millis), sort: (row) => arrivalLag(overview, row.name)?.p99Millis },
    { key: "rate", title: t("column.rate"), number: true, cell: (row) => perSecond(rate(samples, `table ${row.name}`)), sort: (row) => rate(samples, `table ${row.name}`) },
    { key: "rows", title: t("column.rows"), number: true, cell: (row) => number(row.rows), sort: (row) => row.rows },
    { key: "cursor", title: t("column.cursor"), number: true, cell: (row) => number(row.cursor), sort: (row) => row.cursor },
    { key: "retries", title: t("column.retries"), number: true, cell: (row) => number(row.retriesTotal), sort: (row) => row.retriesTotal },
    { key: "trackers", title: t("column.trackers"), cell: (row) => t("tables.well", { well: row.well, count: row.followed.length }), sort: (row) => row.well },
    { key: "problem", title: t("column.problem"), wide: true, cell: (row) => (row.problem ? h(Said, null, row.problem.message) : "") },
  ];
}

function TableState({ row }) {
  const snapshot = row.snapshot;
  return h(
    "span",
    { class: "with-progress" },
    h(Phase, { phase: row.phase, level: row.level }),
    snapshot ? h(Progress, { value: progress(snapshot), label: t("snapshot.progress") }) : null,
  );
}

/** One table: each tracker's view of it, its loads, and what can be asked for it. */
export function Table({ overview, samples, detail }) {
  const row = tables(overview).find((one) => one.name === detail);
  if (!row) {
    return h(Nothing, null, t("table.unknown", { table: detail }), " ", h(Link, { to: pathOf("tables") }, t("page.tables")));
  }
  return h(
    "div",
    { class: "stack" },
    h(
      Panel,
      {
        id: "table-now",
        title: t("table.now"),
        actions: [
          h("button", { key: "reload", type: "button", onClick: () => update({ dialog: { kind: "reload", table: row.name } }) }, t("reload.do")),
          sourceRests(overview) ? null : h(PauseButton, { key: "pause", name: row.name, body: { table: row.name }, resting: row.phase === "paused" }),
          h("button", { key: "query", type: "button", onClick: () => ask(row.name) }, t("table.query")),
        ],
      },
      h(Facts, {
        facts: [
          [t("column.state"), h(Phase, { phase: row.phase, level: row.level })],
          [t("column.lag"), duration(row.lagMillis)],
          [t("table.arrival"), h(Arrival, { lag: arrivalLag(overview, row.name) })],
          [t("column.cursor"), number(row.cursor)],
          [t("column.rows"), number(row.rows)],
          [t("column.rate"), perSecond(rate(samples, `table ${row.name}`))],
          [t("column.retries"), number(row.retriesTotal)],
        ],
      }),
      row.snapshot ? h(Snapshot, { snapshot: row.snapshot }) : null,
    ),
    h(Panel, { id: "table-trackers", title: t("page.trackers") }, row.followed.map((one) => h(Followed, { key: one.tracker, one, now: atOf(overview, one.pid) }))),
    h(Panel, { id: "table-loads", title: t("table.loads"), note: t("table.loadsNote") }, h(Loads, { overview, name: row.name })),
  );
}

function Arrival({ lag }) {
  return lag ? t("table.arrivalText", { p50: duration(lag.p50Millis), p95: duration(lag.p95Millis), p99: duration(lag.p99Millis) }) : "–";
}

function atOf(overview, pid) {
  return reports(overview).find((report) => report.pid === pid)?.at;
}

function ask(table) {
  update({ query: { ...state.query, sql: `SELECT * FROM ${table} ORDER BY _changed_at DESC LIMIT 20` } });
  history.pushState(null, "", pathOf("query"));
  update({ path: pathOf("query") });
}

function Snapshot({ snapshot }) {
  const left = snapshot.estimatedRows && snapshot.rowsPerSecond > 0 ? (Math.max(0, snapshot.estimatedRows - snapshot.rows) / snapshot.rowsPerSecond) * 1000 : null;
  return h(
    "div",
    { class: "snapshot" },
    h("h3", null, t("snapshot.title", { number: snapshot.number })),
    h(Progress, { value: progress(snapshot), label: t("snapshot.progress") }),
    h("p", null, snapshot.estimatedRows ? t("snapshot.of", { rows: snapshot.rows, all: snapshot.estimatedRows, speed: perSecond(snapshot.rowsPerSecond) }) : t("snapshot.rows", { rows: snapshot.rows, speed: perSecond(snapshot.rowsPerSecond) }), left === null ? "" : ` · ${t("snapshot.left", { time: duration(left) })}`),
    snapshot.where ? h("p", { class: "code" }, snapshot.where) : null,
  );
}

function Followed({ one, now }) {
  return h(
    "div",
    { class: "followed" },
    h("h3", null, one.tracker, " ", h(Phase, { phase: one.phase, level: phaseLevel(one.phase) })),
    h(Facts, {
      facts: [
        [t("column.lag"), duration(one.lagMillis)],
        [t("column.cursor"), number(one.cursor)],
        [t("column.rows"), number(one.rows)],
        [t("table.retriesNow"), number(one.retries)],
        [t("table.skipped"), number(one.skipped)],
        [t("table.late"), number(one.lateFound)],
        one.lastSnapshot ? [t("table.lastSnapshot"), t("table.snapshotText", { rows: one.lastSnapshot.rows, time: time(one.lastSnapshot.ended) })] : null,
      ],
    }),
    h(Problem, { problem: one.problem }),
    one.lastReload ? h("div", { class: "problem-text quiet" }, h("div", { class: "note" }, t("table.reloaded", { ago: ago(one.lastReload.at, now) })), h(Problem, { problem: one.lastReload })) : null,
  );
}

function Loads({ overview, name }) {
  const loads = warehouses(overview).flatMap((warehouse) => warehouse.loads.filter((load) => load.table === name).map((load) => ({ ...load, warehouse: warehouse.name })));
  return h(List, {
    id: "loads",
    label: t("table.loads"),
    nothing: t("table.noLoads"),
    rows: loads,
    rowKey: (row) => row.warehouse,
    columns: [
      { key: "warehouse", title: t("column.warehouse"), cell: (row) => row.warehouse },
      { key: "rows", title: t("column.rows"), number: true, cell: (row) => number(row.rows) },
      { key: "swept", title: t("column.swept"), number: true, cell: (row) => number(row.swept) },
      { key: "at", title: t("column.at"), cell: (row) => time(row.at) },
    ],
  });
}
