"use strict";
const EVERY_MS = 1000, SHOWN = 100;
const at = (id) => document.getElementById(id);
const rows = at("requests"), nothing = rows.firstElementChild;
const scenes = [...at("scenes").children];
let first = Math.max(0, Number(document.body.dataset.arrived) - SHOWN), tab = "";

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const field = document.body.appendChild(document.createElement("textarea"));
    field.value = text;
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    if (!done) { at("said").textContent = "The browser does not let this page copy."; return; }
  }
  at("said").textContent = "Copied: " + text;
}

function shown(request) {
  const row = document.createElement("tr");
  const asked = request.method + " " + request.path, status = request.status ?? "…";
  for (const text of [request.ms, asked, request.scenario ?? "", request.key, status]) {
    row.insertCell().textContent = text;
  }
  row.lastChild.className = request.status >= 400 ? "bad" : "";
  return row;
}

async function look() {
  try {
    const answer = await fetch("/_lab/requests?after=" + first);
    const arrived = Number(answer.headers.get("x-lab-arrived"));
    const requests = (await answer.json()).slice(-SHOWN);
    first = Math.max(0, arrived - SHOWN);
    rows.replaceChildren(...(requests.length ? requests.map(shown).reverse() : [nothing]));
  } catch {
    at("said").textContent = "The lab does not answer: is it still open?";
  }
  setTimeout(look, EVERY_MS);
}

function sift() {
  const word = at("find").value.toLowerCase();
  for (const scene of scenes) {
    const fits = !tab || scene.dataset.tabs.split(" ").includes(tab);
    scene.hidden = !fits || !scene.textContent.toLowerCase().includes(word);
  }
}

document.addEventListener("click", ({ target }) => {
  if (target.dataset.copy) copy(at("as").value.replaceAll(/\{0?\}/g, target.dataset.copy));
  if (target.dataset.tab !== undefined) {
    tab = target.dataset.tab;
    for (const other of at("tabs").querySelectorAll("button")) other.ariaPressed = String(other === target);
    sift();
  }
});
at("find").addEventListener("input", sift);
at("forget").addEventListener("click", () => fetch("/_lab/requests", { method: "DELETE" }));
look();
