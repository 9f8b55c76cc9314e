// The scenarios: a buyer in a hurry, a buyer without a mouse, an operator, and the expected results.
import { scenarios as buying } from "./buying.mjs";
import { scenarios as fitting } from "./fitting.mjs";
import { scenarios as hidden } from "./hidden.mjs";
import { scenarios as knowing } from "./knowing.mjs";
import { scenarios as operating } from "./operating.mjs";
import { scenarios as reaching } from "./reaching.mjs";
import { scenarios as seen } from "./seen.mjs";
import { scenarios as serving } from "./serving.mjs";
import { scenarios as trusting } from "./trusting.mjs";
import { scenarios as waiting } from "./waiting.mjs";

// The longest first, so that no lane ends with one of them.
const all = [
  ...hidden,
  ...operating,
  ...trusting,
  ...seen,
  ...buying,
  ...waiting,
  ...knowing,
  ...reaching,
  ...fitting,
  ...serving,
];

// Scenarios that one profile leaves out, with the reason. All others run on both.
const kLeftOut = {
  embedded: {
    "of two pods one after the other is killed while waiting: the place is kept, and nothing else is seen":
      "there is one server",
  },
  cluster: {
    "under a plain name without TLS, where browsers withhold some of their functions": "the browser's matter",
    "without storage, as some browsers are set, a purchase still goes through": "the browser's matter",
    "hidden by another tab: the page goes on asking, and tells of the turn by title, sound and notification":
      "the browser's matter",
    "hidden by another tab for more than six minutes, far from the front, in a browser as it is":
      "the browser's matter",
    "titles that are out to harm are only text": "looks",
    "keyboard only, from the first key to the ticket": "the same requests by other keys",
    "in Korean, on a phone of 375 px, with a finger": "the same requests in other words",
    "the list view has the same seats as buttons": "looks",
    "fifty thousand seats, zoomed from all of them to one, while seats go": "looks: it counts frames",
    "the operator's pages: in both languages no wider than a window of 320 px, axe finds nothing, and no Korean page says anything in English":
      "looks",
    "axe finds nothing on any page, light and dark": "looks",
    "nothing jumps, on a slow line, on a desk and on a phone; nothing moves for who asked for less motion": "looks",
  },
};

for (const group of [seen, fitting]) for (const [title] of group) kLeftOut.cluster[title] ??= "looks";

// Long scenarios need FRONTROW_PROVE=1, which runs nothing else.
export function scenariosOf(profile, isProving) {
  const leftOut = kLeftOut[profile];
  for (const title of Object.keys(leftOut))
    if (!all.some(([each]) => each === title)) throw new Error(`no scenario is called “${title}”`);
  for (const [title, why] of Object.entries(leftOut)) console.log(`out   ${title} (${why})`);
  return all.filter(([title, , how]) => !(title in leftOut) && (how === "long") === isProving);
}
