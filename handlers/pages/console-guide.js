// What a newcomer is shown: examples of what each can say, and the first minute, step by step.
// The steps only do what anyone can do on the page: choose a person, write, send, move the clock.

import { cityTime, element } from "/console/console-phone.js";

const PROJECT = 21;
const UNIT = "市水务局";
const OFFICE = "市项目推进中心";
const READING_MS = 900; // the words stand in the composer this long before they go
const ANSWER_MS = 10_000;
const MOST_MOVES = { next: 40, "1d": 15 };
const ANEW = "想从头看：停下演示，删掉 data/demo 再启动。";
const DAYS_FOR_REMINDER = 4;

export const EXAMPLES = {
  liaison: [
    ["报进展", "本月完成投资1200万元，今年累计1.6亿元，形象进度65%"],
    ["报堵点", "供水管迁改卡住了，请市水务局尽快解决"],
    ["我的事项", "我报的问题办到哪了？"],
    ["为什么", "为什么"],
  ],
  contact: [
    ["接单", "{号}收到，周工今天到现场，本周五前迁完"],
    ["反馈", "{号}正在迁改，已完成一半"],
    ["申请延期", "{号}申请延期一周，原因：管材未到"],
    ["申请销号", "{号}已解决，申请销号"],
    ["我的事项", "我手上有哪些事项？"],
  ],
  office: [
    ["交办", "{号}交办市水务局"],
    ["超期的", "有哪些事项超期了？"],
    ["催办", "催一下{号}"],
    ["今日情况", "今天的汇总"],
  ],
  leader: [
    ["批示", "{号}请市水务局本周五前解决"],
    ["我包联的", "我包联的项目怎么样？"],
    ["快到期的", "哪些事项快到期了？"],
    ["为什么", "为什么"],
  ],
};

/** The people of the story, as the demo city has them; who is not there is left out. */
export function cast(people) {
  const inRole = (role) => people.filter((person) => person.role === role);
  const liaisons = inRole("liaison");
  const contacts = inRole("contact");
  const offices = inRole("office");
  const contact = contacts.find((person) => person.unit === UNIT) ?? contacts[0];
  const heads = inRole("leader").filter((person) => person.unit === contact?.unit);
  const isDeputy = (person) => /副|分管/.test(person.title);
  return {
    liaison: liaisons.find((person) => person.projects?.includes(PROJECT)) ?? liaisons[0],
    contact,
    office: offices.find((person) => person.unit === OFFICE) ?? offices[0],
    deputy: heads.find(isDeputy),
    head: heads.find((person) => !isDeputy(person)),
  };
}

/** A plain answer to the visitor when a step can't be taken as things stand. */
class NotYet extends Error {}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** A picture for the strike-off, drawn here and marked as an example; its content differs each time. */
async function examplePhoto(ticket, now) {
  const canvas = Object.assign(document.createElement("canvas"), { width: 640, height: 480 });
  const pen = canvas.getContext("2d");
  const fill = (colour, ...box) => Object.assign(pen, { fillStyle: colour }).fillRect(...box);
  fill("#cfe0f2", 0, 0, 640, 270);
  fill("#b49b7c", 0, 270, 640, 210);
  fill("#8d7557", 0, 350, 640, 60);
  fill("#3d77b6", 0, 362, 640, 30);
  for (const x of [110, 320, 530]) fill("#2b5a90", x, 354, 26, 46);
  fill("#ffffffd0", 0, 0, 640, 64);
  pen.fillStyle = "#1c2230";
  pen.font = "26px sans-serif";
  const at = cityTime(now);
  pen.fillText(`示例照片　${ticket}号　${at.date} ${at.time}　新管已通水`, 20, 42);
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.85));
  return new File([blob], `${ticket}号现场照片.jpg`, { type: "image/jpeg" });
}

/** The newest message of a conversation that fits; null when there is none. */
async function newest(stage, person, fits) {
  return (await stage.api.messages({ account: person.account })).findLast(fits) ?? null;
}

async function lastSeq(stage, person) {
  return (await newest(stage, person, () => true))?.seq ?? 0;
}

