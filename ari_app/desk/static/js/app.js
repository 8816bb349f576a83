// Starts what a page has; every module does nothing on a page without its parts.
import { startActs } from "./acts.js";
import { startFeed } from "./feed.js";
import { startForms } from "./forms.js";
import { startKeys } from "./keys.js";
import { startPlayer } from "./player.js";
import { startReport } from "./report.js";
import { startRows } from "./rows.js";
import { startTimers } from "./timers.js";
import { startTitle } from "./title.js";

startTitle();
startTimers();
startActs();
startForms();
startRows();
startFeed();
const report = startReport();
startKeys(report);
startPlayer();
