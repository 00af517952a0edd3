// What scripts add to pages that work without them.  Nothing here writes styles or HTML of others.
import { initAll } from "./vendor/govuk-frontend.js";
import "./copy.js";
import "./keys.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
initAll();

// A time in UTC says in its title what it is on the reader's clock.
const own = new Intl.DateTimeFormat(document.documentElement.lang, {
  dateStyle: "medium", timeStyle: "long",
});

function explain(event) {
  const time = event.target.closest?.("time[datetime]:not([title])");
  if (time) time.title = own.format(new Date(time.dateTime));
}
document.addEventListener("pointerover", explain);
document.addEventListener("focusin", explain);

// A form's mail is made anew a moment after somebody stops typing; the button does it without us.
let typing;
document.addEventListener("input", (event) => {
  const show = event.target.form?.querySelector("[data-preview]");
  if (!show) return;
  clearTimeout(typing);
  typing = setTimeout(() => event.target.form.requestSubmit(show), 700);
});
