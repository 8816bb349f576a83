// The survey as the surveyor sees it: what the server has, with what the phone keeps on top.

const STAGES = ["none", "dispatched", "accepted", "on_way", "arrived", "surveyed", "assessed"];
const TO = {
  accepted: "accepted", left: "on_way", arrived: "arrived", done: "surveyed", assessed: "assessed",
};

export function together(job, items) {
  const whole = {
    ...job, times: { ...job.times }, photos: [...job.photos], lines: [...job.lines],
  };
  for (const item of items) {
    if (item.state === "refused") continue;
    if (item.kind === "photo") photo(whole, item);
    else if (item.act === "line") line(whole, item.data);
    else moved(whole, item);
  }
  return whole;
}

function photo(job, item) {
  if (!job.photos.some((each) => each.id === item.id)) {
    job.photos.push({ id: item.id, shot: item.act });
  }
}

function line(job, data) {
  job.lines = job.lines.filter((each) => each.id !== data.line);
  if (data.work) job.lines.push({ ...data, id: data.line });
}

function moved(job, item) {
  const to = TO[item.act];
  if (item.act === "accepted") job.whose = "mine";
  if (item.act === "declined") job.whose = "over";
  if (item.act === "given_up") return Object.assign(job, { whose: "over", stage: "dispatched", times: {} });
  if (item.act === "visit") [job.kind, job.stage] = ["visit", "accepted"];
  const further = to && STAGES.indexOf(to) > STAGES.indexOf(job.stage);
  if (further && (job.kind === "visit" || to === "surveyed" || to === "assessed")) job.stage = to;
  job.times[item.act] ??= clock(item.at);
}

// Whether others can still be asked instead of him.
export function canGiveUp(job) {
  const under = ["accepted", "on_way", "arrived"].includes(job.stage);
  return job.whose === "mine" && (job.kind === "photos" || under);
}

// The one act of the fixed button, as the server says it for a page without a script.
export function next(job) {
  if (job.whose !== "mine") return job.whose === "asked" ? "accepted" : "";
  if (job.stage === "dispatched" || job.stage === "accepted") return "left";
  if (job.stage === "on_way") return "arrived";
  if (job.stage === "surveyed") return job.lines.length ? "assessed" : "line";
  if (job.stage !== "arrived" && job.kind === "visit") return "";
  if (job.stage === "assessed") return "";
  const missing = job.shots.find((shot) => !job.photos.some((each) => each.shot === shot.name));
  if (missing && job.kind === "visit") return `photo:${missing.name}`;
  return job.lines.length ? "done" : "line";
}

export function total(lines) {
  const cents = lines.reduce((sum, each) => sum + Math.round(Number(each.amount) * 100), 0);
  return `¥${(cents / 100).toLocaleString("en", { minimumFractionDigits: 2 })}`;
}

const clock = (at) => new Date(at).toTimeString().slice(0, 5);
