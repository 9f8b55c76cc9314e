import { render } from "preact";
import { keepClock } from "../base/clock";
import { startRouting } from "../base/route";
import { startTheme } from "../base/theme";
import { startLanguage } from "../base/words";
import { App } from "./app";
import { keepHolds } from "./holds";

startTheme();
startLanguage();
startRouting();
keepClock();
keepHolds();
render(<App />, document.getElementById("app")!);
