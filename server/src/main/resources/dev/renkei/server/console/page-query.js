import { h } from "./preact.js";
import { Lost, post } from "./api.js";
import { Nothing, Panel, State } from "./parts.js";
import { state, update } from "./store.js";
import { duration, number, t } from "./words.js";
import { warehouses } from "./model.js";

const ROWS = [100, 1000, 10_000];
const SHOWN = 100;

export function Query({ overview }) {
  const all = warehouses(overview);
  const here = all.filter((one) => one.pid === overview.pid);
  const elsewhere = all.filter((one) => one.pid !== overview.pid);
  return h(
    "div",
    { class: "stack" },
    h(Panel, { id: "ask", title: t("query.title"), note: t("query.note") }, here.length ? h(Box, { here }) : h(Nothing, null, t("query.none")), h(Elsewhere, { elsewhere })),
    h(Answer),
  );
}

function set(values) {
  update({ query: { ...state.query, ...values } });
}

function Box({ here }) {
  const query = state.query;
  const warehouse = here.some((one) => one.name === query.warehouse) ? query.warehouse : here[0].name;
  const run = () => ask(warehouse);
  return h(
    "form",
    {
      class: "query",
      onSubmit: (event) => {
        event.preventDefault();
        run();
      },
    },
    h("label", { for: "sql" }, t("query.sql")),
    h("textarea", {
      id: "sql",
      class: "code",
      rows: 5,
      spellcheck: false,
      autocapitalize: "off",
      value: query.sql,
      placeholder: "SELECT * FROM dbo.Orders ORDER BY _changed_at DESC LIMIT 20",
      onInput: (event) => set({ sql: event.target.value }),
      onKeyDown: (event) => {
        if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
          event.preventDefault();
          run();
        }
      },
    }),
    h(
      "div",
      { class: "tools" },
      h("label", { for: "warehouse" }, t("column.warehouse")),
      h(
        "select",
        { id: "warehouse", onChange: (event) => set({ warehouse: event.target.value }) },
        here.map((one) => h("option", { key: one.name, value: one.name, selected: one.name === warehouse }, one.name)),
      ),
      h("label", { for: "most" }, t("query.most")),
      h(
        "select",
        { id: "most", onChange: (event) => set({ rows: Number(event.target.value) }) },
        ROWS.map((one) => h("option", { key: one, value: one, selected: one === query.rows }, number(one))),
      ),
      h("button", { type: "submit", class: "main", disabled: query.busy }, query.busy ? t("query.busy") : t("query.run")),
      h("span", { class: "spring" }),
      h("button", { type: "button", onClick: () => set({ sql: "SHOW ALL TABLES" }) }, t("query.tables")),
    ),
  );
}

async function ask(warehouse) {
  const { sql, rows, busy } = state.query;
  if (busy || !sql.trim()) {
    return;
  }
  set({ busy: true, error: null });
  try {
    set({ answer: await post("/api/query", { sql, warehouse, maxRows: rows }), error: null, busy: false, page: 0 });
  } catch (e) {
    const error = e instanceof Lost ? { message: t("state.lost") } : { message: e.message, cure: e.cure, status: e.status };
    set({ error, answer: null, busy: false });
    if (e.status === 401) {
      update({ dialog: { kind: "token", after: () => ask(warehouse) } });
    }
  }
}

function Elsewhere({ elsewhere }) {
  if (elsewhere.length === 0) {
    return null;
  }
  return h(
    "p",
    { class: "note" },
    elsewhere.map((one) => h("span", { key: one.name }, t("query.elsewhere", { name: one.name, pid: String(one.pid) }), " ", h("a", { href: `${one.url}/console/query`, rel: "noopener" }, one.url), " ")),
  );
}

function Answer() {
  const { answer, error, page } = state.query;
  if (error) {
    return h(
      "div",
      { class: "refusal", role: "alert", id: "query-error" },
      h(State, { level: "problem" }, t("query.failed")),
      h("pre", { lang: "en" }, error.message),
      error.cure ? h("p", { lang: "en" }, error.cure) : null,
    );
  }
  if (!answer) {
    return null;
  }
  const pages = Math.max(1, Math.ceil(answer.rows.length / SHOWN));
  const from = page * SHOWN;
  return h(
    Panel,
    { id: "answer", title: t("query.answer", { count: answer.rows.length }), note: [t("query.took", { time: duration(answer.millis) }), answer.truncated ? t("query.truncated") : ""].join(" ") },
    h(
      "div",
      { class: "sideways", tabindex: 0, role: "region", "aria-label": t("query.answer", { count: answer.rows.length }) },
      h(
        "table",
        { class: "values" },
        h("thead", null, h("tr", null, answer.columns.map((name, i) => h("th", { key: i, scope: "col" }, name, h("span", { class: "type" }, answer.types[i]))))),
        h(
          "tbody",
          null,
          answer.rows.slice(from, from + SHOWN).map((row, i) => h("tr", { key: from + i }, row.map((value, j) => h("td", { key: j, class: typeof value === "number" ? "number" : null }, shown(value))))),
        ),
      ),
    ),
    pages > 1
      ? h(
          "nav",
          { class: "pager", "aria-label": t("list.pages") },
          h("button", { type: "button", disabled: page === 0, onClick: () => set({ page: page - 1 }) }, t("list.previous")),
          h("span", null, t("list.page", { page: page + 1, pages })),
          h("button", { type: "button", disabled: page >= pages - 1, onClick: () => set({ page: page + 1 }) }, t("list.next")),
        )
      : null,
  );
}

function shown(value) {
  return value === null ? h("span", { class: "null" }, "NULL") : String(value);
}
