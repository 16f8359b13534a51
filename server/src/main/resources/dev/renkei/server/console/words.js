// Texts, numbers and times in the language of the reader.

let table = {};
let lang = "en";
let plurals = new Intl.PluralRules("en");

export async function load(url) {
  const answer = await fetch(url);
  if (!answer.ok) {
    throw new Error(`texts: ${answer.status}`);
  }
  table = await answer.json();
}

export function speak(language) {
  lang = language;
  plurals = new Intl.PluralRules(language);
  document.documentElement.lang = language;
}

/** The text of a key; {name} stands for a value, and a `count` chooses between one and many. */
export function t(key, values = {}) {
  const entry = table[key];
  if (!entry) {
    return key;
  }
  let text = entry[lang];
  if (typeof text === "object") {
    text = text[plurals.select(values.count)] ?? text.other;
  }
  return text.replace(/\{(\w+)\}/g, (all, name) => shown(values[name]));
}

export function has(key) {
  return key in table;
}

function shown(value) {
  return typeof value === "number" ? number(value) : String(value ?? "");
}

export function number(value, digits = 0) {
  return value === null || value === undefined
    ? "–"
    : new Intl.NumberFormat(lang, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);
}

/** So much a second: exact when small, short when large. */
export function perSecond(value) {
  if (value === null || value === undefined) {
    return "–";
  }
  const small = value > 0 && value < 10;
  return t("unit.perSecond", { n: number(value, small ? 1 : 0) });
}

/** With the two largest units, as a person would say it. */
export function duration(millis) {
  if (millis === null || millis === undefined) {
    return "–";
  }
  if (millis < 1000) {
    return t("unit.ms", { n: Math.max(0, Math.round(millis)) });
  }
  const seconds = Math.floor(millis / 1000);
  if (seconds < 60) {
    return t("unit.s", { n: number(Math.floor(millis / 100) / 10, 1) });
  }
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) {
    return t("unit.min", { n: minutes, m: seconds % 60 });
  }
  const hours = Math.floor(minutes / 60);
  return hours < 24
    ? t("unit.h", { n: hours, m: minutes % 60 })
    : t("unit.d", { n: Math.floor(hours / 24), m: hours % 24 });
}

export function mebibytes(value) {
  return value === null || value === undefined ? "–" : t("unit.mib", { n: value });
}

/** A time of day with its zone, and the day where it is another one. */
export function time(moment) {
  if (!moment) {
    return t("never");
  }
  const at = new Date(moment);
  const today = at.toDateString() === new Date().toDateString();
  return new Intl.DateTimeFormat(lang, {
    ...(today ? {} : { year: "numeric", month: "short", day: "numeric" }),
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
    timeZoneName: "short",
  }).format(at);
}

export function clock(moment) {
  return new Intl.DateTimeFormat(lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(new Date(moment));
}

export function ago(moment, now) {
  return moment ? t("ago", { time: duration(new Date(now) - new Date(moment)) }) : t("never");
}

/** The name of a state that the process gives; as it is where nobody has translated it. */
export function word(group, name) {
  const key = `${group}.${name}`;
  return has(key) ? t(key) : name;
}
