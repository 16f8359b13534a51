import { h } from "./preact.js";
import { Findings } from "./page-overview.js";
import { Nothing, Panel, Said, State } from "./parts.js";
import { duration, has, t, time } from "./words.js";
import { alerts } from "./model.js";

export function Alerts({ overview }) {
  const firing = alerts(overview);
  return h(
    "div",
    { class: "stack" },
    h(Panel, { id: "firing", title: t("alerts.title"), note: t("alerts.note") }, firing.length ? h("ul", { class: "findings" }, firing.map((one) => h(Alert, { key: `${one.pid} ${one.name} ${one.subject}`, one }))) : h(Nothing, null, t("alerts.none"))),
    h(Panel, { id: "findings", title: t("findings.title"), note: t("alerts.findings") }, h(Findings, { findings: overview.verdict.findings })),
  );
}

function Alert({ one }) {
  return h(
    "li",
    { class: "level-problem" },
    h("div", { class: "what" }, h(State, { level: "problem" }, h("strong", null, has(`alert.${one.name}`) ? t(`alert.${one.name}`) : one.name)), " ", h(Said, null, one.subject)),
    h("div", { class: "why" }, h(Said, null, one.message)),
    h("div", { class: "cure" }, h("span", { class: "tag" }, t("state.next")), " ", h(Said, null, one.cure)),
    h("div", { class: "note" }, t("alerts.since", { time: time(one.since), length: duration(new Date(one.at) - new Date(one.since)) })),
  );
}
