import { render } from "preact";
import { keepClock } from "../base/clock";
import { startRouting } from "../base/route";
import { learnAuthMode } from "../base/sale";
import { startTheme } from "../base/theme";
import { startLanguage } from "../base/words";
import { App } from "./app";
import { keepHolds } from "./holds";

startTheme();
startLanguage();
startRouting();
keepClock();
void learnAuthMode()
  .catch(() => {})
  .finally(keepHolds);
render(<App />, document.getElementById("app")!);
