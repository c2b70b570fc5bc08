// The start page: example levels to play, and the form, which shows a level while it is made.

import { Brush, paintLevel } from "../player/paint.js";
import { Player } from "../player/player.js";
import { Tiles } from "../player/tiles.js";

const data = JSON.parse(document.getElementById("mario-data").textContent);
const form = document.getElementById("make");
const find = (selector) => form.querySelector(selector);

function setUpExamples() {
  const player = new Player(document.querySelector(".player"), data);
  const buttons = [...document.querySelectorAll("[data-example]")];
  const show = (index) => {
    player.load(data.examples[index]);
    buttons.forEach((button, i) => button.setAttribute("aria-pressed", String(i === index)));
  };
  buttons.forEach((button, i) => button.addEventListener("click", () => show(i)));
  show(0);
}

function setUpFields() {
  for (const output of form.querySelectorAll("output")) {
    const input = document.getElementById(output.htmlFor.value);
    input.addEventListener("input", () => (output.value = input.value));
  }
  for (const chip of form.querySelectorAll("[data-prompt]")) {
    chip.addEventListener("click", () => (find("#prompt").value = chip.dataset.prompt));
  }
  // The server ignores the choices if there is a typed prompt, so a choice deletes it.
  form.addEventListener("change", (event) => {
    if (event.target.type === "radio") find("#prompt").value = "";
  });
}

/** The events of a server-sent stream, each as [name, data]. */
async function* eventsOf(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    text += value.replaceAll("\r\n", "\n");
    const complete = text.split("\n\n");
    text = complete.pop();
    for (const event of complete) {
      const name = /^event: (.*)$/m.exec(event);
      const content = /^data: (.*)$/m.exec(event);
      if (name && content) yield [name[1], JSON.parse(content[1])];
    }
  }
}

function showError(sentence) {
  const place = find(".error");
  place.textContent = sentence;
  place.hidden = false;
}

/** Send the form, show the level while it is made, and open its page. */
async function make(brush, signal) {
  const body = new URLSearchParams(new FormData(form));
  const response = await fetch(`${data.root}/levels/stream`, { method: "POST", body, signal });
  if (!response.ok) return showError((await response.json()).error);
  for await (const [name, event] of eventsOf(response.body)) {
    if (name === "made") return location.assign(`${data.root}/levels/${event.id}`);
    if (name === "failed") return showError(event.error);
    find("progress").max = event.total;
    find("progress").value = event.done;
    find("[role=status]").textContent = event.message;
    if (event.rows.length) paintLevel(find(".draft"), event.rows, brush);
  }
}

function setUpForm() {
  const brush = new Brush(data.art, new Tiles(data.tiles));
  let abort = null;
  const setBusy = (isBusy) => {
    find(".go").disabled = isBusy;
    find(".writing").hidden = !isBusy;
  };
  find(".stop").addEventListener("click", () => abort?.abort());
  // The browser may restore the page as the visitor left it, while a level was being made.
  addEventListener("pageshow", () => setBusy(false));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    abort = new AbortController();
    find(".error").hidden = true;
    find("progress").value = 0;
    find("[role=status]").textContent = "getting ready";
    setBusy(true);
    try {
      await make(brush, abort.signal);
    } catch (error) {
      if (error.name !== "AbortError") showError("The server cannot be reached; is it still running?");
    } finally {
      setBusy(false);
    }
  });
}

setUpFields();
setUpForm();
setUpExamples();
