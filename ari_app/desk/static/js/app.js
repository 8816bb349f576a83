// Starts what a page has; every module does nothing on a page without its parts.
import { startActs } from "./acts.js";
import { startFeed } from "./feed.js";
import { startKeys } from "./keys.js";
import { startPlayer } from "./player.js";
import { startReport } from "./report.js";
import { startTimers } from "./timers.js";
import { startTitle } from "./title.js";

startTitle();
startTimers();
startActs();
startFeed();
const report = startReport();
startKeys(report);
startPlayer();
