/** The frame of the pages: light or dark, the switch of languages, and the menu of the account. */

const root = document.documentElement;
const ELEMENTS = "dca-thread, dca-threads, dca-survey, dca-launcher";

/** Show the page and the elements on it in the chosen appearance. */
function apply(theme) {
  root.dataset.theme = theme;
  for (const element of document.querySelectorAll(ELEMENTS)) element.setAttribute("theme", theme);
}

function choose(theme) {
  apply(theme);
  try {
    localStorage.setItem("clinic-theme", theme);
  } catch {
    // It then lasts as long as the page.
  }
}

apply(root.dataset.theme);
for (const themes of document.querySelectorAll(".themes")) {
  themes.hidden = false;
  for (const input of themes.querySelectorAll("input")) {
    input.checked = input.value === root.dataset.theme;
    input.addEventListener("change", () => choose(input.value));
  }
}
// Another tab may have changed it.
addEventListener("storage", ({ key, newValue }) => {
  if (key === "clinic-theme") apply(newValue ?? "auto");
});

for (const select of document.querySelectorAll("[data-submits]")) {
  select.form.querySelector("button").hidden = true;
  // The place in the page, for example an open conversation, is kept.
  select.addEventListener("change", () => {
    select.form.elements.next.value += location.hash;
    select.form.submit();
  });
}

const account = document.querySelector(".account");
document.addEventListener("click", ({ target }) => {
  if (!account.contains(target)) account.open = false;
});
account.addEventListener("keydown", ({ key }) => {
  if (key !== "Escape" || !account.open) return;
  account.open = false;
  account.querySelector("summary").focus();
});

// Somebody signed out in another tab, or the session is over: the reload leads to the page for signing in, and back.
document.addEventListener("auth-required", () => {
  const last = Number(sessionStorage.getItem("clinic-reloaded"));
  if (Date.now() - last < 30_000) return;
  sessionStorage.setItem("clinic-reloaded", Date.now());
  location.reload();
});
