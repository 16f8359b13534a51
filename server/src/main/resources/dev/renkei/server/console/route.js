// Which page is shown. Addresses hold names of pages and tables, and nothing else.

import { state, update } from "./store.js";

export const PAGES = ["overview", "tables", "trackers", "flows", "rules", "dead-letters", "history", "alerts", "query", "processes"];

export function pathOf(page) {
  return page === "overview" ? "/" : `/console/${page}`;
}

export function tablePath(name) {
  return `/console/tables/${encodeURIComponent(name)}`;
}

/** The page of an address, and the table that it names. */
export function current() {
  const [, root, page, detail] = state.path.split("/");
  if (root !== "console" || !page) {
    return { page: "overview" };
  }
  return { page, detail: detail ? decodeURIComponent(detail) : null };
}

export function go(path) {
  if (path !== location.pathname) {
    history.pushState(null, "", path);
  }
  update({ path, menu: false });
  requestAnimationFrame(() => {
    window.scrollTo(0, 0);
    document.getElementById("page")?.focus({ preventScroll: true });
  });
}

export function watch() {
  state.path = location.pathname;
  addEventListener("popstate", () => update({ path: location.pathname, menu: false }));
}
