/* Folding of groups in the flow chart: the server draws it again, this page replaces the drawing.

"flow-unfold" unfolds the group with the id in `detail`; "flow-drawn" follows. */

const frame = document.getElementById("flow-frame");
const form = document.getElementById("flow-groups");
let latest;

const boxes = () => [...form.querySelectorAll("input[name=folded]")];
const boxOf = (group) => document.getElementById(`flow-group-${group}`);

/** Return the query of the URL: without one, all groups are unfolded. */
function query() {
  const folded = boxes().filter((box) => box.checked);
  if (!folded.length) return "";
  return folded.length === boxes().length ? "folded=all" : `folded=${folded.map((box) => box.value).join()}`;
}

/** Load the drawing and put it in the place of the other one, and scroll to a group if one is given.

Where that fails, the page loads as without this script. */
async function draw(group) {
  const search = query();
  latest?.abort();
  latest = new AbortController();
  const { signal } = latest;
  frame.setAttribute("aria-busy", "true");
  let drawn;
  try {
    const response = await fetch(`?${search}&drawing`, { signal });
    drawn = new DOMParser().parseFromString(await response.text(), "text/html").querySelector("svg.flow");
  } catch {
    drawn = null;
  }
  if (signal.aborted) return;
  if (!drawn) {
    location.assign(`${location.pathname}?${search}`);
    return;
  }
  history.replaceState(null, "", `${location.pathname}${search && "?"}${search}${location.hash}`);
  const hadFocus = frame.querySelector("svg").contains(document.activeElement);
  frame.querySelector("svg").replaceWith(drawn);
  frame.removeAttribute("aria-busy");
  frame.dispatchEvent(new CustomEvent("flow-drawn"));
  const place = group && frame.querySelector(`[data-group="${group}"]`);
  if (!place) return;
  if (hadFocus) place.focus({ preventScroll: true });
  const box = place.classList.contains("tab") ? place.nextElementSibling : place;
  frame.dispatchEvent(new CustomEvent("flow-show", { detail: box.id }));
}

function foldAll(isFolded) {
  for (const box of boxes()) box.checked = isFolded;
  draw();
}

if (form) {
  document.getElementById("flow-apply").hidden = true;
  form.addEventListener("change", () => draw());
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    foldAll(true);
  });
  document.getElementById("flow-unfold").addEventListener("click", (event) => {
    event.preventDefault();
    foldAll(false);
  });
  frame.addEventListener("flow-unfold", ({ detail }) => {
    boxOf(detail).checked = false;
    draw();
  });
  frame.addEventListener("click", (event) => {
    const link = event.target.closest("[data-group]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const { group } = link.dataset;
    boxOf(group).checked = !boxOf(group).checked;
    draw(group);
  });
}
