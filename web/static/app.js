// What makes pages quicker for those who let scripts run; every page works without.
"use strict";

(function () {
  const KEYS = "jishi.keys";

  // --- Where the eye should go first: the summary of what went wrong.
  function focusOnTrouble() {
    const trouble = document.querySelector("[data-focus]");
    if (trouble) trouble.focus();
  }

  // --- Forms: leaving one that was changed asks first; the same click twice is sent once.
  let changed = false;

  function watchForms() {
    document.addEventListener("input", (event) => {
      if (event.target.closest("form[data-guard]")) changed = true;
    });
    document.addEventListener("submit", (event) => {
      const form = event.target;
      if (form.dataset.sent) {
        event.preventDefault();
        return;
      }
      if (form.hasAttribute("data-guard")) changed = false;
      const writes = (form.getAttribute("method") || "").toLowerCase() === "post";
      if (writes && !form.hasAttribute("data-again")) form.dataset.sent = "yes"; // data-again: it answers with a file
    });
    window.addEventListener("pageshow", () => {
      document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
    });
    window.addEventListener("beforeunload", (event) => {
      if (!changed) return;
      event.preventDefault();
      event.returnValue = "";
    });
  }

  // --- Keys: / searches, j and k go through the rows, ? shows the list; they can be turned off.
  function keysOn() {
    try {
      return localStorage.getItem(KEYS) !== "off";
    } catch {
      return true; // storage is forbidden: nothing to remember
    }
  }

  function showKeys() {
    const list = document.querySelector("[data-keys]");
    const button = document.querySelector("[data-keys-switch]");
    if (!list || !button) return;
    list.hidden = false;
    const name = () => (button.textContent = keysOn() ? button.dataset.on : button.dataset.off);
    name();
    button.addEventListener("click", () => {
      try {
        localStorage.setItem(KEYS, keysOn() ? "off" : "on");
      } catch {
        return;
      }
      name();
    });
  }

  function move(by) {
    const rows = Array.from(document.querySelectorAll("[data-row]")).filter((row) => row.offsetParent !== null);
    if (rows.length === 0) return;
    const at = rows.indexOf(document.activeElement);
    const next = at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(Math.max(at + by, 0), rows.length - 1);
    rows[next].focus();
  }

  const ACTS = {
    "/": () => {
      const box = document.querySelector("[data-search]");
      if (box) box.focus();
      return Boolean(box);
    },
    j: () => move(1),
    k: () => move(-1),
    "?": () => {
      const list = document.querySelector("[data-keys]");
      list.open = true;
      list.querySelector("summary").focus();
    },
  };

  function watchKeys() {
    document.addEventListener("keydown", (event) => {
      const typing = event.target.closest("input, textarea, select, [contenteditable]");
      if (typing || event.ctrlKey || event.altKey || event.metaKey || event.isComposing || !keysOn()) return;
      const act = ACTS[event.key];
      if (act && act() !== false) event.preventDefault();
    });
  }

  // --- Printing: the button needs a script; what is folded on the screen stands open on paper.
  function watchPrinting() {
    document.querySelectorAll("[data-print]").forEach((button) => {
      button.hidden = false;
      button.addEventListener("click", () => window.print());
    });
    let opened = [];
    window.addEventListener("beforeprint", () => {
      opened = Array.from(document.querySelectorAll("main details:not([open])"));
      opened.forEach((one) => (one.open = true));
    });
    window.addEventListener("afterprint", () => opened.forEach((one) => (one.open = false)));
  }

  focusOnTrouble();
  watchForms();
  showKeys();
  watchKeys();
  watchPrinting();
})();
