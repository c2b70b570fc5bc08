// The first page: example levels to play, and a level made while one looks on.

import { Brush, paintLevel } from "../player/paint.js";
import { Player } from "../player/player.js";

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
  // What is composed takes the place of what was typed, and the other way round.
  form.addEventListener("change", (event) => {
    if (event.target.type === "radio") find("#prompt").value = "";
  });
}

/** What the form asks for, as the API takes it. */
function wish() {
  const fields = new FormData(form);
  const composed = [...form.querySelectorAll("input[type=radio]:checked")]
    .filter((radio) => radio.value)
    .map((radio) => `${radio.value} ${radio.name}`);
  const seed = fields.get("seed");
  return {
    prompt: fields.get("prompt").trim() || composed.join(", "),
    temperature: Number(fields.get("temperature")),
    level_size: Number(fields.get("columns")) * 14 - 1,
    seed: seed === "" ? -1 : Number(seed),
  };
}

/** The events of a server-sent stream, each as [name, data]. */
async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    text += value.replaceAll("\r\n", "\n");
    const whole = text.split("\n\n");
    text = whole.pop();
    for (const event of whole) {
      const name = /^event: (.*)$/m.exec(event);
      const content = /^data: (.*)$/m.exec(event);
      if (name && content) yield [name[1], JSON.parse(content[1])];
    }
  }
}

function fail(sentence) {
  const place = find(".error");
  place.textContent = sentence;
  place.hidden = false;
}

async function make(brush, signal) {
  const answer = await fetch(`${data.root}/api/levels/stream`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(wish()),
    signal,
  });
  if (!answer.ok) return fail((await answer.json()).error);
  for await (const [name, event] of events(answer.body)) {
    if (name === "made") {
      location.assign(`${data.root}/levels/${event.id}`);
      return;
    }
    if (name === "failed") return fail(event.error);
    find("progress").max = event.total;
    find("progress").value = event.done;
    find("[role=status]").textContent = event.message;
    if (event.rows.length) paintLevel(find(".draft"), event.rows, brush);
  }
}

function setUpMaking() {
  const brush = new Brush(data.art, data.tiles);
  let abort = null;
  find(".stop").addEventListener("click", () => abort?.abort());
  // A page that the browser kept is as it was left: with a level being written.
  addEventListener("pageshow", () => busy(false));
  const busy = (is) => {
    find(".go").disabled = is;
    find(".writing").hidden = !is;
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    abort = new AbortController();
    find(".error").hidden = true;
    find("progress").value = 0;
    find("[role=status]").textContent = "getting ready";
    busy(true);
    try {
      await make(brush, abort.signal);
    } catch (error) {
      if (error.name !== "AbortError") fail("The server cannot be reached; is it still running?");
    } finally {
      busy(false);
    }
  });
}

setUpFields();
setUpMaking();
setUpExamples();
