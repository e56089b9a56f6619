import { render } from "preact";
import { overHttp } from "../control/transport.js";
import { StudioStore } from "../store/studio-store.js";
import { App } from "./app.js";

// The page lies at …/__mock/studio/; the simulator is mounted at what comes before.
const base = location.href.replace(/\/__mock\/studio\/.*$/s, "");
const studio = new StudioStore(overHttp(base));
render(<App studio={studio} />, document.body);
studio.start();
