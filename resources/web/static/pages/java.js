// Runs the original Java game in the page, with CheerpJ.

const data = JSON.parse(document.getElementById("java-data").textContent);

/** Milliseconds in which the script of CheerpJ has to load. */
const LOAD_TIMEOUT = 8000;

const say = (sentence) => (document.querySelector(".java-status").textContent = sentence);

/** Load a script from another site; rejects if it did not load within `LOAD_TIMEOUT`. */
function loadScript(address) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    script.onload = resolve;
    script.onerror = reject;
    setTimeout(reject, LOAD_TIMEOUT);
    document.head.append(script);
  });
}

async function run() {
  const place = document.querySelector(".java");
  try {
    await loadScript(data.loader);
  } catch {
    say("CheerpJ, which runs Java in browsers, cannot be reached; the built-in player below works without it.");
    return;
  }
  await cheerpjInit({ version: 8, status: "default" });
  await cheerpOSAddStringFile("/str/level.txt", data.text);
  cheerpjCreateDisplay(Number(place.dataset.width), Number(place.dataset.height), place);
  say("");
  const folder = `/app${data.root}/java`;
  const code = await cheerpjRunMain("PlayLevel", `${folder}/PlayLevel.jar`, "/str/level.txt", `${folder}/img/`);
  if (code !== 0) say("The Java game stopped; reload the page to start it again.");
}

run().catch(() => say("The Java game could not be started; the built-in player below works without it."));
