/*
 * Renkei events for web pages. Load it from the collector, then:
 *
 *   const events = renkeiEvents({ url: "https://events.shop.example/v1/events", key: "..." });
 *   events.send("page_view", { url: location.href });
 *
 * Events wait in localStorage until the collector has answered 202, so they survive closed pages and lost networks. Each has an id of its
 * own; one that is sent twice is kept once.
 */
(function (root) {
  "use strict";

  function renkeiEvents(options) {
    const url = options.url;
    const name = options.queue || "renkei-events";
    const most = options.most || 500;
    const atOnce = 50;
    let waiting = load();
    let sending = false;
    let pause = 0;
    let timer = null;

    function load() {
      try {
        return JSON.parse(root.localStorage.getItem(name)) || [];
      } catch (e) {
        return [];
      }
    }

    function save() {
      try {
        root.localStorage.setItem(name, JSON.stringify(waiting));
      } catch (e) {
        // Full or forbidden: the queue then lives as long as the page.
      }
    }

    function newId() {
      if (root.crypto && root.crypto.randomUUID) {
        return root.crypto.randomUUID();
      }
      return Date.now().toString(36) + "-" + Math.random().toString(36).slice(2) + Math.random().toString(36).slice(2);
    }

    function headers() {
      const all = { "Content-Type": "application/json" };
      if (options.key) {
        all["X-Api-Key"] = options.key;
      }
      return all;
    }

    /** Queues an event and returns its id; the same id again is the same event. */
    function send(type, data, id) {
      const event = { type: type, id: id || newId(), data: data };
      waiting.push(event);
      waiting = waiting.slice(-most);
      save();
      flush();
      return event.id;
    }

    function later(seconds) {
      root.clearTimeout(timer);
      timer = root.setTimeout(flush, seconds * 1000);
    }

    /** Accepted ones are done; refused ones will never be taken; others are sent again. */
    function settle(sent, results) {
      const done = {};
      sent.forEach(function (event, i) {
        const status = results[i] ? results[i].status : 503;
        const again = status === 408 || status === 429 || status >= 500;
        if (!again) {
          done[event.id] = true;
          if (status !== 202 && options.onRefused) {
            options.onRefused(event, results[i]);
          }
        }
      });
      waiting = waiting.filter(function (event) { return !done[event.id]; });
      save();
      return Object.keys(done).length;
    }

    async function flush() {
      if (sending || waiting.length === 0) {
        return;
      }
      sending = true;
      const batch = waiting.slice(0, atOnce);
      try {
        const response = await root.fetch(url, {
          method: "POST",
          headers: headers(),
          body: JSON.stringify({ events: batch }),
          keepalive: true,
          credentials: "omit",
        });
        const answer = await response.json();
        const results = answer.results || batch.map(function () { return answer; });
        const done = settle(batch, results);
        const wait = Number(response.headers.get("Retry-After"));
        pause = done > 0 ? 0 : Math.min(60, pause * 2 || 1);
        if (waiting.length > 0) {
          later(Math.max(wait || 0, pause));
        }
      } catch (e) {
        pause = Math.min(60, pause * 2 || 1);
        later(pause);
      }
      sending = false;
    }

    /** When the page goes away: a last try that outlives it; the queue stays until it is answered. */
    function leave() {
      if (waiting.length > 0 && root.navigator && root.navigator.sendBeacon) {
        const place = options.key ? url + "?key=" + encodeURIComponent(options.key) : url;
        const body = JSON.stringify({ events: waiting.slice(0, atOnce) });
        root.navigator.sendBeacon(place, new Blob([body], { type: "application/json" }));
      }
    }

    if (root.addEventListener) {
      root.addEventListener("pagehide", leave);
      root.addEventListener("online", flush);
    }
    flush();
    return { send: send, flush: flush };
  }

  root.renkeiEvents = renkeiEvents;
})(typeof window === "undefined" ? globalThis : window);
