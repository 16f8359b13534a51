// Talks to the process that serves this page.

import { state, update } from "./store.js";

/** What the process refuses, in its words. */
export class Refused extends Error {
  constructor(status, message, cure) {
    super(message);
    this.status = status;
    this.cure = cure;
  }
}

/** Nobody answers. */
export class Lost extends Error {}

async function ask(path, options) {
  const headers = { ...options.headers };
  if (state.token) {
    headers.Authorization = `Bearer ${state.token}`;
  }
  let answer;
  try {
    answer = await fetch(path, { ...options, headers, cache: "no-store", credentials: "omit" });
  } catch (e) {
    throw new Lost(e.message);
  }
  const body = await answer.text().catch((e) => {
    throw new Lost(e.message);
  });
  const json = parsed(body);
  if (!answer.ok) {
    throw new Refused(answer.status, json?.error?.message ?? answer.statusText, json?.error?.cure ?? null);
  }
  return json;
}

function parsed(body) {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

/** Reads; a token that is refused is forgotten, so that it is asked for again. */
export async function get(path) {
  return watched(() => ask(path, { signal: AbortSignal.timeout(10_000) }));
}

export async function post(path, body) {
  return watched(() =>
    ask(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }),
  );
}

async function watched(asking) {
  const used = state.token;
  try {
    return await asking();
  } catch (e) {
    if (e instanceof Refused && e.status === 401 && used && state.token === used) {
      keepToken(null);
    }
    throw e;
  }
}

/** For this tab, until it is closed; never part of an address. */
export function keepToken(token) {
  try {
    if (token) {
      sessionStorage.setItem("renkei.token", token);
    } else {
      sessionStorage.removeItem("renkei.token");
    }
  } catch {
    // Then it holds until the page is loaded again.
  }
  update({ token });
}

export function keptToken() {
  try {
    return sessionStorage.getItem("renkei.token");
  } catch {
    return null;
  }
}