/** Wait for the bot's next word to somebody; null when there was none in time. */
async function answerTo(stage, person, after) {
  for (let waited = 0; waited < ANSWER_MS; waited += 250) {
    const answer = await newest(stage, person, (message) => message.from === "bot" && message.seq > after);
    if (answer) return answer;
    await pause(250);
  }
  return null;
}

/** Put somebody's words into the composer, let them be read, send them, and wait for the answer. */
async function say(stage, letter, person, text, photo = null) {
  const phone = stage.phones[letter];
  phone.show(person);
  stage.point(letter);
  const before = await lastSeq(stage, person);
  if (photo) await phone.attach(photo);
  phone.suggest(text);
  await pause(READING_MS);
  if (!(await phone.send())) throw new NotYet("这句话没有发出去，请再点一次这一步");
  const answer = await answerTo(stage, person, before);
  await phone.refresh();
  return answer;
}

/** The ticket of the story: the one the bot last named to the liaison. */
async function storyTicket(stage, { liaison }) {
  const named = await newest(stage, liaison, (message) => message.from === "bot" && message.about?.ticket);
  if (!named) throw new NotYet("还没有事项，请先走第1步：联络员报堵点");
  return named.about.ticket;
}

const isAbout = (ticket) => (message) =>
  message.from === "bot" && (message.about?.ticket === ticket || new RegExp(`(^|[^0-9])${ticket}号`).test(message.text));

/** Move the clock until something is so; false when it has not come to be within the given moves and days. */
async function moveUntil(stage, by, days, isSo, narrate) {
  const start = new Date(stage.now());
  for (let moves = 0; moves < MOST_MOVES[by]; moves += 1) {
    const now = await stage.advance(by);
    const at = cityTime(now);
    narrate(`时钟走到${at.date} 周${at.weekday} ${at.time}…`);
    if (await isSo()) return true;
    if (new Date(now) - start > days * 24 * 3600 * 1000) return false;
  }
  return false;
}

const STEPS = [
  {
    title: "联络员\n报堵点",
    async take(stage, { liaison, contact }) {
      const before = await lastSeq(stage, liaison);
      const project = liaison.projects?.includes(PROJECT) ? "国道342闻喜改线" : "";
      const answer = await say(stage, "a", liaison, `${project}K12处供水管迁改卡住了，施工队进不去，请${contact.unit}尽快解决`);
      if (!answer) return "看甲：话已经发出，机器人的回复稍后就到。";
      if (!answer.about?.ticket) return "看甲：机器人要问清一件事，回答了再走下一步。";
      const { ticket } = answer.about;
      const known = await newest(stage, liaison, (message) => message.seq <= before && isAbout(ticket)(message));
      if (known) return `看甲：${ticket}号以前报过，这句话并入了它；往下看到的是它现在的样子。${ANEW}`;
      return `看甲：一句话成了${ticket}号事项，等重点办核实交办。`;
    },
  },
  {
    title: "重点办\n核实交办",
    async take(stage, players) {
      const ticket = await storyTicket(stage, players);
      await say(stage, "a", players.office, `${ticket}号交办${players.contact.unit}`);
      return `看甲：重点办把${ticket}号交给${players.contact.unit}，13710的时限从这里算起。`;
    },
  },
  {
    title: "承办单位\n接到",
    async take(stage, players) {
      const ticket = await storyTicket(stage, players);
      stage.phones.a.show(players.liaison);
      stage.phones.b.show(players.contact);
      stage.point("b");
      const told = await newest(stage, players.contact, isAbout(ticket));
      if (!told) return "现在不在发消息的钟点，或者还没有交办；走下一步，时间一到就会收到。";
      return `看乙：${players.contact.unit}联系人收到${ticket}号：办什么、哪天前、回哪一句。这里先不理它。`;
    },
  },
  {
    title: "时间前进，\n到期提醒",
    async take(stage, players, narrate) {
      const ticket = await storyTicket(stage, players);
      stage.phones.b.show(players.contact);
      stage.point("b");
      const before = await lastSeq(stage, players.contact);
      const isReminded = () => newest(stage, players.contact, (message) => message.seq > before && isAbout(ticket)(message));
      if (!(await moveUntil(stage, "next", DAYS_FOR_REMINDER, isReminded, narrate))) return "这几天没有新的提醒，走下一步看超期以后。";
      return "看乙：没有动静，提醒来了；一个人的几件事合成一条，只在上班时间发。";
    },
  },
  {
    title: "超期：分管、\n主要领导被告知",
    async take(stage, players, narrate) {
      const ticket = await storyTicket(stage, players);
      if (!players.deputy || !players.head) throw new NotYet(`演示城市里没有${players.contact.unit}的两级领导`);
      stage.phones.a.show(players.deputy);
      stage.phones.b.show(players.head);
      const isTold = () => newest(stage, players.head, isAbout(ticket));
      const told = (await isTold()) || (await moveUntil(stage, "1d", MOST_MOVES["1d"], isTold, narrate));
      stage.point("b");
      if (!told) return "主要领导那里还没有消息，可以再把时钟往前拨。";
      return "看甲、乙：先是分管领导，还不办再到主要领导；语气是请示，不是催。";
    },
  },
  {
    title: "承办单位\n申请销号",
    async take(stage, players) {
      const ticket = await storyTicket(stage, players);
      stage.phones.a.show(players.liaison);
      const photo = await examplePhoto(ticket, stage.now());
      await say(stage, "b", players.contact, `${ticket}号已解决，供水管已迁完通水，现场照片附上，申请销号`, photo);
      return "看乙：带着照片申请销号；办的人说了不算，要报的人点头。";
    },
  },
  {
    title: "报告人确认，\n销号",
    async take(stage, players) {
      const ticket = await storyTicket(stage, players);
      stage.phones.b.show(players.contact);
      await say(stage, "a", players.liaison, `同意${ticket}号销号`);
      return `看甲、乙：${ticket}号销号，两边都知道了。这就是“0”：清零。现在随便说点什么试试。`;
    },
  },
];

