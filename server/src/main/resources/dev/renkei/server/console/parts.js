// What several pages are made of.

import { h } from "./preact.js";
import { state, update } from "./store.js";
import { go } from "./route.js";
import { has, number, t, word } from "./words.js";

/** A link to another page of the console. */
export function Link({ to, children, ...rest }) {
  return h(
    "a",
    {
      href: to,
      ...rest,
      onClick: (event) => {
        if (!event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0) {
          event.preventDefault();
          go(to);
        }
      },
    },
    children,
  );
}

const SIGNS = { ok: "✓", warn: "!", problem: "✕", off: "–", lost: "✕", info: "·" };

/** A state by shape, word and colour; never by colour alone. */
export function State({ level, children }) {
  return h(
    "span",
    { class: `state ${level}` },
    h("span", { class: "sign", "aria-hidden": "true" }, SIGNS[level] ?? "·"),
    h("span", null, children),
  );
}

export function Phase({ phase, level }) {
  return h(State, { level }, word("phase", phase));
}

export function Progress({ value, label }) {
  return value === null
    ? h("progress", { "aria-label": label })
    : h("progress", { value, max: 1, "aria-label": label });
}

/** What a process says, in its own language. */
export function Said({ children }) {
  return h("span", { lang: "en", class: "said" }, children);
}

/** What to do: in the reader's language where the table has it, and in the process's own words. */
export function Next({ kind, cure }) {
  const translated = state.lang !== "en" && has(`next.${kind}`) ? t(`next.${kind}`) : null;
  if (!translated && !cure) {
    return null;
  }
  return h("p", { class: "next" }, h("span", { class: "tag" }, t("state.next")), " ", translated, translated && cure ? " " : "", cure ? h(Said, null, cure) : null);
}

export function Problem({ problem }) {
  if (!problem) {
    return null;
  }
  return h(
    "div",
    { class: "problem-text", lang: "en" },
    h("div", null, problem.message),
    problem.cure ? h("div", { class: "cure" }, problem.cure) : null,
  );
}

export function Panel({ title, note, actions, children, id }) {
  return h(
    "section",
    { class: "panel", "aria-labelledby": id },
    h(
      "header",
      null,
      h("h2", { id }, title),
      note ? h("p", { class: "note" }, note) : null,
      actions ? h("div", { class: "actions" }, actions) : null,
    ),
    children,
  );
}

export function Nothing({ children }) {
  return h("p", { class: "nothing" }, children);
}

export function Facts({ facts }) {
  return h(
    "dl",
    { class: "facts" },
    facts.filter(Boolean).map(([name, value]) => h("div", { key: name }, h("dt", null, name), h("dd", null, value))),
  );
}

const PAGE_SIZES = [50, 100, 500];

function listState(id) {
  return state.lists[id] ?? {};
}

function setList(id, values) {
  update({ lists: { ...state.lists, [id]: { ...listState(id), ...values } } });
}

/**
 * A table that can be sorted, and filtered and paged where it is long. Columns are
 * {key, title, cell(row), sort(row), number, wide}; the first names the row.
 */
export function List({ id, label, columns, rows, rowKey, find, level, sorted, nothing }) {
  const { filter = "", by = sorted?.by ?? null, down = sorted?.down ?? false, page = 0, size = 50 } = listState(id);
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const found = find && words.length ? rows.filter((row) => words.every((one) => find(row).toLowerCase().includes(one))) : rows;
  const column = columns.find((one) => one.key === by);
  const ordered = column ? [...found].sort((a, b) => compare(column.sort(a), column.sort(b)) * (down ? -1 : 1)) : found;
  const pages = Math.max(1, Math.ceil(ordered.length / size));
  const shown = ordered.slice(Math.min(page, pages - 1) * size, (Math.min(page, pages - 1) + 1) * size);
  return h(
    "div",
    { class: "list" },
    find && rows.length > 5 ? h(Tools, { id, filter, found: found.length, all: rows.length }) : null,
    rows.length === 0
      ? h(Nothing, null, nothing)
      : h(
          "table",
          { role: "table", "aria-label": label, class: "rows" },
          h(
            "thead",
            { role: "rowgroup" },
            h(
              "tr",
              { role: "row" },
              columns.map((one) => h(Head, { key: one.key, id, column: one, by, down })),
            ),
          ),
          h(
            "tbody",
            { role: "rowgroup" },
            shown.map((row) =>
              h(
                "tr",
                { role: "row", key: rowKey(row), class: level ? `level-${level(row)}` : null },
                columns.map((one, i) =>
                  h(
                    i === 0 ? "th" : "td",
                    {
                      role: i === 0 ? "rowheader" : "cell",
                      scope: i === 0 ? "row" : null,
                      key: one.key,
                      class: [one.number ? "number" : "", one.wide ? "wide" : ""].join(" ").trim() || null,
                      "data-label": one.title,
                    },
                    one.cell(row),
                  ),
                ),
              ),
            ),
          ),
        ),
    pages > 1 || size > 50 ? h(Pager, { id, page: Math.min(page, pages - 1), pages, size }) : null,
  );
}

function compare(a, b) {
  const unknownA = a === null || a === undefined;
  const unknownB = b === null || b === undefined;
  if (unknownA || unknownB) {
    return unknownA - unknownB;
  }
  return typeof a === "string" ? a.localeCompare(b) : a - b;
}

function Tools({ id, filter, found, all }) {
  return h(
    "div",
    { class: "tools" },
    h("label", { for: `filter-${id}` }, t("list.filter")),
    h("input", {
      id: `filter-${id}`,
      type: "search",
      class: "filter",
      value: filter,
      autocomplete: "off",
      spellcheck: false,
      onInput: (event) => setList(id, { filter: event.target.value, page: 0 }),
    }),
    h("span", { class: "note" }, t("list.found", { found, all })),
  );
}

function Head({ id, column, by, down }) {
  const isBy = by === column.key;
  const attributes = {
    role: "columnheader",
    scope: "col",
    class: column.number ? "number" : null,
    "aria-sort": isBy ? (down ? "descending" : "ascending") : null,
  };
  if (!column.sort) {
    return h("th", attributes, column.title);
  }
  return h(
    "th",
    attributes,
    h(
      "button",
      {
        type: "button",
        class: "sort",
        onClick: () => setList(id, { by: column.key, down: isBy ? !down : Boolean(column.number), page: 0 }),
      },
      column.title,
      h("span", { class: "arrow", "aria-hidden": "true" }, isBy ? (down ? "▾" : "▴") : ""),
    ),
  );
}

function Pager({ id, page, pages, size }) {
  return h(
    "nav",
    { class: "pager", "aria-label": t("list.pages") },
    h("button", { type: "button", disabled: page === 0, onClick: () => setList(id, { page: page - 1 }) }, t("list.previous")),
    h("span", null, t("list.page", { page: page + 1, pages })),
    h("button", { type: "button", disabled: page >= pages - 1, onClick: () => setList(id, { page: page + 1 }) }, t("list.next")),
    h("label", { for: `size-${id}` }, t("list.size")),
    h(
      "select",
      { id: `size-${id}`, value: size, onChange: (event) => setList(id, { size: Number(event.target.value), page: 0 }) },
      PAGE_SIZES.map((one) => h("option", { key: one, value: one, selected: one === size }, number(one))),
    ),
  );
}
