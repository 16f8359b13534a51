// The chain as it is configured, with what flows through it now.

import { h } from "./preact.js";
import { Link, State } from "./parts.js";
import { pathOf } from "./route.js";
import { number, perSecond, t, word } from "./words.js";
import { flowLevel, flows, rate, reports, sum, trackerLevel, warehouseLevel, warehouses } from "./model.js";

/** Nodes in ranks from the source on, and edges with their rates. Pure. */
export function model(overview, samples) {
  const { chain } = overview;
  const nodes = [];
  const edges = [];
  const flowNow = new Map(flows(overview).map((flow) => [flow.name, flow]));
  const warehouseNow = new Map(warehouses(overview).map((one) => [one.name, one]));
  const trackers = reports(overview).flatMap((report) => report.trackers);
  const node = (rank, id, kind, name, more = {}) => nodes.push({ rank, id, kind, name, level: "ok", ...more });
  const edge = (from, to, flowing) => edges.push({ from, to, rate: flowing });
  const hubReached = reports(overview).every((report) => report.hub.reachable);
  const dedupes = chain.flows.some((flow) => flow.name === "dedupe");

  const blind = trackers.length > 0 && trackers.every((tracker) => tracker.problem);
  node(0, "source", "source", chain.source.database, { detail: chain.source.host, level: blind ? "problem" : "ok", to: "tables" });
  const entry = dedupes ? "raw" : "hub";
  for (const tracker of trackers) {
    const id = `tracker ${tracker.name}`;
    const speed = rate(samples, id);
    node(1, id, "tracker", tracker.name, { level: trackerLevel(tracker), to: "trackers", detail: t("chain.tables", { count: tracker.tables.length }) });
    edge("source", id, speed);
    edge(id, entry, speed);
  }
  if (trackers.length === 0) {
    node(1, "trackers", "tracker", t("chain.trackers", { count: chain.trackers }), { level: "off", to: "trackers", detail: t("chain.notHere") });
    edge("source", "trackers", null);
    edge("trackers", entry, null);
  }
  if (chain.events.length > 0) {
    const collector = flowNow.get("collect");
    node(0, "clients", "clients", t("chain.clients"), { to: "flows" });
    node(1, "collect", "collect", t("chain.collector"), { level: flowLevel(collector), to: "flows", detail: chain.events.join(", ") });
    edge("clients", "collect", rate(samples, "in collect"));
    edge("collect", entry, rate(samples, "out collect"));
  }
  if (dedupes) {
    node(2, "raw", "topic", "raw", { level: hubReached ? "ok" : "problem" });
    node(3, "dedupe", "flow", t("flow.dedupe"), flowNode(chain, "dedupe", flowNow));
    edge("raw", "dedupe", rate(samples, "in dedupe"));
    edge("dedupe", "hub", rate(samples, "out dedupe"));
  }
  node(4, "hub", "topic", "hub", { level: hubReached ? "ok" : "problem", detail: word("hub", chain.hub) });

  if (chain.flows.some((flow) => flow.name === "mask")) {
    node(5, "mask", "flow", t("flow.mask"), flowNode(chain, "mask", flowNow));
    edge("hub", "mask", rate(samples, "in mask"));
    node(6, "masked", "topic", "masked", { level: hubReached ? "ok" : "problem" });
    edge("mask", "masked", rate(samples, "out mask"));
    for (const warehouse of chain.warehouses.filter((one) => one.enabled && one.masked)) {
      warehouseNode(7, warehouse, "masked");
    }
  }
  for (const warehouse of chain.warehouses.filter((one) => one.enabled && !one.masked)) {
    warehouseNode(5, warehouse, "hub");
  }
  for (const flow of chain.flows.filter((one) => !["dedupe", "mask"].includes(one.name))) {
    node(5, flow.name, "flow", word("flow", flow.name), flowNode(chain, flow.name, flowNow));
    edge("hub", flow.name, rate(samples, `in ${flow.name}`));
  }
  if (chain.bigtable && chain.features.some((feature) => feature.to.includes("bigtable"))) {
    node(6, "bigtable", "bigtable", t("chain.bigtable"), { to: "rules", detail: chain.bigtable });
    edge("features", "bigtable", rate(samples, "to_bigtable features"));
  }
  if (chain.rules.length > 0) {
    const targets = [...new Set(chain.rules.flatMap((rule) => rule.to))];
    node(6, "targets", "target", t("chain.targets"), { to: "rules", detail: targets.map((one) => word("target", one)).join(", ") });
    edge("rules", "targets", rate(samples, "fired rules"));
  }
  return { nodes, edges };

  function warehouseNode(rank, warehouse, from) {
    const now = warehouseNow.get(warehouse.name);
    const id = `warehouse ${warehouse.name}`;
    node(rank, id, "warehouse", warehouse.name, {
      level: warehouse.pipeline ? "off" : warehouseLevel(now),
      to: "flows",
      detail: warehouse.pipeline ? t("chain.pipeline") : now ? word("warehouse", warehouse.type) : t("chain.notHere"),
    });
    edge(from, id, rate(samples, `load ${warehouse.name}`));
  }
}

function flowNode(chain, name, flowNow) {
  const pipeline = chain.flows.find((flow) => flow.name === name)?.pipeline;
  const now = flowNow.get(name);
  const features = { features: chain.features.length, rules: chain.rules.length }[name];
  return {
    level: pipeline && !now ? "off" : flowLevel(now),
    to: name === "features" || name === "rules" ? "rules" : "flows",
    detail: pipeline && !now ? t("chain.pipeline") : now && now.state !== "ABSENT" ? (features ? number(features) : null) : t("chain.notHere"),
  };
}

