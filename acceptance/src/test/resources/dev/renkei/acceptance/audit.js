// What can be told of a page by looking at it: () => list of faults.
() => {
  const faults = [];
  const seen = (element) => {
    const box = element.getBoundingClientRect();
    const style = getComputedStyle(element);
    return box.width > 1 && box.height > 1 && style.visibility !== "hidden" && style.display !== "none" && box.right > 0;
  };
  const named = (element) => `${element.tagName.toLowerCase()}${element.id ? "#" + element.id : ""}.${element.getAttribute("class") ?? ""} "${(element.textContent ?? "").trim().slice(0, 40)}"`;
  const all = (selector) => [...document.querySelectorAll(selector)].filter(seen);

  if (document.documentElement.scrollWidth > document.documentElement.clientWidth) {
    const widest = all("main *").filter((one) => one.getBoundingClientRect().right > document.documentElement.clientWidth + 1 && !one.closest(".sideways"));
    faults.push(`the page scrolls sideways: ${document.documentElement.scrollWidth} > ${document.documentElement.clientWidth}, by ${widest.slice(0, 3).map(named).join("; ")}`);
  }
  if (!document.documentElement.lang) {
    faults.push("the page has no language");
  }
  for (const [selector, count] of [["h1", 1], ["main", 1], ["header.bar", 1], ["footer", 1]]) {
    if (document.querySelectorAll(selector).length !== count) {
      faults.push(`${document.querySelectorAll(selector).length} of ${selector}`);
    }
  }
  const ids = [...document.querySelectorAll("[id]")].map((one) => one.id);
  ids.filter((id, i) => ids.indexOf(id) !== i).forEach((id) => faults.push(`two of id ${id}`));
  for (const field of all("input, select, textarea")) {
    if (!field.labels?.length && !field.getAttribute("aria-label")) {
      faults.push(`no label: ${named(field)}`);
    }
  }
  for (const control of all("button, a[href]")) {
    if (!control.textContent.trim() && !control.getAttribute("aria-label")) {
      faults.push(`no name: ${named(control)}`);
    }
  }
  for (const table of all("table")) {
    if (!table.querySelector("thead th") || [...table.querySelectorAll("th")].some((th) => !th.getAttribute("scope"))) {
      faults.push(`headers of ${named(table)}`);
    }
  }
  for (const section of all("[aria-labelledby]")) {
    if (!document.getElementById(section.getAttribute("aria-labelledby"))) {
      faults.push(`labelled by nothing: ${named(section)}`);
    }
  }

  const channel = (value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  };
  const parsed = (text) => (text.match(/[\d.]+/g) ?? []).map(Number);
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const behind = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const colour = parsed(getComputedStyle(one).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) {
        return colour;
      }
    }
    return [255, 255, 255];
  };
  const told = new Set();
  for (const element of all("body *")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (!own || element.closest("svg") || element.closest("[disabled]") || element.closest(".only-heard, .skip")) {
      continue;
    }
    const style = getComputedStyle(element);
    const [a, b] = [light(parsed(style.color)), light(behind(element))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.6 && Number(style.fontWeight) >= 700);
    const key = `${style.color} on ${behind(element)}`;
    if (ratio < (large ? 3 : 4.5) && !told.has(key)) {
      told.add(key);
      faults.push(`contrast ${ratio.toFixed(2)}: ${key}: ${named(element)}`);
    }
  }
  return faults;
}
