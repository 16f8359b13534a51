// Starts the console: texts, the last choices, and a look at the processes every two seconds.

import { h, render } from "./preact.js";
import { get, keptToken, Lost } from "./api.js";
import { kept, sample } from "./model.js";
import { watch } from "./route.js";
import { Shell, keys } from "./shell.js";
import { onChange, remembered, state, update } from "./store.js";
import { load, speak } from "./words.js";

const EVERY_MILLIS = 2000;
const ASSETS = new URL(".", import.meta.url).pathname;

async function start() {
  await load(new URL("texts.json", import.meta.url));
  state.lang = ["en", "ja"].includes(remembered("lang")) ? remembered("lang") : document.documentElement.lang;
  state.theme = document.documentElement.dataset.theme ?? "auto";
  state.token = keptToken();
  speak(state.lang);
  watch();
  addEventListener("keydown", keys);
  const root = document.getElementById("console");
  onChange(() => {
    const began = performance.now();
    render(h(Shell), root);
    document.documentElement.dataset.drawn = (performance.now() - began).toFixed(1);
  });
  update({});
  look();
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) {
      look();
    }
  });
}

let looking = false;
let timer = 0;

/** One look; a page that nobody sees does not ask. */
async function look() {
  if (looking) {
    return;
  }
  looking = true;
  clearTimeout(timer);
  const used = state.token;
  let next = EVERY_MILLIS;
  try {
    if (!document.hidden) {
      seen(await get("/api/overview"));
    }
  } catch (e) {
    if (e.status === 401 && used) {
      next = 0; // that token is forgotten; perhaps it goes without
    } else {
      missed(e);
    }
  } finally {
    looking = false;
    timer = setTimeout(look, next);
  }
}

function seen(overview) {
  const self = overview.processes[0].report;
  const before = state.overview?.processes[0].report;
  const restarted = before && before.startedAt !== self.startedAt ? self.startedAt : state.restarted;
  update({
    overview,
    restarted,
    samples: kept(state.samples, sample(overview)),
    receivedAt: Date.now(),
    lostSince: 0,
    lostWhy: null,
    stale: !ASSETS.includes(overview.version),
  });
}

function missed(e) {
  const why = e instanceof Lost ? null : { status: e.status, message: e.message, cure: e.cure };
  update({ lostSince: state.lostSince || Date.now(), lostWhy: why });
  if (e.status === 401 && !state.dialog) {
    update({ dialog: { kind: "token" } });
  }
}

addEventListener("renkei-look", look);
start();
