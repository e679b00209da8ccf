// Grids unpacked by the page's own scripts, outside of a browser: a JSON list of {columns, values} on
// standard input; the bytes of each come back in base64.

import { readFileSync } from "node:fs";
import { undoForecast } from "../../../../dlvc_cli/reporting/descent/page/assets/undo_forecast.js";
import { unpack } from "../../../../dlvc_cli/reporting/descent/page/assets/unpack.js";

const grids = [];
for (const { columns, values } of JSON.parse(readFileSync(0, "utf-8"))) {
  const grid = undoForecast(await unpack(values), columns, values.forecast);
  grids.push(Buffer.from(grid.buffer).toString("base64"));
}
process.stdout.write(JSON.stringify(grids));
