import "../base/style/tokens.css";
import "../base/style/page.css";
import "../base/style/controls.css";
import "../base/style/note.css";
import { render } from "preact";
import { startTheme } from "../base/theme";
import { startLanguage } from "../base/words";
import { App } from "./app";
import "../base/style/forced_colors.css";

startTheme();
startLanguage();
render(<App />, document.getElementById("app")!);
