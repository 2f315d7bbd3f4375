/* Zoom of the flow chart: buttons, keys in the chart, and scrolling to a box.

The frame of the chart is where the page's scripts meet: "flow-drawn" follows a new drawing, "flow-show" asks to scroll to
the box with the id in `detail`. */

const STEP = 1.25;
const LEAST = 0.05;
const MOST = 4;
/** Below this, the texts of a box that is looked for could not be read. */
const READABLE = 0.6;
const KEYS = { "+": "in", "=": "in", "-": "out", "0": "all", w: "fit", W: "fit" };

const frame = document.getElementById("flow-frame");
const tools = document.getElementById("flow-zoom");
const percent = new Intl.NumberFormat(document.documentElement.lang || undefined, { style: "percent" });
let scale = 1;

const drawing = () => frame.querySelector("svg.flow");
const sizes = () => drawing().viewBox.baseVal;

/** Draw at a scale, and keep what is in the middle of the frame there. */
function zoomTo(next) {
  const x = (frame.scrollLeft + frame.clientWidth / 2) / scale;
  const y = (frame.scrollTop + frame.clientHeight / 2) / scale;
  scale = next;
  apply();
  frame.scrollTo(x * scale - frame.clientWidth / 2, y * scale - frame.clientHeight / 2);
}

function apply() {
  const { width, height } = sizes();
  drawing().setAttribute("width", Math.round(width * scale));
  drawing().setAttribute("height", Math.round(height * scale));
  tools.querySelector("output").value = percent.format(scale);
}

const zooms = {
  in: () => zoomTo(Math.min(MOST, scale * STEP)),
  out: () => zoomTo(Math.max(Math.min(LEAST, scale), scale / STEP)),
  all: () => zoomTo(1),
  fit: () => zoomTo(Math.min(1, frame.clientWidth / sizes().width)),
};

/** Scroll the chart, and the page to the chart, so that the box is in the middle. */
function show(box) {
  if (scale < READABLE) zoomTo(1);
  const place = box.getBoundingClientRect();
  const around = frame.getBoundingClientRect();
  frame.scrollBy(
    place.left + place.width / 2 - around.left - around.width / 2,
    place.top + place.height / 2 - around.top - around.height / 2,
  );
  frame.scrollIntoView({ block: "nearest", inline: "nearest" });
}

tools.querySelector("output").value = percent.format(1);
tools.querySelector("[data-zoom=all]").textContent = percent.format(1);
tools.hidden = false;
document.getElementById("flow-keys").hidden = false;
tools.addEventListener("click", ({ target }) => zooms[target.closest("[data-zoom]")?.dataset.zoom]?.());
frame.addEventListener("keydown", (event) => {
  const zoom = KEYS[event.key];
  if (!zoom || event.ctrlKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  zooms[zoom]();
});
frame.addEventListener("flow-drawn", apply);
frame.addEventListener("flow-show", ({ detail }) => {
  const box = document.getElementById(detail);
  if (box) show(box);
});
