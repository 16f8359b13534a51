import { h } from "./preact.js";
import { get } from "./api.js";
import { Facts, List, Nothing, Panel, Said, State } from "./parts.js";
import { state, update } from "./store.js";
import { number, t, time, word } from "./words.js";
import { flows, warehouses } from "./model.js";

const MOST = 200;
const FRESH_MILLIS = 10_000;

export function DeadLetters({ overview }) {
  const counted = [
    ...flows(overview).map((flow) => [word("flow", flow.name), flow.counts.deadLetters]),
    ...warehouses(overview).map((one) => [t("warehouse.title", { name: one.name }), one.deadLetters]),
  ];
  const sides = overview.chain.flows.some((flow) => flow.name === "mask") ? ["hub", "masked"] : ["hub"];
  return h(
    "div",
    { class: "stack" },
    h(
      Panel,
      { id: "counted", title: t("letters.counted"), note: t("letters.countedNote") },
      counted.length ? h(Facts, { facts: counted.map(([name, count]) => [name, number(count)]) }) : h(Nothing, null, t("flows.none")),
    ),
    sides.map((side) => h(Side, { key: side, side })),
  );
}

/** The newest letters of a side; asked for while somebody looks. */
function letters(side) {
  const key = `letters ${side}`;
  const known = state.loaded[key];
  if (!state.lostSince && (!known || (!known.asking && Date.now() - known.at > FRESH_MILLIS))) {
    state.loaded[key] = { ...known, asking: true };
    const keep = (values) => update({ loaded: { ...state.loaded, [key]: { ...values, asking: false, at: Date.now() } } });
    get(`/api/dead-letters?side=${side}&limit=${MOST}`)
      .then((answer) => keep({ letters: answer.letters, error: null }))
      .catch((error) => keep({ letters: known?.letters ?? null, error }));
  }
  return known;
}

function again(side) {
  const { [`letters ${side}`]: gone, ...rest } = state.loaded;
  update({ loaded: rest });
}

function Side({ side }) {
  const known = letters(side);
  const all = known?.letters ?? [];
  return h(
    Panel,
    {
      id: `letters-${side}`,
      title: t(`letters.${side}`),
      note: t("letters.note", { count: MOST }),
      actions: all.length ? h("button", { type: "button", onClick: () => ask(side, { all: true }, t("letters.all")) }, t("letters.retryAll")) : null,
    },
    known?.error ? h(Failed, { error: known.error, side }) : null,
    known?.letters
      ? h(List, {
          id: `letters-${side}`,
          label: t(`letters.${side}`),
          nothing: t("letters.none"),
          rows: all,
          rowKey: (row) => row.id,
          find: (row) => `${row.reason} ${Object.values(row.attributes).join(" ")}`,
          columns: columns(side),
        })
      : known?.error
        ? null
        : h(Nothing, null, t("state.waiting")),
  );
}

function Failed({ error, side }) {
  return h(
    "div",
    { class: "refusal" },
    h(State, { level: "problem" }, h(Said, null, error.message)),
    error.cure ? h("p", null, h(Said, null, error.cure)) : null,
    error.status === 401
      ? h("div", { class: "buttons" }, h("button", { type: "button", class: "main", onClick: () => update({ dialog: { kind: "token", after: () => again(side) } }) }, t("token.give")))
      : null,
  );
}

function columns(side) {
  return [
    { key: "at", title: t("column.at"), cell: (row) => time(row.at), sort: (row) => row.at },
    { key: "table", title: t("column.table"), cell: (row) => row.attributes.table_name ?? "–", sort: (row) => row.attributes.table_name },
    { key: "reason", title: t("column.reason"), wide: true, cell: (row) => h(Said, null, row.reason), sort: (row) => row.reason },
    { key: "message", title: t("column.message"), wide: true, cell: (row) => h("code", null, row.attributes.message_unique_id ?? "–") },
    { key: "place", title: t("column.place"), cell: (row) => h("code", null, `${row.stream}/${row.partition}@${row.offset}`) },
    { key: "bytes", title: t("column.bytes"), number: true, cell: (row) => number(row.bytes), sort: (row) => row.bytes },
    {
      key: "retry",
      title: t("column.action"),
      cell: (row) => h("button", { type: "button", onClick: () => ask(side, { id: row.id }, t("letters.one", { place: `${row.partition}@${row.offset}` })) }, t("letters.retry")),
    },
  ];
}

function ask(side, which, text) {
  update({
    dialog: {
      kind: "ask",
      title: t("letters.retryTitle"),
      text: `${text} ${t("letters.retryText")}`,
      action: t("letters.retry"),
      path: "/api/dead-letters/retry",
      body: { side, ...which },
      done: (answer) => {
        again(side);
        return t("letters.sent", { sent: answer?.sent ?? 0, refused: answer?.refused ?? 0 });
      },
    },
  });
}
