// What is around every page: the line that says how things are, the way to the pages, choices.

import { h } from "./preact.js";
import { Dialog } from "./dialogs.js";
import { keepToken } from "./api.js";
import { Link, Next, Said, State } from "./parts.js";
import { PAGES, current, go, pathOf } from "./route.js";
import { remember, state, update } from "./store.js";
import { duration, speak, t, time } from "./words.js";
import { headline, tables } from "./model.js";
import { Overview } from "./page-overview.js";
import { Table, Tables } from "./page-tables.js";
import { Trackers } from "./page-trackers.js";
import { Flows } from "./page-flows.js";
import { Rules } from "./page-rules.js";
import { DeadLetters } from "./page-dead-letters.js";
import { History } from "./page-history.js";
import { Alerts } from "./page-alerts.js";
import { Query } from "./page-query.js";
import { Processes } from "./page-processes.js";

const VIEWS = {
  overview: Overview,
  tables: Tables,
  trackers: Trackers,
  flows: Flows,
  rules: Rules,
  "dead-letters": DeadLetters,
  history: History,
  alerts: Alerts,
  query: Query,
  processes: Processes,
};

export function Shell() {
  const { page, detail } = current();
  const title = t(`page.${page}`);
  document.title = `${title} · ${state.overview?.processes[0].report.name ?? t("brand")}`;
  return h(
    "div",
    { class: "shell" },
    h("a", { class: "skip", href: "#page", onClick: skip }, t("nav.skip")),
    h(Bar, { page }),
    h(Navigation, { page }),
    h(
      "main",
      { id: "page", tabindex: -1 },
      h(Headline),
      h("h1", null, detail ?? title),
      state.overview ? h(detail && page === "tables" ? Table : VIEWS[page] ?? Overview, { overview: state.overview, samples: state.samples, detail }) : h(Waiting),
    ),
    h(Footer),
    h(Dialog),
    h("div", { class: "toast", role: "status", "aria-live": "polite" }, state.notice),
  );
}

function skip(event) {
  event.preventDefault();
  document.getElementById("page").focus();
}

function Waiting() {
  return h("p", { class: "nothing" }, state.lostSince ? t("state.lost") : t("state.waiting"));
}

function Bar() {
  const self = state.overview?.processes[0].report;
  return h(
    "header",
    { class: "bar" },
    h(
      "button",
      {
        type: "button",
        class: "menu",
        "aria-expanded": String(state.menu),
        "aria-controls": "pages",
        onClick: () => update({ menu: !state.menu }),
      },
      h("span", { "aria-hidden": "true" }, "☰"),
      h("span", { class: "only-heard" }, t("nav.menu")),
    ),
    h(Link, { to: "/", class: "brand" }, t("brand")),
    self ? h("span", { class: "installation" }, self.name) : null,
    h("span", { class: "spring" }),
    h(
      "label",
      { class: "choice" },
      h("span", { class: "only-heard" }, t("choice.language")),
      h(
        "select",
        { id: "language", onChange: (event) => choose(event.target.value) },
        [["en", "English"], ["ja", "日本語"]].map(([code, name]) => h("option", { key: code, value: code, lang: code, selected: state.lang === code }, name)),
      ),
    ),
    h(
      "label",
      { class: "choice" },
      h("span", { class: "only-heard" }, t("choice.theme")),
      h(
        "select",
        { id: "theme", onChange: (event) => paint(event.target.value) },
        ["auto", "light", "dark"].map((one) => h("option", { key: one, value: one, selected: state.theme === one }, t(`theme.${one}`))),
      ),
    ),
    state.overview?.needsToken
      ? h(
          "button",
          { type: "button", class: "token", onClick: () => (state.token ? keepToken(null) : update({ dialog: { kind: "token" } })) },
          state.token ? t("token.forget") : t("token.give"),
        )
      : null,
  );
}

function choose(lang) {
  remember("lang", lang);
  speak(lang);
  update({ lang });
}

