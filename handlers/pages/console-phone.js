// One phone of the page: whose it is, the conversation, the composer. A group is a phone whose person can change.

const SHOWN_AT_FIRST = 150; // messages
const FOLD_OVER = 700; // characters
const SAME_MOMENT_MS = 10 * 60 * 1000;
const ROLES = [["liaison", "联络员"], ["contact", "联系人"], ["office", "重点办"], ["leader", "领导"]];
const WEEKDAYS = "日一二三四五六";

/** The parts of a moment as people in the city read it, wherever the browser is. */
export function cityTime(moment) {
  const day = new Date(new Date(moment).getTime() + 8 * 3600 * 1000);
  return {
    year: day.getUTCFullYear(),
    date: `${day.getUTCMonth() + 1}月${day.getUTCDate()}日`,
    weekday: WEEKDAYS[day.getUTCDay()],
    time: `${String(day.getUTCHours()).padStart(2, "0")}:${String(day.getUTCMinutes()).padStart(2, "0")}`,
  };
}

/** An element with its class, text and attributes; text is never read as HTML. */
export function element(tag, { className = "", text = "", ...attributes } = {}, ...children) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** Message ids: also on a page that was not opened over https or on localhost. */
function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export class Phone {
  /**
   * `desk` is what the phones share: {api, people (by account), news (unseen messages by account), examples
   * (by role: [label, text] with {号} for the ticket last spoken of), toast(text),
   * changed(phone) after another person or group is shown, seen(phone) after messages came on the screen}.
   */
  constructor(root, letter, desk) {
    this.root = root;
    this.desk = desk;
    this.isGroup = letter === "群";
    this.person = null;
    this.group = null;
    this.messages = [];
    this.drafts = [];
    this.outgoing = null;
    this.choices = new Set();
    root.append(document.getElementById("phone").content.cloneNode(true));
    root.querySelector(".letter").textContent = letter;
    this.find = (selector) => root.querySelector(selector);
    this.composer = this.find(".composer");
    this.log = this.find(".log");
    this.#listen();
  }

  // Whose phone it is

  show(person) {
    if (this.person === person) return;
    this.person = person;
    this.find(".person-name").textContent = this.isGroup ? person.name : `${person.name}　${person.title}`;
    this.find(".person-unit").textContent = this.isGroup ? "在发言" : person.unit;
    const board = this.find(".board-link"); // the board as this person sees it
    board.hidden = this.isGroup;
    board.href = `/console/open?account=${encodeURIComponent(person.account)}&to=/board`;
    this.#showExamples();
    if (this.isGroup) this.#draw();
    else this.#startConversation();
    this.desk.changed(this);
  }

  showGroups(groups) {
    const select = this.find(".group-select");
    select.replaceChildren(...groups.map((each) => element("option", { value: each.group, text: each.name })));
    select.disabled = groups.length < 2;
    this.find(".group-title").hidden = false;
    select.addEventListener("change", () => this.#showGroup(groups[select.selectedIndex]));
    this.#showGroup(groups[0]);
  }

  #showGroup(group) {
    this.group = group;
    this.#startConversation();
    this.desk.changed(this);
  }

  get #conversation() {
    return this.isGroup ? this.group : this.person;
  }

  /** Whether an event of the server ({account} or {group}) is about the conversation shown here. */
  concerns(event) {
    return this.isGroup ? event.group === this.group?.group : !event.group && event.account === this.person?.account;
  }

  // The conversation

  #startConversation() {
    this.messages = [];
    this.from = null;
    this.#draw();
    this.refresh();
  }

  get #lastSeq() {
    return this.messages.at(-1)?.seq ?? 0;
  }

  /** Fetch what is new; calls that come while one is under way are answered by one more fetch after it. */
  async refresh() {
    const shown = this.#conversation;
    if (!shown) return;
    this.again = this.fetching;
    if (this.fetching) return;
    this.fetching = true;
    const whose = this.isGroup ? { group: shown.group } : { account: shown.account };
    try {
      const fresh = await this.desk.api.messages(whose, this.#lastSeq);
      if (shown === this.#conversation) this.#append(fresh);
      else this.again = true;
    } catch (fault) {
      if (!fault.offline) this.desk.toast(fault.message);
    }
    this.fetching = false;
    if (this.again) await this.refresh();
  }

  #append(fresh) {
    const known = this.#lastSeq;
    const added = fresh.filter((message) => message.seq > known);
    if (!added.length) return;
    const first = this.messages.length === 0;
    this.messages.push(...added);
    if (first) {
      this.#draw();
    } else {
      this.find(".empty")?.remove();
      added.forEach((message, index) => this.#drawMessage(message, this.messages.at(index - added.length - 1), true));
      for (const bubble of this.log.querySelectorAll(".buttons:not(.answered)")) this.#markChosen(bubble);
      if (this.atEnd || added.some((message) => this.#isMine(message))) this.toEnd();
    }
    this.#showExamples();
    this.desk.seen(this);
  }

  #draw() {
    this.log.replaceChildren();
    if (!this.messages.length) {
      this.log.append(element("p", { className: "empty", text: "还没有消息。点下面的例子，或者直接写一句。" }));
      return;
    }
    this.from ??= Math.max(0, this.messages.length - SHOWN_AT_FIRST);
    if (this.from > 0) {
      const earlier = element("button", { type: "button", className: "earlier", text: "看更早的" });
      earlier.addEventListener("click", () => {
        this.from = Math.max(0, this.from - SHOWN_AT_FIRST);
        this.#draw();
        this.log.scrollTop = 0;
      });
      this.log.append(earlier);
    }
    this.messages.slice(this.from).forEach((message, index) => {
      this.#drawMessage(message, this.messages[this.from + index - 1], false);
    });
    this.toEnd();
  }

  toEnd() {
    this.atEnd = true;
    this.log.scrollTop = this.log.scrollHeight;
  }

  #isMine(message) {
    return message.from === this.person?.account;
  }

  #drawMessage(message, before, fresh) {
    if (!before || new Date(message.at) - new Date(before.at) > SAME_MOMENT_MS) {
      const at = cityTime(message.at);
      this.log.append(element("p", { className: "when", text: `${at.date} 周${at.weekday} ${at.time}` }));
    }
    const from = message.from === "bot" ? "bot" : this.#isMine(message) ? "me" : "other";
    const bubble = element("div", { className: "bubble", "data-testid": "bubble", "data-from": from, "data-seq": message.seq });
    if (message.about?.ticket) bubble.dataset.ticket = message.about.ticket;
    bubble.append(...this.#words(message.text ?? ""));
    if (message.attachments?.length) bubble.append(this.#attachments(message.attachments));
    if (message.buttons?.length) bubble.append(this.#buttons(message));
    const line = element("div", { className: `message ${from}${fresh ? " fresh" : ""}` });
    if (from === "bot") line.append(element("span", { className: "who", text: "销号" }));
    if (from === "other") line.append(element("span", { className: "who", text: this.#nameOf(message.from) }));
    line.append(bubble);
    this.log.append(line);
  }

  #nameOf(account) {
    const person = this.desk.people.get(account);
    return person ? `${person.name}　${person.unit}` : account;
  }

  #words(text) {
    const words = element("div", { className: "words" });
    for (const [index, part] of text.split(/(https?:\/\/[^\s，。；、）】”<>]+)/).entries()) {
      if (index % 2 === 0) words.append(part);
      else words.append(element("a", { href: part, text: part, target: "_blank", rel: "noopener" }));
    }
    if (text.length <= FOLD_OVER) return [words];
    words.classList.add("folded");
    const unfold = element("button", { type: "button", className: "unfold", text: `展开全文（${text.length}字）` });
    unfold.addEventListener("click", () => {
      words.classList.remove("folded");
      unfold.remove();
    });
    return [words, unfold];
  }

  #attachments(files) {
    const list = element("div", { className: "attachments" });
    for (const file of files) {
      const address = this.desk.api.fileAddress(file.id);
      const link = element("a", { href: address, target: "_blank", rel: "noopener", "data-testid": "attachment" });
      if (file.type?.startsWith("image")) {
        link.append(element("img", { src: address, alt: file.name || "图片" }));
      } else {
        const ending = /\.([a-z0-9]{1,5})$/i.exec(file.name ?? "")?.[1] ?? "文件";
        link.className = "file";
        link.append(element("b", { text: ending.toUpperCase() }), file.name || "文件");
      }
      list.append(link);
    }
    return list;
  }

  // Buttons under the bot's messages

  #buttons(message) {
    const row = element("div", { className: "buttons", "data-seq": message.seq });
    const labels = message.buttons.map((button) => button.label);
    for (const button of message.buttons) {
      const isAlone = labels.indexOf(button.label) === labels.lastIndexOf(button.label);
      const made = element("button", {
        type: "button", className: "message-button", text: isAlone ? button.label : button.text,
        "data-testid": "message-button", "data-button": button.id,
      });
      made.addEventListener("click", () => this.#press(button.id, row));
      row.append(made);
    }
    this.#markChosen(row, message);
    return row;
  }

  async #press(button, row) {
    for (const each of row.children) each.disabled = true;
    try {
      await this.desk.api.press(newId(), this.person.account, button);
      this.choices.add(button);
    } catch (fault) {
      for (const each of row.children) each.disabled = false;
      this.desk.toast(fault.message);
    }
    this.#markChosen(row);
    await this.#awaitAnswer();
  }

  /** Mark what was pressed here, or before: a press shows in the conversation as the button's own words. */
  #markChosen(row, message = this.messages.find((each) => String(each.seq) === row.dataset.seq)) {
    const isSaid = ({ text, label }) => {
      const repeated = this.messages.find((each) => each.seq > message.seq && each.buttons?.some((other) => other.text === text));
      const answers = this.messages.filter((each) => each.from !== "bot" && each.text && (each.text === text || each.text === label));
      return answers.some((answer) => answer.seq > message.seq && answer.seq < (repeated?.seq ?? Infinity));
    };
    const chosen = message.buttons.find((button) => this.choices.has(button.id) || isSaid(button));
    if (!chosen) return;
    row.classList.add("answered");
    for (const each of row.children) {
      const isIt = each.dataset.button === chosen.id;
      each.disabled = true;
      each.classList.toggle("chosen", isIt);
      each.setAttribute("aria-pressed", isIt);
      if (isIt && !each.textContent.startsWith("✓")) each.prepend("✓ ");
    }
  }

  // Writing

  /** Put words into the composer, as a suggestion to be read before it is sent. */
  suggest(text) {
    this.composer.value = text;
    this.composer.classList.add("suggested");
    this.#fitComposer();
  }

  /** Attach a file to what is being written; resolves to whether the server took it. */
  async attach(file) {
    const draft = { file, id: null };
    this.drafts.push(draft);
    this.#showDrafts();
    try {
      draft.id = await this.desk.api.upload(file);
    } catch (fault) {
      this.drafts = this.drafts.filter((each) => each !== draft);
      this.desk.toast(`${file.name}没有传上去：${fault.message}`);
    }
    this.#showDrafts();
    return draft.id !== null;
  }

  /** Send what stands in the composer; true when the server took it. What it did not take stays there. */
  async send() {
    const text = this.composer.value.trim();
    const waiting = this.drafts.some((draft) => draft.id === null);
    if (waiting) this.desk.toast("文件还在上传，稍等一下再发");
    if (waiting || this.sending || !this.person || (!text && !this.drafts.length)) return false;
    const message = { from: this.person.account, group: this.group?.group ?? null, text, attachments: this.drafts.map((draft) => draft.id) };
    const content = JSON.stringify(message);
    // A second try of the same words goes under the same id, so that it counts once.
    if (this.outgoing?.content !== content) this.outgoing = { content, id: newId() };
    this.sending = true;
    this.find(".send").disabled = true;
    try {
      await this.desk.api.send({ id: this.outgoing.id, ...message });
      this.outgoing = null;
      this.drafts = [];
      this.#showDrafts();
      if (this.composer.value.trim() === text) this.suggest("");
      this.composer.classList.remove("suggested");
    } catch (fault) {
      this.desk.toast(fault.message);
      return false;
    } finally {
      this.sending = false;
      this.find(".send").disabled = false;
    }
    await this.#awaitAnswer();
    return true;
  }

  /** The answer is announced by an event; where events don't come through, a few looks find it. */
  async #awaitAnswer() {
    await this.refresh();
    for (const pause of [400, 1200, 3000]) setTimeout(() => this.refresh(), pause);
  }

  #showDrafts() {
    const list = this.find(".draft-files");
    list.hidden = !this.drafts.length;
    list.replaceChildren(...this.drafts.map((draft) => {
      const drop = element("button", { type: "button", text: "×", "aria-label": `不发${draft.file.name}` });
      drop.addEventListener("click", () => {
        this.drafts = this.drafts.filter((each) => each !== draft);
        this.#showDrafts();
      });
      const label = draft.id === null ? `${draft.file.name}（上传中）` : draft.file.name;
      return element("li", { className: "draft-file", "data-testid": "draft-file" }, label, drop);
    }));
  }

  #showExamples() {
    const ticket = this.messages.findLast((message) => message.about?.ticket)?.about.ticket;
    const offered = (this.desk.examples[this.person?.role] ?? []).filter(([, text]) => ticket || !text.includes("{号}")).slice(0, 4);
    this.find(".examples").replaceChildren(...offered.map(([label, text]) => {
      const chip = element("button", { type: "button", className: "example", "data-testid": "example", text: label });
      chip.addEventListener("click", () => {
        this.suggest(text.replace("{号}", `${ticket}号`));
        this.composer.focus();
      });
      return chip;
    }));
  }

  #fitComposer() {
    this.composer.style.height = "";
    this.composer.style.height = `${Math.min(132, Math.max(40, this.composer.scrollHeight + 2))}px`;
  }

  // Choosing a person

  #openChooser(open) {
    this.find(".chooser").hidden = !open;
    this.find(".person").setAttribute("aria-expanded", open);
    if (!open) return;
    this.find(".chooser-search").value = "";
    this.#listPeople();
    this.find(".chooser-search").focus();
    this.find('.chooser-option[aria-selected="true"]')?.scrollIntoView({ block: "center" });
  }

  #listPeople() {
    const wanted = this.find(".chooser-search").value.trim().toLowerCase().split(/\s+/);
    const fits = (person) => wanted.every((word) => `${person.name}${person.title}${person.unit}`.toLowerCase().includes(word));
    const all = [...this.desk.people.values()].filter(fits);
    const list = this.find(".chooser-list");
    list.replaceChildren();
    for (const [role, heading] of ROLES) {
      const people = all.filter((person) => person.role === role);
      if (!people.length) continue;
      list.append(element("p", { className: "chooser-role", text: `${heading}（${people.length}人）` }));
      list.append(...people.map((person) => this.#option(person)));
    }
    if (!all.length) list.append(element("p", { className: "chooser-none", text: "没有找到这样的人，换个词试试。" }));
  }

  #option(person) {
    const option = element("button", {
      type: "button", role: "option", className: "chooser-option", "data-testid": "person-option",
      "data-account": person.account, "aria-selected": String(person === this.person),
    });
    const news = this.desk.news.get(person.account);
    if (news) option.append(element("span", { className: "new", text: `${news}条新消息` }));
    option.append(`${person.name}　${person.title}`, element("small", { text: person.unit }));
    option.addEventListener("click", () => {
      this.#openChooser(false);
      this.show(person);
    });
    return option;
  }

  #listen() {
    this.log.addEventListener("scroll", () => {
      this.atEnd = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 40;
    });
    // The composer grows, the keyboard comes up: who read the newest message still sees it.
    new ResizeObserver(() => this.atEnd && this.toEnd()).observe(this.log);
    const search = this.find(".chooser-search");
    this.find(".person").addEventListener("click", () => this.#openChooser(this.find(".chooser").hidden));
    search.addEventListener("input", () => this.#listPeople());
    this.find(".chooser").addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.#openChooser(false);
      if (event.key === "Enter" && event.target === search && !event.isComposing) this.find(".chooser-option")?.click();
    });
    this.find(".composer-area").addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
    this.composer.addEventListener("input", () => {
      this.composer.classList.remove("suggested");
      this.#fitComposer();
    });
    this.composer.addEventListener("keydown", (event) => {
      // Enter also ends the typing of pinyin (keyCode 229), and on a touch screen it breaks the line.
      const typing = event.isComposing || event.keyCode === 229 || matchMedia("(pointer: coarse)").matches;
      if (event.key !== "Enter" || event.shiftKey || typing) return;
      event.preventDefault();
      this.send();
    });
    this.composer.addEventListener("paste", (event) => {
      for (const file of event.clipboardData.files) this.attach(file);
    });
    const picker = this.find(".file-input");
    this.find(".attach").addEventListener("click", () => picker.click());
    picker.addEventListener("change", () => {
      for (const file of picker.files) this.attach(file);
      picker.value = "";
    });
  }
}
