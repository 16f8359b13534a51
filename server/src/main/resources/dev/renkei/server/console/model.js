// What the processes say, as the pages show it. Pure: values in, values out.

const FROM_BEST = ["tracking", "snapshot", "starting", "paused", "retrying", "alert", "stopped"];
const WELL = new Set(["tracking", "snapshot"]);
const WINDOW_MILLIS = 12_000;

export function reports(overview) {
  return overview ? overview.processes.map((process) => process.report) : [];
}

/** How bad a table's phase is: ok, warn, problem. */
export function phaseLevel(phase) {
  if (WELL.has(phase) || phase === "loading") {
    return "ok";
  }
  return phase === "stopped" || phase === "alert" ? "problem" : "warn";
}

/** One line per table, as all its trackers together know it. */
export function tables(overview) {
  const lines = new Map();
  for (const process of overview?.processes ?? []) {
    for (const tracker of process.report.trackers) {
      for (const table of tracker.tables) {
        const name = table.table;
        if (!lines.has(name)) {
          lines.set(name, { name, source: tracker.source, followed: [] });
        }
        lines.get(name).followed.push({ ...table, tracker: tracker.name, pid: process.report.pid });
      }
    }
  }
  return [...lines.values()].map(merged).sort((a, b) => a.name.localeCompare(b.name));
}

function merged(line) {
  const all = line.followed;
  const best = all.reduce((a, b) => (rank(b) < rank(a) ? b : a));
  const worst = all.reduce((a, b) => (rank(b) > rank(a) ? b : a));
  const snapshots = all.map((one) => one.snapshot).filter(Boolean);
  const problems = all.map((one) => one.problem).filter(Boolean);
  return {
    ...line,
    phase: best.phase,
    level: phaseLevel(best.phase) === "ok" ? (phaseLevel(worst.phase) === "ok" ? "ok" : "warn") : phaseLevel(best.phase),
    lagMillis: Math.min(...all.map((one) => one.lagMillis)),
    cursor: highest(all.map((one) => one.cursor)),
    retries: Math.max(...all.map((one) => one.retries)),
    retriesTotal: sum(all.map((one) => one.retriesTotal)),
    rows: sum(all.map((one) => one.rows)),
    problem: problems.sort((a, b) => (a.at < b.at ? 1 : -1))[0] ?? null,
    snapshot: snapshots.sort((a, b) => b.number - a.number || b.rows - a.rows)[0] ?? null,
    well: all.filter((one) => WELL.has(one.phase)).length,
  };
}

/** Whether the whole source rests, and not only its tables one by one. */
export function sourceRests(overview) {
  const all = tables(overview);
  return all.length > 0 && all.every((one) => one.phase === "paused" && (one.problem?.cure ?? "").includes("--source"));
}

function rank(table) {
  return FROM_BEST.indexOf(table.phase);
}

function highest(values) {
  const known = values.filter((value) => value !== null && value !== undefined);
  return known.length ? Math.max(...known) : null;
}

export function sum(values) {
  return values.reduce((a, b) => a + b, 0);
}

/** From 0 to 1; null where the source does not say how many rows there are. */
export function progress(snapshot) {
  return snapshot?.estimatedRows ? Math.min(1, snapshot.rows / snapshot.estimatedRows) : null;
}

/** Each warehouse as the process that loads it sees it; those that stand by are counted. */
export function warehouses(overview) {
  const byName = new Map();
  for (const process of overview?.processes ?? []) {
    for (const warehouse of process.report.warehouses) {
      const one = { ...warehouse, pid: process.report.pid, url: process.url };
      const known = byName.get(one.name);
      if (!known) {
        byName.set(one.name, { ...one, standby: 0 });
      } else {
        const better = loads(one) > loads(known) ? one : known;
        byName.set(one.name, { ...better, standby: known.standby + 1 });
      }
    }
  }
  return [...byName.values()];
}

/** The process that loads a warehouse is not the one that waits for its end. */
function loads(warehouse) {
  return { loading: 3, retrying: 2, stopped: 1 }[warehouse.phase] ?? 0;
}

/** Each flow with the counts of all processes that run it, and with what waits for it wherever it runs. */
export function flows(overview) {
  const byName = new Map();
  for (const report of reports(overview)) {
    for (const flow of report.flows) {
      const known = byName.get(flow.name);
      const running = flow.state === "RUNNING";
      if (!known) {
        byName.set(flow.name, { ...flow, others: { ...flow.others }, counts: { ...flow.counts }, processes: [report.pid] });
        continue;
      }
      for (const [name, count] of Object.entries(flow.counts)) {
        known.counts[name] = (known.counts[name] ?? 0) + count;
      }
      for (const [name, count] of Object.entries(flow.others)) {
        known.others[name] = (known.others[name] ?? 0) + count;
      }
      known.state = running ? flow.state : known.state;
      known.problem = known.problem ?? flow.problem;
      known.processes.push(report.pid);
    }
  }
  for (const report of reports(overview)) {
    for (const lag of report.flowLags ?? []) {
      const known = byName.get(lag.flow) ?? absent(lag.flow);
      byName.set(lag.flow, { ...known, lag });
    }
  }
  return [...byName.values()];
}

