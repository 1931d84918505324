// Makes the console live. Without it every page still works.
"use strict";

const SECOND = 1000;

function ago(moment) {
  const seconds = (Date.now() - moment) / SECOND;
  const size = Math.abs(seconds);
  if (size < 5) return "just now";
  const [amount, unit] =
    size < 60 ? [size, "s"] : size < 3600 ? [size / 60, "min"]
    : size < 86400 ? [size / 3600, "h"] : [size / 86400, "day"];
  const whole = Math.floor(amount);
  const words = `${whole} ${unit}${unit === "day" && whole > 1 ? "s" : ""}`;
  return seconds > 0 ? `${words} ago` : `in ${words}`;
}

const local = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });

function tellTime() {
  for (const time of document.querySelectorAll("time[datetime]")) {
    const moment = Date.parse(time.dateTime);
    time.title = local.format(moment);
    const words = ago(moment);
    if (time.textContent !== words) time.textContent = words;
  }
}

function offerCopying() {
  for (const button of document.querySelectorAll("button.copy[hidden]")) {
    if (!navigator.clipboard) return;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.parentElement.querySelector("code").textContent);
      button.textContent = "Copied";
      setTimeout(() => { button.textContent = "Copy"; }, 2 * SECOND);
    });
  }
}

// Every part of the page that may change carries `data-live` and an id, and is drawn anew by the
// server. A part that a person is in is left alone.
async function refresh() {
  const answer = await fetch(location.href, { headers: { accept: "text/html" } });
  if (answer.status === 401) location.assign("/");
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of document.querySelectorAll("[data-live]")) {
    const next = fresh.getElementById(part.id);
    const marked = !getSelection().isCollapsed && part.contains(getSelection().anchorNode);
    if (next && !marked && !part.contains(document.activeElement)) part.replaceWith(document.adoptNode(next));
  }
  tellTime();
  offerCopying();
}

let waiting = false;
let pause = SECOND / 4;

// What takes the server long is asked for less often.
function refreshSoon() {
  if (waiting || document.hidden) return;
  waiting = true;
  setTimeout(async () => {
    const began = Date.now();
    await refresh().catch(() => {});
    pause = Math.max(SECOND / 4, 5 * (Date.now() - began));
    waiting = false;
  }, pause);
}

function listen(address) {
  const sign = document.getElementById("live");
  const show = (on) => {
    sign.hidden = false;
    sign.classList.toggle("off", !on);
    sign.querySelector("span").textContent = on ? "Live" : "Offline";
  };
  const stream = new EventSource(address);
  stream.addEventListener("open", () => { show(true); refreshSoon(); });
  stream.addEventListener("change", refreshSoon);
  stream.addEventListener("error", () => show(false));
  setInterval(() => { if (stream.readyState !== EventSource.OPEN) refreshSoon(); }, 10 * SECOND);
  document.addEventListener("visibilitychange", refreshSoon);
}

function searchBySlash(event) {
  const field = document.querySelector("[data-slash]");
  if (event.key !== "/" || !field || /^(input|select|textarea)$/i.test(event.target.tagName)) return;
  event.preventDefault();
  field.focus();
}

tellTime();
offerCopying();
setInterval(tellTime, 15 * SECOND);
document.addEventListener("keydown", searchBySlash);
if (document.body.dataset.stream) listen(document.body.dataset.stream);
