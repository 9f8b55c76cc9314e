// Saying things to people who do not see them.
import { state } from "./state";

export const announced = state("");

export function announce(text: string): void {
  announced.set("");
  setTimeout(() => announced.set(text), 50);
}
