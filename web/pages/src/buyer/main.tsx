import "../base/style/tokens.css";
import "../base/style/page.css";
import "../base/style/controls.css";
import "../base/style/note.css";
import { render } from "preact";
import { keepClock } from "../base/clock";
import { keepFocus } from "../base/focus";
import { startRouting } from "../base/route";
import { startTheme } from "../base/theme";
import { dateTime, startLanguage } from "../base/words";
import { keepAudio } from "./alarm";
import { App } from "./app";
import { keepHolds } from "./holds";
import { keepLines } from "./lines";
import "../base/style/forced_colors.css";
import "../base/style/print.css";

startTheme();
startLanguage();
startRouting();
keepClock();
keepHolds();
keepLines();
keepAudio();
keepFocus();
render(<App />, document.getElementById("app")!);
// The first date a page writes takes long. The first answers of the server are on their way now, so now is the time for it.
setTimeout(() => dateTime(new Date().toISOString()));
