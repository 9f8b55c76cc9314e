import "../base/tokens.css";
import "../base/page.css";
import "../base/controls.css";
import "../base/note.css";
import { render } from "preact";
import { startTheme } from "../base/theme";
import { startLanguage } from "../base/words";
import { App } from "./app";
import "../base/forced_colors.css";

startTheme();
startLanguage();
render(<App />, document.getElementById("app")!);