const SIZE = { width: 140, small: 74, height: 46, gapX: 62, gapY: 14 };
const TOPICS = new Set(["topic"]);

/** Places nodes in columns, each column centred; the picture is as high as its highest column. */
export function layout(nodes) {
  const ranks = [...new Set(nodes.map((node) => node.rank))].sort((a, b) => a - b);
  const columns = ranks.map((rank) => nodes.filter((node) => node.rank === rank));
  const height = Math.max(...columns.map((column) => column.length * (SIZE.height + SIZE.gapY) - SIZE.gapY));
  const placed = new Map();
  let x = 0;
  for (const column of columns) {
    const width = Math.max(...column.map((node) => (TOPICS.has(node.kind) ? SIZE.small : SIZE.width)));
    const own = column.length * (SIZE.height + SIZE.gapY) - SIZE.gapY;
    let y = (height - own) / 2;
    for (const node of column) {
      const mine = TOPICS.has(node.kind) ? SIZE.small : SIZE.width;
      placed.set(node.id, { ...node, x: x + (width - mine) / 2, y, width: mine, height: SIZE.height });
      y += SIZE.height + SIZE.gapY;
    }
    x += width + SIZE.gapX;
  }
  return { placed, width: x - SIZE.gapX, height };
}

export function Chain({ overview, samples }) {
  const { nodes, edges } = model(overview, samples);
  return h("div", { class: "chain" }, h(Picture, { nodes, edges }), h(Steps, { nodes, edges }));
}

function Picture({ nodes, edges }) {
  const { placed, width, height } = layout(nodes);
  const margin = 4;
  return h(
    "svg",
    {
      class: "chain-picture",
      viewBox: `${-margin} ${-margin} ${width + 2 * margin} ${height + 2 * margin}`,
      role: "group",
      "aria-label": t("chain.label"),
    },
    edges.map((edge) => h(Edge, { key: `${edge.from}>${edge.to}`, edge, from: placed.get(edge.from), to: placed.get(edge.to), atStart: edges.filter((one) => one.to === edge.to).length > 1 })),
    [...placed.values()].map((node) => h(Node, { key: node.id, node })),
  );
}

function Edge({ edge, from, to, atStart }) {
  const x1 = from.x + from.width;
  const y1 = from.y + from.height / 2;
  const x2 = to.x;
  const y2 = to.y + to.height / 2;
  const bend = Math.min(60, (x2 - x1) / 2);
  const flowing = edge.rate !== null && edge.rate > 0;
  return h(
    "g",
    { class: flowing ? "edge flowing" : "edge", "aria-hidden": "true" },
    h("path", { d: `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}` }),
    edge.rate !== null
      ? h("text", atStart ? { x: x1 + 5, y: y1 - 6 } : { x: x2 - 6, y: y2 - 6, "text-anchor": "end" }, perSecond(edge.rate))
      : null,
  );
}

function Node({ node }) {
  const text = short(node.name, node.width);
  const inner = [
    h("title", null, [node.name, node.detail, word("level", node.level)].filter(Boolean).join(" · ")),
    h("rect", { width: node.width, height: node.height, rx: node.kind === "topic" ? node.height / 2 : 6 }),
    node.kind === "topic" ? null : h("rect", { class: "bar", x: 0, y: 8, width: 4, height: node.height - 16, rx: 2 }),
    h("text", { x: node.kind === "topic" ? node.width / 2 : 14, y: node.detail ? 20 : 28, class: "name", "text-anchor": node.kind === "topic" ? "middle" : "start" }, text),
    node.detail
      ? h("text", { x: node.kind === "topic" ? node.width / 2 : 14, y: 36, class: "detail", "text-anchor": node.kind === "topic" ? "middle" : "start" }, short(node.detail, node.width * 1.12))
      : null,
    node.level === "problem" || node.level === "warn"
      ? h("text", { x: node.width - 10, y: 19, class: "mark", "text-anchor": "end" }, node.level === "warn" ? "!" : "✕")
      : null,
  ];
  const attributes = { class: `node ${node.kind} level-${node.level}`, transform: `translate(${node.x} ${node.y})` };
  return node.to
    ? h("g", attributes, h(Link, { to: pathOf(node.to), "aria-label": `${node.name}, ${word("level", node.level)}` }, inner))
    : h("g", attributes, inner);
}

/** As much of a name as fits; wide characters count twice. */
export function short(text, width) {
  let room = (width - 24) / 7.1;
  let fits = "";
  for (const character of text) {
    room -= character.codePointAt(0) > 0x2e7f ? 1.75 : 1;
    if (room < 0) {
      return fits + "…";
    }
    fits += character;
  }
  return fits;
}

/** The same for narrow screens: one below the other. */
function Steps({ nodes, edges }) {
  return h(
    "ol",
    { class: "chain-steps", "aria-label": t("chain.label") },
    nodes.map((node) => {
      const arriving = edges.filter((edge) => edge.to === node.id && edge.rate !== null);
      const inside = [
        h(State, { level: node.level }, node.name),
        node.detail ? h("span", { class: "detail" }, node.detail) : null,
        arriving.length ? h("span", { class: "rate" }, perSecond(sum(arriving.map((edge) => edge.rate)))) : null,
      ];
      return h("li", { key: node.id, class: `rank-${Math.min(node.rank, 5)}` }, node.to ? h(Link, { to: pathOf(node.to) }, inside) : h("span", { class: "step" }, inside));
    }),
  );
}
