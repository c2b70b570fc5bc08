// A level's page: the player, and the link that carries the level itself.

import { Player } from "../player/player.js";
import { decodeLevel, encodeLevel } from "./share.js";

const data = JSON.parse(document.getElementById("mario-data").textContent);
const player = new Player(document.querySelector(".player"), data);

async function share(level) {
  const shared = document.querySelector(".shared");
  const link = new URL(`${data.root}/play`, location.origin);
  link.hash = await encodeLevel(level);
  try {
    await navigator.clipboard.writeText(link.href);
    shared.textContent = "Copied: the level itself is in the link.";
  } catch {
    const field = Object.assign(document.createElement("input"), { readOnly: true, value: link.href });
    field.setAttribute("aria-label", "Link to this level");
    shared.replaceChildren(field);
    field.select();
  }
}

async function set() {
  let level = data.level;
  if (!level) {
    try {
      level = { ...(await decodeLevel(location.hash.slice(1))), title: "A shared level" };
    } catch (error) {
      const place = document.querySelector(".error");
      place.textContent = error.message;
      place.hidden = false;
      document.querySelector(".card").hidden = true;
      return;
    }
  }
  player.load(level);
  document.querySelector(".share").onclick = () => share(level);
}

// Another link opened in the same tab changes nothing but what follows the #.
addEventListener("hashchange", () => location.reload());
set();
