/** A place: where the device is, or coordinates that are typed. */

import { html, nothing } from "../lit.js";
import type { Asked, Control } from "./control.js";
import { inputField } from "./text.js";

function locate(asked: Asked): void {
  asked.say(asked.t("locating"));
  navigator.geolocation.getCurrentPosition(
    ({ coords: { latitude, longitude, accuracy } }) => {
      asked.say("");
      // Six decimals are ten centimetres.
      const text = [latitude.toFixed(6), longitude.toFixed(6), Math.round(accuracy)].join(",");
      asked.change({ text }, "now");
    },
    ({ code }) => asked.say(asked.t(code === 1 ? "location_denied" : "location_unavailable")),
    { enableHighAccuracy: true, timeout: 20_000, maximumAge: 60_000 },
  );
}

export const locationControl: Control = {
  describe: ({ t }) => t("coordinates"),
  view: (asked) => html`
    ${
      "geolocation" in navigator && isSecureContext
        ? html`<button @click=${() => locate(asked)}>${asked.t("use_my_location")}</button>`
        : nothing
    }
    ${inputField(asked, { saving: "left" })}
  `,
};