/** One that runs on another machine, or nowhere. */
function absent(name) {
  return { name, state: "ABSENT", counts: { in: 0, out: 0, duplicates: 0, superseded: 0, filtered: 0, deadLetters: 0 }, others: {}, problem: null, processes: [] };
}

/** A flow that is started again stands for less. */
const LONG_STANDING_MILLIS = 120_000;

export function flowLevel(flow) {
  if (!flow) {
    return "off";
  }
  const standing = flow.lag?.standingMillis ?? 0;
  if (standing > 0) {
    return standing >= LONG_STANDING_MILLIS ? "problem" : "warn";
  }
  if (flow.state === "ABSENT") {
    return "off";
  }
  if (flow.state !== "RUNNING") {
    return ["CREATED", "REBALANCING", "PAUSED"].includes(flow.state) ? "warn" : "problem";
  }
  return flow.problem || flow.counts.deadLetters > 0 ? "warn" : "ok";
}

export function warehouseLevel(warehouse) {
  if (!warehouse) {
    return "off";
  }
  const level = phaseLevel(warehouse.phase);
  return level === "ok" && (warehouse.alert || warehouse.deadLetters > 0) ? "warn" : level;
}

export function trackerLevel(tracker) {
  if (tracker.problem) {
    return "problem";
  }
  return tracker.tables.every((table) => WELL.has(table.phase)) ? "ok" : "warn";
}

/** Alerts that fire, of all processes, the oldest first. */
export function alerts(overview) {
  return reports(overview)
    .flatMap((report) => (report.alerts ?? []).map((alert) => ({ ...alert, pid: report.pid, at: report.at })))
    .sort((a, b) => (a.since < b.since ? -1 : 1));
}

/** The highest p99 from commit to warehouse, of any warehouse; null where nothing changed of late. */
export function lagP99(overview) {
  const known = warehouses(overview)
    .flatMap((one) => one.arrivals ?? [])
    .filter((arrival) => !arrival.table && arrival.lag)
    .map((arrival) => arrival.lag.p99Millis);
  return known.length ? Math.max(...known) : null;
}

/** From commit to warehouse of one table, of the warehouse where it takes longest. */
export function arrivalLag(overview, table) {
  const known = warehouses(overview)
    .flatMap((one) => one.arrivals ?? [])
    .filter((arrival) => arrival.table === table && arrival.lag)
    .map((arrival) => arrival.lag);
  return known.sort((a, b) => b.p99Millis - a.p99Millis)[0] ?? null;
}

/** The counters of one moment, from which rates come. */
export function sample(overview) {
  const processes = new Map();
  for (const report of reports(overview)) {
    const counters = new Map();
    for (const tracker of report.trackers) {
      counters.set(`tracker ${tracker.name}`, sum(tracker.tables.map((table) => table.rows)));
      for (const table of tracker.tables) {
        add(counters, `table ${table.table}`, table.rows);
      }
    }
    for (const flow of report.flows) {
      counters.set(`in ${flow.name}`, flow.counts.in);
      counters.set(`out ${flow.name}`, flow.counts.out);
      for (const [name, count] of Object.entries(flow.others)) {
        counters.set(`${name} ${flow.name}`, count);
      }
    }
    for (const warehouse of report.warehouses) {
      counters.set(`load ${warehouse.name}`, warehouse.rows);
    }
    processes.set(`${report.pid} ${report.startedAt}`, { at: Date.parse(report.at), counters });
  }
  return processes;
}

function add(counters, name, count) {
  counters.set(name, (counters.get(name) ?? 0) + count);
}

/** The newest samples that still count. */
export function kept(samples, newest) {
  return [...samples, newest].slice(-8);
}

/** So many a second of late, all processes together; null before there are two looks. */
export function rate(samples, name) {
  const newest = samples[samples.length - 1];
  let total = null;
  for (const [id, now] of newest ?? []) {
    if (!now.counters.has(name)) {
      continue;
    }
    const before = samples.map((one) => one.get(id)).find((one) => one && now.at - one.at <= WINDOW_MILLIS && one.counters.has(name));
    if (before && now.at > before.at) {
      const delta = now.counters.get(name) - before.counters.get(name);
      total = (total ?? 0) + Math.max(0, delta) / ((now.at - before.at) / 1000);
    }
  }
  return total;
}

/** What somebody who has just been woken must know first. */
export function headline(overview, lines, lost) {
  if (lost) {
    return { level: "lost", key: "state.lost" };
  }
  const worst = overview.verdict.findings[0];
  const count = lines.length;
  const first = worst ? { finding: worst, more: overview.verdict.findings.length - 1 } : {};
  if (overview.verdict.health === "PROBLEM") {
    return { level: "problem", key: "state.problem", ...first };
  }
  if (overview.verdict.health === "DEGRADED") {
    return { level: "warn", key: "state.degraded", ...first };
  }
  const reading = lines.filter((line) => line.snapshot).length;
  if (reading > 0) {
    return { level: "ok", key: "state.reading", values: { count, reading } };
  }
  if (count === 0) {
    return { level: "ok", key: "state.noTables" };
  }
  const p99 = lagP99(overview);
  return p99 === null
    ? { level: "ok", key: "state.fresh", values: { count }, lag: Math.max(...lines.map((line) => line.lagMillis)) }
    : { level: "ok", key: "state.fresh", values: { count }, p99 };
}
