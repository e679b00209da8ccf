// What surrounds map and table: heading, player, readouts.

import { commandsOf } from "./command.js";
import { element, make, setText } from "../../../page_parts/assets/elements.js";
import { height } from "./kernel.js";
import { ontoSurface, planeText } from "./places.js";
import { placeText } from "./rows.js";
import { paintBar, valueOfShade } from "./terrain.js";
import { shortNumber } from "../../../page_parts/assets/ticks.js";

/** Fill in what stays as it is. */
export function showHeading({ data, surface, map }) {
  element("name").textContent = data.name;
  const facts = [`${surface.columns} × ${surface.rows} grid points`];
  if (data.domain) facts.push(`x and y from ${data.domain[0]} to ${data.domain[1]}`);
  facts.push(`values from ${shortNumber(data.low)} to ${shortNumber(data.high)}`);
  element("about").textContent = facts.join(", ");
  element("formula").title = data.source;
  element("copy").addEventListener("click", () => copy(element("command").textContent));
  element("made-note").textContent = data.notes.join(" ");
  element("made-note").hidden = !data.notes.length;
  const [mark, ...words] = map.minimumWords;
  element("key").append(
    make("i", { class: "disk" }), "start", make("i", {}, "✕"), "end",
    make("i", { class: "minimum" }, mark), words.join(""),
  );
  paintBar(element("bar"), map.palette);
}

function copy(text) {
  const done = () => {
    element("copy").textContent = "Copied";
    setTimeout(() => (element("copy").textContent = "Copy"), 1500);
  };
  navigator.clipboard?.writeText(text).then(done, () => selectCommand());
  if (!navigator.clipboard) selectCommand();
}

/** Where the clipboard is closed to pages, the text is marked for the user to copy. */
function selectCommand() {
  window.getSelection().selectAllChildren(element("command"));
}

/** The command lines of what is seen. */
export function showCommand(page) {
  const commands = commandsOf(page);
  setText(element("command"), commands.join("\n") || "No walk is shown: choose an optimiser below.");
  element("copy").disabled = !commands.length;
  const many = commands.length > 1;
  element("commands-note").hidden = !many;
  const walks = page.shown.length === 1 ? "This walk takes" : "These walks take";
  if (many) {
    setText(element("commands-note"), `${walks} ${commands.length} commands: one has a single `
      + "--lr, --eps and list of starts for all its optimisers.");
  }
}

/** What the page has to say: sentences, or nothing. */
export function showSaid(sentences) {
  setText(element("said"), sentences.join(" "));
  element("said").hidden = !sentences.length;
}

export function showPlayer(page) {
  const { total, cursor, playing } = page;
  const now = Math.floor(Math.min(cursor, total));
  setText(element("play"), playing ? "Pause" : "Play");
  element("time").max = total;
  if (document.activeElement !== element("time") || playing) element("time").value = now;
  setText(element("time-text"), `${now.toLocaleString("en")} of ${total.toLocaleString("en")}`);
  element("time").setAttribute("aria-valuetext", element("time-text").textContent);
  const speed = page.stepsPerSecond;
  element("speed").value = Math.log10(speed);
  const rounded = speed < 10 ? speed.toFixed(1) : Number(speed.toPrecision(2)).toLocaleString("en");
  setText(element("speed-text"), `${rounded} steps/s`);
}

/** The handle, the colour bar, and whether the walks are those of Python. */
export function showAround(page) {
  const { map, start } = page;
  const [x, y] = map.toPixels(...start);
  const handle = element("start");
  const out = x < -1 || y < -1 || x > map.width + 1 || y > map.height + 1;
  handle.classList.toggle("out", out);
  const shifts = [[x, map.width], [y, map.height]].map(([place, last]) => (
    `${Math.min(Math.max(place, 0), last) * map.magnified}px`
  ));
  handle.style.transform = `translate(${shifts.join(", ")})`;
  const alsoAt = page.plane ? `, ${planeText(page.plane.toPlane(start))}` : "";
  handle.setAttribute("aria-label", `Start: column ${start[0]}, row ${start[1]}${alsoAt}`);
  setText(element("low"), shortNumber(map.scaleOfColours.low, 3));
  setText(element("high"), shortNumber(map.scaleOfColours.high, 3));
  const middle = shortNumber(valueOfShade(0.5, map.scaleOfColours), 3);
  element("bar").parentElement.dataset.help = `The colours of the values in sight; the middle one is ${middle}.`;
  const same = page.computer.rows.map((row) => page.asMade(row)).filter((is) => is !== null);
  setText(element("same"), sameText(same));
}

function sameText(same) {
  if (!same.length) return "";
  if (!same.every(Boolean)) return "Not all of these walks end as those that dlvc made, to the last bit.";
  return same.length === 1
    ? "This walk ends as the one that dlvc made, to the last bit."
    : `${same.length} of these walks end as those that dlvc made, to the last bit.`;
}

/** What the surface is under a place. */
export function showReadout(page, place) {
  const { surface, plane } = page;
  element("help").hidden = place !== null;
  element("readout").hidden = place === null;
  if (!place) return;
  const [x, y] = ontoSurface(surface, place);
  const words = [`${placeText([x, y])}: ${shortNumber(height(surface, x, y), 5)}`];
  if (plane) words.push(planeText(plane.toPlane([x, y])));
  setText(element("readout"), words.join(" · "));
}
