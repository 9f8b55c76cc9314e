// What the server says in English to programs, in the language of the page: fields and their reasons, events, audit rules.
// An English page shows the server's own sentences. A sentence that is not known here is replaced by a general one, never shown raw.
import { words } from "../base/words";

const isKorean = () => words().locale === "ko";
type Pair = readonly [en: string, ko: string];
const pick = ([en, ko]: Pair) => (isKorean() ? ko : en);

// Fields of a refused form.

const kFields: Record<string, Pair> = {
  title: ["Title", "공연명"],
  artist: ["Artist", "출연진"],
  venue: ["Venue", "공연장"],
  timeZone: ["Time zone", "시간대"],
  salesEndOffsetMinutes: ["Sale of a date ends", "회차별 예매 마감"],
  bookingOpensAt: ["Sale opens", "예매 시작"],
  bookingClosesAt: ["Sale closes", "예매 종료"],
  schedules: ["Date", "회차"],
  startsAt: ["Starts", "공연 일시"],
  seats: ["Seats", "좌석"],
  count: ["Number of seats", "좌석 수"],
  price: ["Price", "가격"],
  prices: ["Prices", "가격"],
  sections: ["Section", "구역"],
  section: ["Section", "구역"],
  name: ["Name", "이름"],
  rows: ["Row", "열"],
  numbers: ["Seat", "좌석 번호"],
  seatsPerRow: ["Seats per row", "열당 좌석 수"],
  seatIds: ["Seats", "좌석"],
  queue: ["Queue", "대기열"],
  enabled: ["Queue is on", "대기열 사용"],
  maxActive: ["People inside at once", "동시 입장 인원"],
  admissionsPerSecond: ["People let in per second", "초당 입장 인원"],
  userId: ["User number", "회원 번호"],
  role: ["Role", "역할"],
  expiresAt: ["Good until", "유효 기간"],
  dates: ["Dates", "회차"],
  pricesLeftOut: ["Further prices", "그 밖의 가격"],
  "Idempotency-Key": ["Idempotency-Key", "중복 방지 키"],
};

// Which entry of a typed list is wrong has no number that the operator sees.
const kListed = new Set(["rows", "numbers", "seatIds"]);

