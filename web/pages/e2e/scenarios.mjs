// What a buyer in a hurry, a buyer without a mouse and an operator do, and what must come of it.
import { scenarios as buying } from "./buying.mjs";
import { scenarios as operating } from "./operating.mjs";
import { scenarios as reaching } from "./reaching.mjs";
import { scenarios as serving } from "./serving.mjs";
import { scenarios as waiting } from "./waiting.mjs";

export const scenarios = [...buying, ...waiting, ...reaching, ...serving, ...operating];
