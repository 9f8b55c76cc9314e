// Writes pictures of every page into docs/screens: on a desktop and on a phone, light and dark.
import { mkdirSync } from "node:fs";
import { inDays, person, Server, startBrowser } from "./harness.mjs";
import { startRush } from "./rush.mjs";

const kHistoryMs = 60_000; // length of the curves in the operator's picture

const folder = "../../docs/screens";
mkdirSync(folder, { recursive: true });
const server = await new Server().start();
const browser = await startBrowser();

const hall = [
  { name: "Left", rows: 9, seatsPerRow: 8, price: 90_000 },
  { name: "Floor", rows: 11, seatsPerRow: 20, price: 120_000 },
  { name: "Right", rows: 9, seatsPerRow: 8, price: 90_000 },
  { name: "Balcony", rows: 5, seatsPerRow: 34, price: 60_000 },
];
const made = await server.concert({
  title: "An Evening of Long Echoes",
  artist: "Marlow Quartet",
  venue: "Grand Hall",
  schedules: [12, 13, 14].map((day) => ({ startsAt: inDays(day), sections: hall })),
});
const [schedule] = made.schedules;
const queued = await server.concert({
  title: "Winter Lights",
  artist: "The Lanterns",
  venue: "River Hall",
  queue: { enabled: true, maxActive: 1, admissionsPerSecond: 2 },
});
await server.concert({
  title: "한여름 밤의 재즈",
  artist: "서울 콰르텟",
  venue: "한강 공연장",
  bookingOpensAt: new Date(Date.now() + 1_500_000).toISOString(),
});

const arena = await server.concert({
  title: "Fifty Thousand Voices",
  venue: "Arena",
  schedules: [
    {
      startsAt: inDays(40),
      sections: [1, 2, 3, 4, 5].map((n) => ({ name: `Block ${n}`, rows: 100, seatsPerRow: 100, price: 30_000 * n })),
    },
  ],
});
const rushed = await server.concert({
  title: "The Long Night",
  artist: "Northern Orchestra",
  venue: "Opera House",
  queue: { enabled: true, maxActive: 60, admissionsPerSecond: 9 },
  schedules: [20, 21].map((day) => ({ startsAt: inDays(day), sections: hall })),
});

// A sale half way through.
for (let user = 100; user < 190; ++user) {
  const ticket = await server.ticket(user, made.id);
  const first = schedule.firstSeatId + ((user * 37) % 430);
  const seats = Array.from({ length: 1 + (user % 4) }, (_, i) => first + i);
  const held = await server.hold(made.id, schedule.id, seats, ticket).catch(() => null);
  if (!held || user % 3 === 0) continue;
  await server.call("POST", "/api/v1/points/charge", { body: { userId: user, amount: held.amount } });
  await server.call("POST", "/api/v1/payments", { ticket, body: { reservationId: held.reservationId } });
}
for (let user = 300; user < 420; ++user) await server.ticket(user, queued.id);

const looks = [
  ["desktop", "light", "en-GB"],
  ["desktop", "dark", "en-GB"],
  ["phone", "light", "ko-KR"],
  ["phone", "dark", "ko-KR"],
];
const windowOf = (device) => (device === "phone" ? { width: 375, height: 720 } : { width: 960, height: 680 });
const shoot = async (page, name, device, colorScheme) => {
  await page.waitForTimeout(300);
  await page.screenshot({ path: `${folder}/${name}-${device}-${colorScheme}.png` });
};

// The operator's page is open from the beginning.
const endRush = startRush(server, rushed);
const operator = await person(browser, server, { viewport: windowOf("desktop") });
const watchedSince = Date.now();
await operator.goto("/admin");
await operator.locator("#token").fill(server.admin);
await operator.locator("button.main").click();
await operator.locator("table a").first().waitFor();
await operator.goto(`/admin#/concerts/${rushed.id}`);
await operator.waitForSelector(".curve path.area");

let user = 1000;
for (const [device, colorScheme, locale] of looks) {
  user += 1;
  const isPhone = device === "phone";
  const page = await person(browser, server, {
    user,
    locale,
    colorScheme,
    viewport: windowOf(device),
    hasTouch: isPhone,
    isMobile: isPhone,
  });
  const picture = (name) => shoot(page, name, device, colorScheme);
  const main = () => page.locator("button.main").first();
  await page.goto("/");
  await page.locator(".card a").first().waitFor();
  await picture("concerts");
  await page.goto(`/#/concerts/${made.id}`);
  await page.locator("a.date").first().waitFor();
  await picture("dates");
  await page.goto(`/#/concerts/${queued.id}/dates/${queued.schedules[0].id}`);
  await main().click();
  await page.locator(".waiting").waitFor();
  await picture("waiting");
  await page.goto(`/#/concerts/${arena.id}/dates/${arena.schedules[0].id}`);
  await main().click();
  await page.waitForSelector(".map-frame canvas");
  await picture("arena");
  await page.goto(`/#/concerts/${made.id}/dates/${schedule.id}`);
  await main().click();
  await page.waitForSelector(".map-frame svg .seat");
  await page.locator(".pick button").nth(1).click();
  await picture("seats");
  await page.locator(".pay-bar .main").click();
  await page.locator(".charge button").waitFor();
  await picture("hold");
  await page.locator(".charge button").click();
  await page.locator("button.main:enabled").first().click();
  await page.waitForSelector(".reservation-no");
  await picture("ticket");
  await page.goto("/#/reservations");
  await page.locator("[data-status=CONFIRMED] .button").waitFor();
  await picture("reservations");
  await page.context().close();
}

await operator.waitForTimeout(Math.max(0, kHistoryMs - (Date.now() - watchedSince)));
for (const [device, colorScheme, locale] of looks) {
  await operator.setViewportSize(windowOf(device));
  await operator.emulateMedia({ colorScheme });
  const wanted = operator.getByRole("button", { name: locale === "ko-KR" ? "한국어" : "English" });
  if (await wanted.count()) await wanted.click();
  await shoot(operator, "operator", device, colorScheme);
}
endRush();
await browser.close();
await server.remove();