// `schedules[0].sections[2].name`: the third section's name of the first date. Of one price line, its number says nothing.
export function fieldName(path: string): string {
  return path
    .split(".")
    .filter((part) => !/^prices\[0\]$/.test(part))
    .map((part) => {
      const [, name, index] = /^([^[]*)(?:\[(\d+)\])?$/.exec(part) ?? [];
      const known = kFields[name ?? ""] ?? (["Entry", "입력"] as const);
      return index === undefined || kListed.has(name!) ? pick(known) : `${pick(known)} ${Number(index) + 1}`;
    })
    .join(" · ");
}

const kReasons: readonly (readonly [RegExp, (n: (at: number) => string) => string])[] = [
  [/^is required$/, () => "필수 항목입니다."],
  [/^must be an integer from (-?\d+) to (\d+)$/, (n) => `${n(1)}에서 ${n(2)} 사이의 정수여야 합니다.`],
  [
    /^must have at most (\d+) seats in one request/,
    (n) => `요청 한 번에 ${n(1)}석까지 만들 수 있습니다. 나머지 회차는 나누어 추가해 주세요.`,
  ],
  [/^must be (-?\d+) to (\d+) seats in all$/, (n) => `전체 좌석은 ${n(1)}석에서 ${n(2)}석 사이여야 합니다.`],
  [/^must be (-?\d+) to (\d+)(?: characters long)?$/, (n) => `${n(1)}에서 ${n(2)} 사이여야 합니다.`],
  [/^must be a string of (\d+) to (\d+) characters$/, (n) => `${n(1)}자에서 ${n(2)}자 사이여야 합니다.`],
  [
    /control character|invisible|bidi|direction|look|not be blank|must not be empty|unassigned|format character/i,
    () => "비어 있거나, 보이지 않는 문자 또는 사용할 수 없는 문자가 있습니다.",
  ],
  [/^must be true or false$/, () => "예 또는 아니요여야 합니다."],
  [/^must be a time like/, () => "올바른 일시가 아닙니다."],
  [/time zone/, () => "Asia/Seoul처럼 올바른 시간대 이름이어야 합니다."],
  [/^must be an array of at most (\d+) integers$/, (n) => `최대 ${n(1)}개까지 입력할 수 있습니다.`],
  [/^must be an array of (\d+) to (\d+) objects$/, (n) => `${n(1)}개에서 ${n(2)}개 사이여야 합니다.`],
  [/^must be an object$/, () => "형식이 올바르지 않습니다."],
  [/^exactly one of seats and sections/, () => "좌석 수와 구역 중 하나만 입력해야 합니다."],
  [/^exactly one of seatId and seatIds/, () => "좌석을 한 가지 방법으로만 지정해야 합니다."],
  [/^is the name of another section|name.* (taken|already)|is taken/, () => "다른 구역과 이름이 같습니다."],
  [/^must be after bookingOpensAt$/, () => "예매 시작 이후여야 합니다."],
  [/in the future|must not be in the past/, () => "현재 이후여야 합니다."],
  [/^must be before the last date/, () => "마지막 회차의 예매 마감 이전이어야 합니다."],
  [
    /^must be so late that booking opens/,
    () => "예매 시작이 마지막 회차의 예매 마감보다 늦습니다. 더 늦은 일시를 선택해 주세요.",
  ],
  [/^is so soon that the sale/, () => "예매 마감이 이미 지난 회차가 됩니다. 더 늦은 일시를 선택해 주세요."],
  [/^must be (before|after)/, () => "다른 일시와 순서가 맞지 않습니다."],
  [/^is no row there$/, () => "이 구역에 없는 열입니다."],
  [/^is no seat there$/, () => "이 구역에 없는 좌석 번호입니다."],
  [/^is no section of this schedule$|no such section/, () => "이 회차에 없는 구역입니다."],
  [/^must mean at most (\d+) seats/, (n) => `한 번에 ${n(1)}석까지 변경할 수 있습니다.`],
  [/^must name at least one/, () => "하나 이상 지정해야 합니다."],
  [/^must not name a seat twice$/, () => "같은 좌석을 두 번 지정할 수 없습니다."],
  [/^cannot be combined with/, () => "다른 조건과 함께 사용할 수 없습니다."],
  [/^must be AVAILABLE/, () => "알 수 없는 좌석 상태입니다."],
  [/^must be UTF-8|percent-encoded|parameter/, () => "주소가 올바르지 않습니다."],
  [/^is the name of nobody's account$/, () => "계정 이름으로 사용할 수 없습니다."],
  [/^must be VIEWER/, () => "알 수 없는 역할입니다."],
  [/^there are (\d+) accounts already/, (n) => `계정이 이미 ${n(1)}개 있습니다. 사용하지 않는 계정을 폐기해 주세요.`],
  [/^must be json, jsonl or csv$/, () => "알 수 없는 형식입니다."],
  [/at most|more than|too many/, () => "허용된 개수를 넘습니다."],
];

export const kGeneralReason = "올바르지 않은 값입니다.";

export function reasonText(reason: string): string {
  if (!isKorean()) return `${reason}.`;
  for (const [pattern, say] of kReasons) {
    const found = pattern.exec(reason);
    if (found) return say((at) => Number(found[at]).toLocaleString("ko-KR"));
  }
  return kGeneralReason;
}

// Events.

const kEvents: Record<string, Pair> = {
  "reservation.created": ["Seats held", "좌석 선택"],
  "reservation.expired": ["Hold expired", "결제 시간 만료"],
  "reservation.cancelled": ["Reservation cancelled", "예매 취소"],
  "payment.completed": ["Paid", "결제 완료"],
  "queue.activated": ["Let in", "대기열 입장"],
  "concert.changed": ["Concert changed", "공연 정보 변경"],
  "schedule.changed": ["Date changed", "회차 변경"],
};
const kData: Record<string, Pair> = {
  reservationId: ["reservation", "예매"],
  userId: ["user", "회원"],
  concertId: ["concert", "공연"],
  scheduleId: ["date", "회차"],
  paymentId: ["payment", "결제"],
  status: ["status", "상태"],
  amount: ["amount", "금액"],
  balance: ["balance", "잔액"],
  seq: ["no.", "순번"],
  temporaryExpiresAt: ["held until", "결제 기한"],
  paidAt: ["paid at", "결제 일시"],
  position: ["place", "대기 순서"],
  number: ["number", "번호"],
  from: ["from", "이전"],
  to: ["to", "이후"],
  seats: ["seats", "좌석"],
  deleted: ["deleted", "삭제"],
};

const kDeeds: Record<string, Pair> = {
  "concert.created": ["Concert created", "공연 등록"],
  "concert.changed": ["Concert changed", "공연 정보 변경"],
  "concert.deleted": ["Concert deleted", "공연 삭제"],
  "schedules.added": ["Dates added", "회차 추가"],
  "schedule.changed": ["Date changed", "회차 변경"],
  "operator.added": ["Account made", "계정 생성"],
  "operator.revoked": ["Account revoked", "계정 폐기"],
  "reservation.cancelled": ["Hold ended", "예매 회수"],
  "ticket.removed": ["Removed from the queue", "대기열에서 제외"],
};
export const deedName = (what: string): string => pick(kDeeds[what] ?? ["Other change", "기타 변경"]);
export const knownDeeds = (): string[] => Object.keys(kDeeds);

export const eventName = (type: string): string => pick(kEvents[type] ?? ["Other event", "기타 이벤트"]);
export const knownEvents = (): string[] => Object.keys(kEvents);
export const dataName = (key: string): string => pick(kData[key] ?? kFields[key] ?? ["other", "기타"]);

// The audit.

const kRules: Record<string, string> = {
  "a seat has at most one live reservation": "한 좌석에는 유효한 예매가 하나만 있습니다.",
  "the seats of a reservation are live exactly while it is TEMPORARY or CONFIRMED":
    "예매의 좌석은 결제 대기 또는 예매 완료 상태일 때만 유효합니다.",
  "a taken seat agrees with the reservation it names: status, deadline and schedule":
    "선택된 좌석의 상태, 기한, 회차가 예매 내역과 일치합니다.",
  "a seat of a live reservation is taken by it": "유효한 예매의 좌석은 그 예매가 차지하고 있습니다.",
  "the seats of a schedule are all there, one after the other": "회차의 모든 좌석이 빠짐없이 있습니다.",
  "the stored number of available seats of a schedule is right":
    "회차에 저장된 예매 가능 좌석 수가 실제 좌석과 같습니다.",
  "a hall in the making is not shown, and none of its seats was ever taken":
    "만드는 중인 공연장은 공개되지 않으며, 그 좌석은 한 번도 선택된 적이 없습니다.",
  "a reservation was confirmed before its deadline, or expired at or after it":
    "예매는 기한 전에 결제되었거나 기한 이후에 만료되었습니다.",
  "a reservation has at least one seat, and all of them of its schedule":
    "예매에는 좌석이 하나 이상 있고, 모두 같은 회차의 좌석입니다.",
  "the amount of a reservation is the sum of the prices its seats were held at":
    "예매 금액은 선택 당시 좌석 가격의 합계와 같습니다.",
  "a balance is the sum of the user's ledger lines": "포인트 잔액은 원장 합계와 같습니다.",
  "a ledger entry has two lines, which sum to zero": "원장의 각 거래는 합계가 0인 두 줄로 이루어집니다.",
  "a reservation is CONFIRMED exactly when it has a payment, of its amount and by its user":
    "예매 완료 상태에는 같은 회원, 같은 금액의 결제가 있습니다.",
  "a payment has an id of its own and one entry in the ledger, of its amount":
    "결제에는 고유 번호와 같은 금액의 원장 거래가 하나 있습니다.",
  "every balance is from 0 to 2^53-1": "모든 잔액이 허용 범위 안에 있습니다.",
  "a remembered hold or payment names a reservation of its owner": "중복 방지 기록은 본인의 예매를 가리킵니다.",
  "an event tells of a transition of its reservation, at its time: first that it was made, then how it ended":
    "이벤트는 예매의 생성과 종료를 제시각에 순서대로 기록합니다.",
  "no transition is told twice": "같은 변경이 두 번 기록되지 않습니다.",
  "a change of a concert is told once, with a number the concert has reached":
    "공연 변경 이벤트는 한 번씩, 올바른 순번으로 기록됩니다.",
  "a reservation counts its transitions: that it was made, and that it ended":
    "예매에 저장된 변경 횟수는 생성과 종료를 합한 값과 같습니다.",
  "every transition since the newest deleted event is told":
    "보관 기간이 지나 삭제된 이벤트 이후의 모든 변경이 이벤트로 기록됩니다.",
  "the event log has no gap, and begins where its deleted part ends":
    "이벤트 기록은 삭제된 부분 바로 다음에서 시작하며 빠진 번호가 없습니다.",
  "an event that the numbering has passed has its number": "순번 부여가 끝난 구간의 모든 이벤트에 번호가 있습니다.",
  "the feed tells the events of a reservation in their order": "이벤트 목록은 예매별 순서를 지킵니다.",
  "what waits in the outbox is in the log, and in the shard of its reservation":
    "전송 대기 이벤트는 기록에 있으며 올바른 구간에 속합니다.",
  "the deeds are numbered without a gap, and the last one is the end of the chain":
    "작업 기록의 번호는 빠짐없이 이어지며, 마지막 기록이 전체의 끝입니다.",
  "a deed says what it said when it was done, and follows the one before it":
    "작업 기록은 작성된 그대로이며, 바로 앞 기록에서 이어집니다.",
  "every change of a concert, its dates, prices and queue has a deed":
    "공연, 회차, 가격, 대기열의 모든 변경에 작업 기록이 있습니다.",
  "every account has the deed of its making, with its role, and of its end":
    "모든 계정에는 역할이 적힌 생성 기록이 있고, 폐기된 계정에는 폐기 기록이 있습니다.",
  "a user has at most one live ticket in a concert, and a live ticket a number of its own":
    "한 회원은 한 공연에 하나의 유효한 대기 순서만 가지며, 같은 번호를 가진 유효한 대기 순서는 없습니다.",
  "a ticket's number has been given, and an active one's has been called":
    "대기 번호는 발급된 번호이며, 입장한 번호는 호출된 번호입니다.",
  "every id is below the mark new ones are taken from": "모든 번호는 다음 발급 번호보다 작습니다.",
  "a seat that was reserved points to its reservation and to its seat":
    "예매 좌석 기록은 실제로 있는 예매와 좌석을 가리킵니다.",
  "no row points to one that is not there": "존재하지 않는 데이터를 가리키는 기록이 없습니다.",
  "the file is sound: pages, rows and indexes": "데이터 파일에 손상이 없습니다.",
};

export const kGeneralRule = "저장된 데이터가 판매 규칙과 일치합니다.";
export const ruleText = (what: string): string => (isKorean() ? (kRules[what] ?? kGeneralRule) : what);

const kThings: Record<string, string> = {
  seat: "좌석",
  reservation: "예매",
  schedule: "회차",
  user: "회원",
  event: "이벤트",
  payment: "결제",
  ticket: "대기표",
  concert: "공연",
  account: "계정",
  deed: "작업 기록",
  entry: "거래",
  number: "번호",
};

// `seat 3 of reservation 7, which is EXPIRED`: in Korean the numbers, which are what to look for.
export function exampleText(example: string): string {
  if (!isKorean()) return example;
  const named = [...example.matchAll(/\b([a-z]+) (\d+)/g)].filter(([, thing]) => kThings[thing!]);
  if (named.length > 0) return named.map(([, thing, id]) => `${kThings[thing!]} ${id}`).join(", ");
  return [...example.matchAll(/\d+/g)].join(", ") || "상세 내용은 서버에서 확인해 주세요.";
}

// Refusals, counted by code.

export const codeName = (code: string): string => (words().refusals[code] ?? words().refusals.UNKNOWN!)[0];
