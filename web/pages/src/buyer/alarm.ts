// Telling a buyer who is not looking: a sound and a notification, if wished for. Browsers allow both because the wish was a click.
import { go } from "../base/route";
import { state } from "../base/state";
import { prefer, preference } from "../base/storage";

export const hasSound = state(preference("sound") === "on");
export const hasNotice = state(preference("notice") === "on" && mayNotify() && Notification.permission === "granted");

let audio: AudioContext | null = null;

// A sound may only be made by a page that was touched; after a reload the next touch will do.
function wakeAudio(): AudioContext | null {
  try {
    audio ??= new AudioContext();
    if (audio.state === "suspended") void audio.resume();
  } catch {}
  return audio;
}

export function keepAudio(): void {
  const wake = () => {
    if (hasSound.get()) wakeAudio();
  };
  addEventListener("pointerup", wake);
  addEventListener("keyup", wake);
}

export function chime(): void {
  const to = hasSound.get() ? wakeAudio() : null;
  if (!to) return;
  const start = to.currentTime;
  [660, 880].forEach((frequency, i) => {
    const tone = to.createOscillator();
    const volume = to.createGain();
    tone.frequency.value = frequency;
    volume.gain.setValueAtTime(0.0001, start + i * 0.18);
    volume.gain.exponentialRampToValueAtTime(0.2, start + i * 0.18 + 0.03);
    volume.gain.exponentialRampToValueAtTime(0.0001, start + i * 0.18 + 0.5);
    tone.connect(volume).connect(to.destination);
    tone.start(start + i * 0.18);
    tone.stop(start + i * 0.18 + 0.6);
  });
}

export function wishSound(isOn: boolean): void {
  hasSound.set(isOn);
  prefer("sound", isOn ? "on" : null);
  chime();
}

// Browsers have it on HTTPS and localhost only.
export function mayNotify(): boolean {
  return typeof Notification !== "undefined" && isSecureContext && Notification.permission !== "denied";
}

// False where a page may not: some phones let only installed apps do so, and say it by throwing.
function show(title: string, body: string, href: string): boolean {
  try {
    const shown = new Notification(title, { body, tag: "frontrow", icon: "/icon-192.png" });
    shown.onclick = () => {
      focus();
      go(href);
      shown.close();
    };
    return true;
  } catch {
    return false;
  }
}

// Shows one at once, so that the buyer sees what it will look like, and we see that it works.
export async function wishNotice(isOn: boolean, title: string, body: string): Promise<boolean> {
  const isGranted = isOn && (await Notification.requestPermission()) === "granted" && show(title, body, location.hash);
  hasNotice.set(isGranted);
  prefer("notice", isGranted ? "on" : null);
  return isGranted;
}

export function notify(title: string, body: string, href: string): void {
  if (hasNotice.get() && document.hidden) show(title, body, href);
}
