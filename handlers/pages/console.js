// The chat page of the demo: its ways to the server, the clock, live news, and the three phones.

import { EXAMPLES, Guide, cast } from "/console/console-guide.js";
import { Phone, cityTime, element } from "/console/console-phone.js";

const LOOK_EVERY_MS = 15_000; // in case an event got lost on the way
const RECONNECT_AT_MOST_MS = 30_000;
const SHORT_PX = 480; // less height than this: a keyboard covers the rest

// Ways to the server

async function call(path, options = {}) {
  let response;
  try {
    response = await fetch(`/console/api/${path}`, { ...options, cache: "no-store" });
  } catch {
    throw Object.assign(new Error("连不上服务器，内容还在，稍后再试一次"), { offline: true });
  }
  const answer = await response.json().catch(() => null);
  if (response.ok) return answer;
  throw Object.assign(new Error(answer?.error ?? `服务器没有办成（${response.status}），请再试一次`), { status: response.status });
}

function post(path, body) {
  return call(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
}

const api = {
  people: () => call("people"),
  groups: () => call("groups"),
  messages: (whose, after = 0) => call(`messages?${new URLSearchParams({ ...whose, after })}`),
  send: (message) => post("messages", message),
  press: (id, from, button) => post("press", { id, from, button }),
  clock: () => call("clock"),
  advance: (advance) => post("clock", { advance }),
  fileAddress: (id) => `/console/api/files/${encodeURIComponent(id)}`,
  async upload(file) {
    const form = new FormData();
    form.append("file", file, file.name);
    return (await call("files", { method: "POST", body: form })).id;
  },
};

const find = (selector) => document.querySelector(selector);

function toast(text) {
  const made = element("p", { className: "toast", "data-testid": "toast", role: "alert", text });
  find(".toasts").replaceChildren(made);
  setTimeout(() => made.remove(), 6000);
}

// The clock

const clock = { now: null, moving: false };

function showClock({ now, next_due: due }) {
  clock.now = now;
  const at = cityTime(now);
  const face = find(".clock-now");
  face.replaceChildren(element("span", { className: "wide", text: `${at.year}年` }), `${at.date} `, element("span", { className: "wide", text: "星期" }), element("span", { className: "slim", text: "周" }), `${at.weekday} ${at.time}`);
  face.dateTime = now;
  if (due === undefined) return;
  const next = due && cityTime(due);
  const weekday = element("span", { className: "wide", text: next ? ` 周${next.weekday}` : "" });
  find(".clock-due").replaceChildren(...(next ? [`下一件 ${next.date}`, weekday, ` ${next.time} 到期`] : ["眼下没有要到期的"]));
}

async function lookAtClock() {
  showClock(await api.clock());
}

/** Move the clock ("1h", "1d", "7d", "next") and look at all that came of it; the time it then shows. */
async function advance(by) {
  setMoving(true);
  try {
    showClock(await api.advance(by));
    await Promise.all(Object.values(phones).map((phone) => phone.refresh()));
  } finally {
    setMoving(false);
  }
  return clock.now;
}

function setMoving(moving) {
  clock.moving = moving;
  find(".clock").classList.toggle("moving", moving);
  for (const button of document.querySelectorAll(".clock-buttons button")) button.disabled = moving;
}

// The phones, and who else was written to

const desk = { api, people: new Map(), news: new Map(), examples: EXAMPLES, toast, changed: personChanged, seen: messagesSeen };
const phones = {
  a: new Phone(find("#phone-a"), "甲", desk),
  b: new Phone(find("#phone-b"), "乙", desk),
  group: new Phone(find("#phone-group"), "群", desk),
};
const isNarrow = matchMedia("(max-width: 860px)");

function personChanged(phone) {
  if (!phone.isGroup && desk.news.delete(phone.person.account)) showArrivals();
  for (const [letter, each] of Object.entries(phones)) {
    find(`.tabs [data-tab=${letter}] span`).textContent = (each.isGroup ? each.group?.name : each.person?.name) ?? "";
  }
}

function messagesSeen(phone) {
  const letter = Object.keys(phones).find((each) => phones[each] === phone);
  const hidden = isNarrow.matches && document.body.dataset.tab !== letter;
  find(`.tabs [data-tab=${letter}]`).classList.toggle("new", hidden);
}

function selectTab(letter) {
  document.body.dataset.tab = letter;
  for (const tab of document.querySelectorAll(".tabs button")) tab.setAttribute("aria-selected", tab.dataset.tab === letter);
  find(`.tabs [data-tab=${letter}]`).classList.remove("new");
  phones[letter].toEnd();
}

function showArrivals() {
  const waiting = [...desk.news.keys()].map((account) => desk.people.get(account)).filter(Boolean).reverse();
  find(".arrivals").classList.toggle("some", waiting.length > 0);
  find(".arrivals-label").textContent = waiting.length ? `还有${waiting.length}人收到消息：` : "别人收到的消息会列在这里，点一下就看";
  find(".arrivals-people").replaceChildren(...waiting.slice(0, 12).map((person) => {
    const chip = element("button", { type: "button", className: "arrival", "data-testid": "arrival", "data-account": person.account });
    chip.append(`${person.unit} ${person.name} `, element("b", { text: String(desk.news.get(person.account)) }));
    chip.addEventListener("click", () => {
      const letter = person.role === "liaison" ? "a" : "b";
      phones[letter].show(person);
      point(letter);
    });
    return chip;
  }));
}

/** Lead the eye to a phone; where one is shown at a time, show it. */
function point(letter) {
  selectTab(letter);
  const { root } = phones[letter];
  root.classList.remove("pointed");
  void root.offsetWidth; // lets the animation start anew
  root.classList.add("pointed");
}

// Live news

let patience = 1000;

function listen() {
  const events = new EventSource("/console/api/events");
  events.addEventListener("open", () => {
    patience = 1000;
    find(".offline").hidden = true;
    catchUp();
  });
  events.addEventListener("message", (event) => take(JSON.parse(event.data)));
  events.addEventListener("error", () => {
    events.close();
    find(".offline").hidden = false;
    setTimeout(listen, patience);
    patience = Math.min(patience * 2, RECONNECT_AT_MOST_MS);
  });
}

function take(event) {
  if (event.clock) {
    showClock({ now: event.clock });
    if (!clock.moving) lookAtClock().catch(() => {}); // the next look shows it
    return;
  }
  const shown = Object.values(phones).filter((phone) => phone.concerns(event));
  for (const phone of shown) phone.refresh();
  if (shown.length || event.group || !event.account) return;
  const count = (desk.news.get(event.account) ?? 0) + 1;
  desk.news.delete(event.account); // the latest goes to the front
  desk.news.set(event.account, count);
  showArrivals();
}

async function catchUp() {
  const looks = Object.values(phones).map((phone) => phone.refresh());
  if (!clock.moving) looks.push(lookAtClock());
  await Promise.allSettled(looks);
}

// Start

function fitToView() {
  const view = window.visualViewport;
  if (!view) return;
  document.documentElement.style.setProperty("--app-height", `${Math.round(view.height)}px`);
  document.body.classList.toggle("short", view.height < SHORT_PX);
  window.scrollTo(0, 0);
}

function listenToPage() {
  for (const button of document.querySelectorAll(".clock-buttons button")) {
    button.addEventListener("click", () => advance(button.dataset.advance).catch((fault) => toast(fault.message)));
  }
  for (const tab of document.querySelectorAll(".tabs button")) tab.addEventListener("click", () => selectTab(tab.dataset.tab));
  window.visualViewport?.addEventListener("resize", fitToView);
  window.addEventListener("online", catchUp);
  document.addEventListener("visibilitychange", () => document.hidden || catchUp());
  setInterval(catchUp, LOOK_EVERY_MS);
}

/** Fetch the city; a server that is still starting gets time. */
async function fetchCity() {
  for (let pause = 500; ; pause = Math.min(pause * 2, 8000)) {
    try {
      const city = await Promise.all([api.people(), api.groups(), api.clock()]);
      find(".offline").hidden = true;
      return city;
    } catch (fault) {
      find(".offline").hidden = false;
      if (!fault.offline && fault.status < 500) throw fault;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}

async function start() {
  fitToView();
  listenToPage();
  selectTab("a");
  const [people, groups, time] = await fetchCity();
  for (const person of people) desk.people.set(person.account, person);
  const players = cast(people);
  document.body.classList.toggle("movable", time.movable);
  document.body.classList.toggle("groups", groups.length > 0);
  if (time.movable) document.title = "销号 演示";
  showClock(time);
  showArrivals();
  if (players.liaison) phones.a.show(players.liaison);
  if (players.contact) phones.b.show(players.contact);
  if (groups.length) {
    phones.group.showGroups(groups);
    if (players.liaison) phones.group.show(players.liaison);
  }
  if (time.movable) new Guide(find(".guide"), players, { api, phones, advance, point, toast, now: () => clock.now });
  listen();
}

start().catch((fault) => toast(fault.message));
