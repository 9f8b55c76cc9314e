// The parts that an operator must be able to trust: files as spreadsheets write them, questions before actions that
// cannot be undone, the venue's clock, and curves that outlive the page.
import assert from "node:assert/strict";
import { inDays } from "./harness.mjs";
import { accessible, arrive, chargeAndPay, holdOne, inView, noFaults, serve, waitFor } from "./steps.mjs";

const kPhone = { viewport: { width: 375, height: 720 }, hasTouch: true, isMobile: true };

async function signIn(page, server, isKorean = false) {
  await page.goto("/admin");
  await page.getByLabel(isKorean ? "관리자 토큰" : "Admin token").fill(server.admin);
  await page.getByRole("button", { name: isKorean ? "로그인" : "Sign in" }).click();
  await page.getByRole("link", { name: isKorean ? "공연 등록" : "New concert" }).waitFor();
}

// Bytes as Korean Excel writes them, with a letter (똠) that CP949 has and EUC-KR does not.
const kCp949 = Buffer.concat([
  Buffer.from([0xb1, 0xb8, 0xbf, 0xaa]), // 구역
  Buffer.from(",rows,seats per row,price\r\n"),
  Buffer.from([0x8c, 0x63, 0xb1, 0xb8, 0xbf, 0xaa]), // 똠구역
  Buffer.from(',10,20,"154,000"\r\n'),
]);

const choose = (page, name, bytes) =>
  page
    .getByLabel(/^Import sections|^CSV 파일/)
    .setInputFiles({ name, mimeType: "text/csv", buffer: Buffer.from(bytes) });

const clocked = (concert) => concert.locator("option").first();