export class Guide {
  /** `stage` is what the steps may use: {api, phones, advance(by), point(letter), toast(text), now()}. */
  constructor(root, players, stage) {
    this.root = root;
    this.players = players;
    this.stage = stage;
    this.current = 0;
    this.caption = root.querySelector(".guide-caption");
    this.buttons = STEPS.map((step, index) => this.#button(step, index));
    root.querySelector(".guide-steps").append(...this.buttons.map((button) => element("li", {}, button)));
    const toggle = root.querySelector(".guide-toggle");
    toggle.addEventListener("click", () => this.#open(!root.classList.contains("open")));
    this.#begin();
    this.#showProgress();
  }

  async #begin() {
    this.caption.textContent = "点第1步开始：一件堵点从报上来到销号，一分钟看完。每一步都是真的收发。";
    const { liaison } = this.players;
    const used = liaison && (await lastSeq(this.stage, liaison).catch(() => 0));
    if (used) this.caption.textContent = `这里已经有人用过，时间和事项接着上次的，走法可能和第一次不同。${ANEW}`;
  }

  #button(step, index) {
    const button = element("button", { type: "button", className: "guide-step", "data-testid": `guide-step-${index + 1}` });
    const title = element("span", {});
    for (const [line, words] of step.title.split("\n").entries()) title.append(...(line ? [element("br")] : []), words);
    button.append(element("span", { className: "guide-number", text: String(index + 1) }), title);
    button.addEventListener("click", () => this.#take(index));
    return button;
  }

  #open(open) {
    this.root.classList.toggle("open", open);
    const toggle = this.root.querySelector(".guide-toggle");
    toggle.setAttribute("aria-expanded", open);
    toggle.textContent = open ? "收起" : "全部步骤";
  }

  async #take(index) {
    this.current = index;
    this.#open(false);
    this.#showProgress(true);
    this.caption.classList.remove("intro");
    const narrate = (text) => (this.caption.textContent = text);
    narrate("稍等…");
    try {
      narrate(await STEPS[index].take(this.stage, this.players, narrate));
      this.buttons[index].classList.add("done");
      if (index + 1 < STEPS.length) this.current = index + 1;
    } catch (fault) {
      narrate(fault instanceof NotYet ? fault.message : `这一步没有走成：${fault.message}`);
    }
    this.#showProgress();
  }

  #showProgress(running = false) {
    for (const [index, button] of this.buttons.entries()) {
      button.disabled = running;
      button.classList.toggle("current", index === this.current);
      button.classList.toggle("running", running && index === this.current);
    }
  }
}
