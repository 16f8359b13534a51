import { h } from "./preact.js";
import { List, Panel, Said, State } from "./parts.js";
import { duration, mebibytes, number, t, word } from "./words.js";

export function Processes({ overview }) {
  const hub = overview.processes[0].report.hub;
  return h(
    "div",
    { class: "stack" },
    h(
      Panel,
      { id: "hub", title: t("hub.title"), actions: h(State, { level: hub.reachable ? "ok" : "problem" }, t(hub.reachable ? "hub.reachable" : "hub.silent")) },
      h("p", null, word("hub", hub.kind), " · ", h("span", { class: "code" }, hub.address), hub.embedded ? ` · ${t("hub.embedded")}` : ""),
    ),
    h(
      Panel,
      { id: "processes", title: t("processes.title"), note: t("processes.note") },
      h(List, {
        id: "processes",
        label: t("processes.title"),
        nothing: "",
        rows: [...overview.processes, ...overview.silent],
        rowKey: (row) => row.report?.pid ?? row.pid,
        level: (row) => (row.report ? "ok" : "problem"),
        columns: [
          { key: "pid", title: t("column.process"), cell: (row) => h("span", { class: "name" }, String(row.report?.pid ?? row.pid)) },
          { key: "roles", title: t("column.roles"), wide: true, cell: (row) => (row.report ?? row).roles.join(", ") },
          {
            key: "state",
            title: t("column.state"),
            cell: (row) => (row.report ? h(State, { level: "ok" }, t("processes.answers")) : h("span", null, h(State, { level: "problem" }, t("processes.silent")), " ", h(Said, null, row.reason))),
          },
          { key: "up", title: t("column.up"), number: true, cell: (row) => (row.report ? duration(new Date(row.report.at) - new Date(row.report.startedAt)) : "–") },
          { key: "cpu", title: t("column.cpu"), number: true, cell: (row) => (row.report ? t("unit.s", { n: number(row.report.resources.cpuSeconds, 1) }) : "–") },
          { key: "rss", title: t("column.memory"), number: true, cell: (row) => mebibytes(row.report?.resources.rssMib) },
          { key: "heap", title: t("column.heap"), number: true, cell: (row) => (row.report ? t("processes.heap", { used: row.report.resources.heapUsedMib, max: row.report.resources.heapMaxMib }) : "–") },
          { key: "version", title: t("column.version"), cell: (row) => row.report?.version ?? "–" },
          { key: "url", title: t("column.console"), cell: (row) => (row.url && row.report.pid !== overview.pid ? h("a", { href: row.url, rel: "noopener" }, row.url) : row.url ? t("processes.this") : "–") },
        ],
      }),
    ),
  );
}

