// Sets the chosen appearance before anything is drawn; a classic script in the head, so that pages do not flash.
(() => {
  let chosen = "auto";
  try {
    chosen = localStorage.getItem("clinic-theme") ?? "auto";
  } catch {
    // Storage can be switched off; then the system decides.
  }
  document.documentElement.dataset.theme = ["light", "dark"].includes(chosen) ? chosen : "auto";
})();
