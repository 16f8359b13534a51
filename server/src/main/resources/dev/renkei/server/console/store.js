// All that the pages are drawn from, in one place.

export const state = {
  lang: "en",
  theme: "auto",
  path: "/",
  overview: null,
  samples: [],
  receivedAt: 0,
  lostSince: 0,
  lostWhy: null,
  restarted: null,
  stale: false,
  token: null,
  dialog: null,
  notice: null,
  menu: false,
  lists: {},
  loaded: {},
  query: { warehouse: null, sql: "", rows: 100, busy: false, answer: null, error: null, page: 0 },
};

let draw = () => {};
let waiting = false;

export function onChange(drawing) {
  draw = drawing;
}

/** Takes new values in and draws once for all of one turn. */
export function update(values) {
  Object.assign(state, values);
  if (!waiting) {
    waiting = true;
    queueMicrotask(() => {
      waiting = false;
      draw();
    });
  }
}

/** What the user chose, kept where the browser allows it. */
export function remember(name, value) {
  try {
    localStorage.setItem("renkei." + name, value);
  } catch {
    // It holds until the page is closed.
  }
}

export function remembered(name) {
  try {
    return localStorage.getItem("renkei." + name);
  } catch {
    return null;
  }
}