function paint(theme) {
  remember("theme", theme);
  if (theme === "auto") {
    delete document.documentElement.dataset.theme;
  } else {
    document.documentElement.dataset.theme = theme;
  }
  update({ theme });
}

function Navigation({ page }) {
  return h(
    "nav",
    { id: "pages", class: state.menu ? "pages open" : "pages", "aria-label": t("nav.pages") },
    h(
      "ul",
      null,
      PAGES.map((one, i) =>
        h(
          "li",
          { key: one },
          h(Link, { to: pathOf(one), "aria-current": one === page ? "page" : null }, h("span", null, t(`page.${one}`)), h("kbd", { "aria-hidden": "true" }, (i + 1) % 10)),
        ),
      ),
    ),
  );
}

/** One line: how it is, what is wrong, what to do next. */
function Headline() {
  if (!state.overview) {
    return state.lostSince ? h(LostLine) : null;
  }
  if (state.lostSince) {
    return h(LostLine);
  }
  const line = headline(state.overview, tables(state.overview), false);
  return h(
    "div",
    { class: `headline ${line.level}`, id: "headline" },
    h(
      "p",
      { class: "line", role: "status", "aria-live": "polite", "aria-atomic": "true" },
      h(State, { level: line.level }, t(line.key, line.values ?? {})),
    ),
    line.p99 !== undefined ? h("p", { class: "lag" }, t("state.lagP99", { lag: duration(line.p99) })) : null,
    line.lag !== undefined ? h("p", { class: "lag" }, t("state.lag", { lag: duration(line.lag) })) : null,
    line.finding
      ? h(
          "p",
          { class: "first" },
          h("strong", null, line.finding.subject),
          " ",
          t(`finding.${line.finding.kind}`),
          line.more > 0 ? h("span", { class: "note" }, " ", t("state.more", { count: line.more })) : null,
        )
      : null,
    line.finding ? h(Next, line.finding) : null,
    state.stale ? h("p", { class: "next" }, t("state.stale"), " ", h("button", { type: "button", onClick: () => location.reload() }, t("state.reload"))) : null,
  );
}

function LostLine() {
  const why = state.lostWhy;
  return h(
    "div",
    { class: "headline lost", id: "headline" },
    h("p", { class: "line", role: "status", "aria-live": "polite" }, h(State, { level: "lost" }, why ? t("state.refused") : t("state.lost"))),
    h("p", { class: "first" }, why ? h(Said, null, why.message) : t("state.lostSince", { time: time(state.lostSince) })),
    why?.cure ? h("p", { class: "next" }, h(Said, null, why.cure)) : h("p", { class: "next" }, t("state.lostNext")),
    state.receivedAt ? h("p", { class: "note" }, t("state.old", { time: time(state.receivedAt) })) : null,
  );
}

function Footer() {
  const self = state.overview?.processes[0].report;
  return h(
    "footer",
    null,
    self ? h("span", null, t("footer.version", { version: self.version, pid: String(self.pid) })) : null,
    state.receivedAt ? h("span", null, t("footer.asOf", { time: time(state.receivedAt) })) : null,
    state.restarted ? h("span", null, t("footer.restarted", { time: time(state.restarted) })) : null,
    h("button", { type: "button", class: "plain", onClick: () => update({ dialog: { kind: "keys" } }) }, t("keys.title"), " ", h("kbd", null, "?")),
  );
}

/** Digits go to pages, / to the filter, ? shows them. */
export function keys(event) {
  const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
  if (event.ctrlKey || event.metaKey || event.altKey || typing || state.dialog) {
    return;
  }
  if (/^[0-9]$/.test(event.key)) {
    const page = PAGES[(Number(event.key) + 9) % 10];
    go(pathOf(page));
  } else if (event.key === "/") {
    const filter = document.querySelector(".filter");
    if (filter) {
      event.preventDefault();
      filter.focus();
    }
  } else if (event.key === "?") {
    update({ dialog: { kind: "keys" } });
  } else if (event.key === "Escape" && state.menu) {
    update({ menu: false });
  }
}

