// What is asked before something changes: the token once, and whether it is really meant.

import { h } from "./preact.js";
import { keepToken, post, Refused } from "./api.js";
import { State } from "./parts.js";
import { state, update } from "./store.js";
import { t } from "./words.js";

const KINDS = { token: TokenDialog, keys: KeysDialog, reload: ReloadDialog, pause: PauseDialog, replay: ReplayDialog, ask: AskDialog };

export function Dialog() {
  const dialog = state.dialog;
  if (!dialog) {
    return null;
  }
  return h(
    "dialog",
    {
      key: dialog.kind,
      "aria-labelledby": "dialog-title",
      ref: (element) => element && !element.open && element.showModal(),
      onClose: close,
      onCancel: close,
    },
    h(KINDS[dialog.kind], { dialog }),
  );
}

function close() {
  update({ dialog: null });
}

function change(values) {
  update({ dialog: { ...state.dialog, ...values } });
}

function Form({ title, text, dialog, submit, action, danger, children }) {
  return h(
    "form",
    {
      onSubmit: (event) => {
        event.preventDefault();
        submit(new FormData(event.target));
      },
    },
    h("h2", { id: "dialog-title" }, title),
    text ? h("p", null, text) : null,
    children,
    dialog.error
      ? h("div", { class: "refusal", role: "alert" }, h(State, { level: "problem" }, dialog.error.message), dialog.error.cure ? h("p", { lang: "en" }, dialog.error.cure) : null)
      : null,
    h(
      "div",
      { class: "buttons" },
      h("button", { type: "submit", class: danger ? "main danger" : "main", disabled: dialog.busy }, dialog.busy ? t("dialog.busy") : action),
      h("button", { type: "button", onClick: close }, t("dialog.cancel")),
    ),
  );
}

/** Sends a change; where a token is wanted it is asked for, and the change is sent again. */
export async function send(path, body, done) {
  const asked = state.dialog;
  change({ busy: true, error: null });
  try {
    const answer = await post(path, body);
    const notice = typeof done === "function" ? done(answer) : done;
    update({ dialog: null, notice });
    setTimeout(() => state.notice === notice && update({ notice: null }), 8000);
    dispatchEvent(new Event("renkei-look"));
  } catch (e) {
    if (e instanceof Refused && e.status === 401) {
      const then = { ...asked, busy: false, error: null };
      update({ dialog: { kind: "token", then, again: () => send(path, body, done), error: asked?.tried ? { message: t("token.wrong") } : null } });
    } else {
      change({ busy: false, error: { message: e instanceof Refused ? e.message : t("state.lost"), cure: e.cure } });
    }
  }
}

function TokenDialog({ dialog }) {
  return h(
    Form,
    {
      title: t("token.title"),
      text: t("token.text"),
      dialog,
      action: t("token.use"),
      submit: (form) => {
        const token = String(form.get("token")).trim();
        if (!token) {
          return;
        }
        keepToken(token);
        if (dialog.then) {
          update({ dialog: { ...dialog.then, tried: true } });
          dialog.again();
        } else {
          close();
          dialog.after?.();
        }
        dispatchEvent(new Event("renkei-look"));
      },
    },
    h("label", { for: "token" }, t("token.label")),
    h("input", { id: "token", name: "token", type: "password", autocomplete: "off", autofocus: true, required: true }),
  );
}

function ReloadDialog({ dialog }) {
  return h(
    Form,
    {
      title: dialog.table ? t("reload.title", { table: dialog.table }) : t("reload.all"),
      text: t("reload.text"),
      dialog,
      action: t("reload.do"),
      submit: (form) => {
        const where = String(form.get("where") ?? "").trim();
        const body = dialog.table ? { table: dialog.table, ...(where ? { where } : {}), reason: "console" } : { all: true, reason: "console" };
        send("/api/reload", body, t("reload.done"));
      },
    },
    dialog.table
      ? [
          h("label", { for: "where" }, t("reload.where")),
          h("input", { id: "where", name: "where", class: "code", autocomplete: "off", spellcheck: false, "aria-describedby": "where-note" }),
          h("p", { id: "where-note", class: "note" }, t("reload.whereNote")),
        ]
      : null,
  );
}

/** Lets a part rest: {name, body}. */
function PauseDialog({ dialog }) {
  return h(
    Form,
    {
      title: t("pause.title", { part: dialog.name }),
      text: t("pause.text"),
      dialog,
      action: t("pause.do"),
      submit: (form) => send("/api/pause", { ...dialog.body, reason: String(form.get("reason")).trim() }, t("pause.done")),
    },
    h("label", { for: "reason" }, t("pause.reason")),
    h("input", { id: "reason", name: "reason", autocomplete: "off" }),
  );
}

/** Pauses a part, or lets it go on: body is what /api/pause and /api/resume take. */
export function PauseButton({ name, body, resting, pause, resume }) {
  const ask = resting
    ? { kind: "ask", title: t("pause.resumeTitle", { part: name }), text: t("pause.resumeText"), action: t("pause.resume"), path: "/api/resume", body, done: t("pause.resumed") }
    : { kind: "pause", name, body };
  return h("button", { type: "button", onClick: () => update({ dialog: ask }) }, resting ? (resume ?? t("pause.resume")) : (pause ?? t("pause.do")));
}

function ReplayDialog({ dialog }) {
  return h(
    Form,
    {
      title: t("replay.title", { warehouse: dialog.warehouse }),
      text: t("replay.text"),
      dialog,
      action: t("replay.do"),
      submit: (form) => send("/api/replay", { warehouse: dialog.warehouse, from: new Date(String(form.get("from"))).toISOString() }, t("replay.done")),
    },
    h("label", { for: "from" }, t("replay.from", { zone: Intl.DateTimeFormat().resolvedOptions().timeZone })),
    h("input", { id: "from", name: "from", type: "datetime-local", step: 1, required: true, max: local(new Date()), defaultValue: local(new Date(Date.now() - 3_600_000)) }),
  );
}

function local(moment) {
  return new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}

/** Anything that needs no more than a yes: {title, text, action, path, body, done}. */
function AskDialog({ dialog }) {
  return h(Form, { title: dialog.title, text: dialog.text, dialog, action: dialog.action, submit: () => send(dialog.path, dialog.body, dialog.done) });
}

function KeysDialog() {
  const all = [["1 … 9, 0", t("keys.pages")], ["/", t("keys.filter")], ["Ctrl+Enter", t("keys.query")], ["?", t("keys.help")], ["Esc", t("keys.close")]];
  return h(
    "div",
    null,
    h("h2", { id: "dialog-title" }, t("keys.title")),
    h("dl", { class: "keys" }, all.map(([key, text]) => h("div", { key }, h("dt", null, h("kbd", null, key)), h("dd", null, text)))),
    h("div", { class: "buttons" }, h("button", { type: "button", class: "main", onClick: close }, t("dialog.close"))),
  );
}
