// The status page: looks values up, and follows the stream. Data becomes text nodes, nothing else.
const words = {
  en: {
    motto: "What each source says of a value, in one answer", ask: "Look up", look: "Look up",
    hint: "address, domain, URL, hash, e-mail address or tag", sources: "Sources",
    links: "Links between sources", linksHelp: "How many values two sources have in common",
    name: "Source", what: "What it is", records: "Records", sightings: "Sightings",
    first_seen: "First seen", last_seen: "Last seen", count: "Count", roles: "Roles",
    tags: "Tags", contained_in: "Within", parents: "Belongs to", known: "known",
    unknown: "Nothing is known of it, which does not mean that it is harmless.",
    live: "● live", lost: "○ reconnecting", empty: "No records yet: cure ingest, or POST records.",
  },
  ja: {
    motto: "各情報源が語ることを、ひとつの答えに", ask: "検索", look: "検索",
    hint: "IPアドレス、ドメイン名、URL、ハッシュ値、メールアドレス、タグ", sources: "情報源",
    links: "情報源同士の紐づけ", linksHelp: "二つの情報源に共通する値の数",
    name: "情報源", what: "内容", records: "レコード", sightings: "観測数",
    first_seen: "初観測", last_seen: "最終観測", count: "観測数", roles: "役割",
    tags: "タグ", contained_in: "含むネットワーク", parents: "上位ドメイン", known: "情報あり",
    unknown: "情報はありません。無害であることを意味しません。",
    live: "● 受信中", lost: "○ 再接続中", empty: "レコードはまだありません：cure ingest または POST records",
  },
};
let language = navigator.language.startsWith("ja") ? "ja" : "en";
let world = { sources: [], links: { sources: [], matrix: [] } };
let live = "lost";
let shown = () => {};

const $ = (id) => document.getElementById(id);
const t = (key) => words[language][key];
const number = (n) => n.toLocaleString(language);
const time = (iso) =>
  new Date(iso).toLocaleString(language, { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" }) + " UTC";

function make(tag, text = "", className = "") {
  const element = document.createElement(tag);
  element.textContent = text;
  element.className = className;
  return element;
}

function row(tag, cells) {
  const line = document.createElement("tr");
  for (const cell of cells) {
    const isNumber = typeof cell === "number";
    line.append(cell instanceof Node ? cell : make(tag, isNumber ? number(cell) : cell, isNumber ? "number" : ""));
  }
  return line;
}

function fill(table, head, rows) {
  const top = document.createElement("thead");
  const body = document.createElement("tbody");
  top.append(row("th", head));
  body.append(...rows);
  table.replaceChildren(top, body);
  return table;
}

function showWorld() {
  const columns = ["name", "what", "records", "sightings", "first_seen", "last_seen"];
  const rows = world.sources.map((one) => row("td", [
    make("td", one.name, one.layer ?? ""), language === "ja" ? one.title_ja : one.title,
    one.records, one.sightings, time(one.first_seen), time(one.last_seen),
  ]));
  fill($("sources"), columns.map((key) => make("th", t(key), /records|sightings/.test(key) ? "number" : "")),
    rows.length ? rows : [row("td", [make("td", t("empty"), "none")])]);
  const { sources, matrix } = world.links;
  const most = Math.max(1, ...matrix.flatMap((line, a) => line.filter((_, b) => a !== b)));
  fill($("links"), ["", ...sources], matrix.map((line, a) => row("td", [make("th", sources[a]), ...line.map((n, b) => {
    const cell = make("td", n ? number(n) : "·", n && a !== b ? "number" : "number none");
    if (a !== b && n) cell.style.setProperty("--share", `${10 + 70 * Math.log1p(n) / Math.log1p(most)}%`);
    return cell;
  })])));
}

function showCard(card) {
  const list = (key, text) => (text ? [make("p", `${t(key)}: ${text}`)] : []);
  const rows = Object.entries(card.sources).map(([name, seen]) =>
    row("td", [name, seen.count, time(seen.first_seen), time(seen.last_seen)]));
  const head = ["name", "count", "first_seen", "last_seen"].map((key) => make("th", t(key), key === "count" ? "number" : ""));
  const title = make("h3", `${card.value} `);
  title.append(make("small", card.status === "known" ? `${card.topic}, ${t("known")}` : card.topic, card.status));
  $("answer").replaceChildren(
    title,
    ...(rows.length ? [fill(document.createElement("table"), head, rows)] : [make("p", t("unknown"), "muted")]),
    ...list("roles", Object.entries(card.roles).map(([name, n]) => `${name} ${number(n)}`).join(", ")),
    ...list("tags", Object.keys(card.tags).join(", ")),
    ...list("contained_in", card.contained_in.join(", ")),
    ...list("parents", card.parents.join(", ")),
  );
}

async function ask(value) {
  const answer = await fetch(`api/v1/observables?${new URLSearchParams({ value })}`);
  const said = await answer.json();
  const card = answer.ok ? said : said.error.code === "not_known" ? said.error.detail : null;
  shown = () => (card ? showCard(card) : $("answer").replaceChildren(make("p", said.error.message, "bad")));
  shown();
}

function show() {
  document.documentElement.lang = language;
  for (const element of document.querySelectorAll("[data-text]")) element.textContent = t(element.dataset.text);
  $("value").placeholder = t("hint");
  $("live").textContent = t(live);
  $("language").textContent = language === "ja" ? "English" : "日本語";
  showWorld();
  shown();
}

$("language").onclick = () => { language = language === "ja" ? "en" : "ja"; show(); };
$("ask").onsubmit = (event) => { event.preventDefault(); ask($("value").value); };

function follow() {
  const events = new EventSource("api/v1/stream");
  events.onopen = () => { live = "live"; show(); };
  events.onerror = () => { live = "lost"; show(); };
  events.addEventListener("snapshot", (event) => { world = JSON.parse(event.data); showWorld(); });
  events.addEventListener("changes", (event) => {
    const { records, links } = JSON.parse(event.data);
    const known = new Map(world.sources.map((one) => [one.name, one]));
    if (Object.keys(records).some((name) => !known.has(name))) {
      events.close(); // a source that the snapshot does not have: begin with a new one
      return follow();
    }
    for (const [name, count] of Object.entries(records)) known.get(name).records += count;
    const { sources, matrix } = world.links;
    for (const { a, b, count } of links) {
      const [i, j] = [sources.indexOf(a), sources.indexOf(b)];
      matrix[i][j] += count;
      matrix[j][i] += count;
    }
    showWorld();
  });
}

show();
follow();
