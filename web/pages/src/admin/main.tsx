import { render } from "preact";
import { startTheme } from "../base/theme";
import { startLanguage } from "../base/words";
import { App } from "./app";
import "./admin.css";

startTheme();
startLanguage();
render(<App />, document.getElementById("app")!);
