// The page of a stored level, and of one that is in a link: the player, and a link that holds the level.

import { Player } from "../player/player.js";
import { decodeLevel, encodeLevel } from "./share.js";

const data = JSON.parse(document.getElementById("mario-data").textContent);
const player = new Player(document.querySelector(".player"), data);

async function copyLink(level) {
  const shared = document.querySelector(".shared");
  const link = new URL(`${data.root}/play`, location.origin);
  link.hash = await encodeLevel(level);
  try {
    await navigator.clipboard.writeText(link.href);
    shared.textContent = "Copied: the link holds the level itself.";
  } catch {
    const field = Object.assign(document.createElement("input"), { readOnly: true, value: link.href });
    field.setAttribute("aria-label", "Link to this level");
    shared.replaceChildren(field);
    field.select();
  }
}

/** The level of a stored level's page, or the one in the link. */
async function readLevel() {
  return data.level ?? { ...(await decodeLevel(location.hash.slice(1), data)), title: "A shared level" };
}

function showLevel(level) {
  player.load(level);
  document.querySelector(".share").onclick = () => copyLink(level);
}

function showError(error) {
  const place = document.querySelector(".error");
  place.textContent = error.message;
  place.hidden = false;
  document.querySelector(".card").hidden = true;
}

// Another link in the same tab changes only what follows the #, and browsers do not reload the page for that.
addEventListener("hashchange", () => location.reload());
readLevel().then(showLevel, showError);