export const scenarios = [
  [
    "the operator: files of spreadsheets are read whole or refused by line and column; nothing is made before its totals are seen",
    async (world) => {
      const server = await serve(world);
      const page = await arrive(world, server, { bypassCSP: true, ...kPhone });
      await signIn(page, server);
      await page.getByRole("link", { name: "New concert" }).click();
      await page.getByLabel("Title").fill("From a file");
      await page.getByLabel("Starts", { exact: true }).fill("2039-05-01T19:30");
      await page.getByLabel("sections").check();
      const said = async (text) => {
        const line = page.locator("p, li", { hasText: text }).first();
        await line.waitFor();
        await inView(page, line);
      };
      await choose(page, "thousands.csv", "section,rows,seats per row,price\nFloor A,10,20,150,000\n");
      await said("Line 2: 5 cells, but 4 headings.");
      await choose(page, "one-line-a-seat.csv", "section,row,seat,price\nA,A,3,150000\n");
      await said("The file has a line per seat or per row.");
      await choose(page, "names.csv", "section,rows,seats,price\nA,1,1,1\n\u0410,1,1,1e5\n");
      await said("Line 3, column “section”: The name looks the same as the one in line 2.");
      await said("Line 3, column “price”: “1e5” is not a whole number.");
      await accessible(page, "operator: a refused file");
      assert.equal(await page.getByLabel("Section", { exact: true }).count(), 1, "the form is as it was");
      await choose(page, "excel.csv", kCp949);
      await said("Read as CP949, cells separated by commas.");
      const preview = page.getByRole("group", { name: "Found in excel.csv" });
      await preview.getByText("200 seats at 154,000 P").waitFor();
      assert.equal(await preview.getByTestId("full-house").textContent(), "30,800,000 P");
      await preview.getByRole("cell", { name: "똠구역" }).waitFor();
      assert.equal(await page.getByLabel("Section", { exact: true }).inputValue(), "", "nothing is used before that");
      await preview.getByRole("button", { name: "Use these sections" }).click();
      await waitFor(
        "the section",
        async () => (await page.getByLabel("Section", { exact: true }).inputValue()) === "똠구역",
      );
      assert.equal(await page.getByLabel("Price", { exact: true }).inputValue(), "154000");
      await page.getByRole("button", { name: "Create" }).click();
      await said("1 date, 200 seats in all, worth 30,800,000 P when sold out?");
      const { concerts } = await server.call("GET", "/api/v1/admin/concerts?limit=100", { admin: true });
      assert.ok(!concerts.some(({ concert }) => concert.title === "From a file"), "nothing is made before the yes");
      await page.keyboard.press("Escape");
      await waitFor("focus back", () => page.evaluate(() => document.activeElement !== document.body));
      await page.getByRole("button", { name: "Create" }).click();
      await page.getByRole("button", { name: "Yes, create" }).click();
      await page.getByRole("heading", { name: "From a file" }).waitFor();
      await noFaults(page);
    },
  ],
  [
    "the operator: times are the venue's, wherever the operator is; a section is renamed; a concert without sales is deleted",
    async (world) => {
      const server = await serve(world);
      const page = await arrive(world, server, { bypassCSP: true, timezoneId: "America/New_York" });
      await signIn(page, server);
      await page.getByRole("link", { name: "New concert" }).click();
      await page.getByLabel("Title").fill("Far away");
      await page.getByLabel("Time zone of the venue").fill("Mars/Olympus");
      await page.getByText("Enter the name of a time zone").waitFor();
      await page.getByLabel("Time zone of the venue").fill("Asia/Tokyo");
      await page.getByLabel("Starts", { exact: true }).fill("2039-05-01T19:30");
      await page.getByText("1 May 2039 19:30 (Japan Time)").waitFor();
      await page.getByText(/Your time: .*1 May 0?6:30/).waitFor();
      await page.getByLabel("sections").check();
      await page.getByLabel("Section", { exact: true }).fill("Flor");
      await page.getByRole("button", { name: "Create" }).click();
      await page.getByRole("button", { name: "Yes, create" }).click();
      await page.getByRole("heading", { name: "Far away" }).waitFor();
      const id = Number(/concerts\/(\d+)/.exec(page.url())[1]);
      await server.everywhere(`/api/v1/concerts/${id}`, ({ timeZone }) => timeZone === "Asia/Tokyo");
      const { schedules } = await server.call("GET", `/api/v1/concerts/${id}/schedules`);
      assert.equal(schedules[0].startsAt, "2039-05-01T10:30:00.000Z");
      await waitFor("the venue's time", async () =>
        (await clocked(page.locator("#date")).textContent()).includes("2039 19:30 (Japan Time)"),
      );

      const rename = page.locator("form", { has: page.getByRole("heading", { name: "Rename a section" }) });
      await rename.getByLabel("New name").fill("Floor");
      await rename.getByRole("button", { name: "Rename a section" }).click();
      await rename.getByText("Rename “Flor” to “Floor”? It has 200 seats").waitFor();
      await rename.getByRole("button", { name: "Yes, rename it" }).click();
      await rename.getByText("The section is called “Floor” now.").waitFor();
      await server.everywhere(`/api/v1/admin/concerts/${id}/schedules/${schedules[0].id}/seats`, ({ seats }) =>
        seats.every(({ section }) => section === "Floor"),
      );

      await page.getByRole("button", { name: "Delete this concert" }).click();
      await page.getByText("Delete “Far away” with 1 date and 200 seats? This cannot be undone.").waitFor();
      await page.getByRole("button", { name: "Yes, delete it" }).click();
      await page.getByText("“Far away” has been deleted.").waitFor();
      // With several pods, another one still lists it for a moment.
      await server.everywhere("/api/v1/concerts", ({ concerts }) => concerts.every((concert) => concert.id !== id));
      await page.reload();
      await waitFor("its end", async () => (await page.getByRole("link", { name: "Far away" }).count()) === 0);
      await assert.rejects(server.call("GET", `/api/v1/concerts/${id}`), { status: 404 });
      await noFaults(page);
    },
  ],
  [
    "the operator: on a phone, a refresh is less than 10 KB, and the curves are there again after leaving the page; sold concerts stay",
    async (world) => {
      const server = await serve(world);
      const made = await server.concert({ title: "Watched" });
      const buyer = await arrive(world, server, { user: 61 });
      await holdOne(buyer, made);
      await chargeAndPay(buyer);
      const page = await arrive(world, server, { bypassCSP: true, ...kPhone });
      await signIn(page, server);
      await page.getByRole("link", { name: "Watched" }).click();
      await page.waitForSelector(".curve path.area");
      const points = () => page.evaluate((id) => JSON.parse(sessionStorage[`frontrow.curves.${id}`]).length, made.id);
      const before = await points();
      await page.getByRole("link", { name: "Search" }).click();
      await page.getByRole("button", { name: "Find" }).waitFor();
      await page.goBack();
      await page.waitForSelector(".curve path.area"); // at once, and not after two more readings
      await page.reload();
      await page.waitForSelector(".curve path.area");
      assert.ok((await points()) >= before, "the points of before are kept");

      // All answers of one refresh: counters, sales and the changes of the seats.
      const session = await page.context().newCDPSession(page);
      await session.send("Network.enable");
      let [bytes, refreshes] = [0, 0];
      const ends = new Map();
      session.on("Network.responseReceived", ({ requestId, response }) => ends.set(requestId, response.url));
      session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
        bytes += encodedDataLength;
        if (ends.get(requestId)?.endsWith("/counters")) refreshes += 1;
      });
      await waitFor("three refreshes", () => refreshes >= 3);
      assert.ok(bytes / refreshes < 10_000, `a refresh is ${Math.round(bytes / refreshes)} bytes`);

      await page.getByRole("button", { name: "Delete this concert" }).click();
      await page.getByRole("button", { name: "Yes, delete it" }).click();
      const refused = page.locator("[role=alert] p", { hasText: "Seats of this concert are held or sold." });
      await refused.waitFor();
      await inView(page, refused);
      await noFaults(page);
    },
  ],
  [
    "the operator's pages: in both languages no wider than a window of 320 px, axe finds nothing, and no Korean page says anything in English",
    async (world) => {
      const server = await serve(world);
      const made = await server.concert({
        title: "아주 긴 이름의 공연 한여름 밤의 재즈 페스티벌",
        schedules: [{ startsAt: inDays(9), sections: [{ name: "1층", rows: 2, seatsPerRow: 4, price: 154_000 }] }],
      });
      const buyer = await arrive(world, server, { user: 71 });
      await holdOne(buyer, made);
      for (const locale of ["ko-KR", "en-GB"]) {
        const isKorean = locale === "ko-KR";
        const page = await arrive(world, server, { bypassCSP: true, locale, viewport: { width: 320, height: 640 } });
        await signIn(page, server, isKorean);
        const screens = [
          ["", "table"],
          ["concerts/new", "form"],
          [`concerts/${made.id}`, ".map-frame svg .seat"],
          ["search", "form"],
          ["events", "tbody tr"],
          ["audit", "section"],
        ];
        for (const [path, shown] of screens) {
          await page.goto(`/admin#/${path}`);
          await page.locator(shown).first().waitFor();
          if (path === "concerts/new") await page.getByLabel(isKorean ? "구역으로 입력" : "sections").check();
          if (path === "audit") {
            await page.getByRole("button", { name: isKorean ? "점검 시작" : "Run the audit" }).click();
            await page.locator("tbody tr").first().waitFor();
          }
          await noFaults(page);
          await accessible(page, `operator: ${path}, ${locale}`);
          if (isKorean) assert.deepEqual(await englishOf(page), [], `English on the Korean page ${path}`);
        }
      }
    },
  ],
];

// Words in Latin letters that a reader or a screen reader meets; names, numbers and abbreviations do not count.
const englishOf = (page) =>
  page.evaluate(() => {
    const kNames = /\b(frontrow|English|CSV|UTF|UTF-8|admin\.token|Asia\/[A-Za-z_]+|[A-Z]\d|P|Enter)\b/g;
    const found = [];
    const take = (text) => {
      const rest = text.replace(kNames, "").match(/[A-Za-z]{2,}/g);
      if (rest) found.push(text.trim());
    };
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const { parentElement, data } = walker.currentNode;
      if (!parentElement.closest("script, noscript, style, option, [lang=en]") && data.trim()) take(data);
    }
    for (const each of document.querySelectorAll("[aria-label], [placeholder]"))
      take(`${each.getAttribute("aria-label") ?? ""} ${each.getAttribute("placeholder") ?? ""}`);
    return [...new Set(found)];
  });
