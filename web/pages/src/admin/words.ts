// What the operator's page says, in both languages; refusals come from the buyer's words, or from here where an operator reads them otherwise.
import { useWords, words } from "../base/words";
import { en } from "./words.en";
import { ko } from "./words.ko";

export type AdminWords = typeof en;
const of = (locale: string): AdminWords => (locale === "ko" ? ko : en);
export const useAdminWords = (): AdminWords => of(useWords().locale);
export const adminWords = (): AdminWords => of(words().locale);
