// What a hand sees that turns the volume: real pointer moves on the 3D view, frames as the browser gives them.
import { median, quantile } from "./figures.mjs";

const DRAG_MS = 3000;
/** Before this the budget is still being found. */
const SETTLING_MS = 500;
const MOVES_EVERY_MS = 16;
const AGAIN = 5;

/** Runs in the page: notes pointer moves, frames of the browser, and what was drawn in them. */
function record() {
  const TICK_MS = 5;
  const noted = { moves: [], frames: [], draws: [], finer: [], full: [], gap: 0, on: true };
  window.__noted = noted;
  window.addEventListener("pointermove", (event) => noted.moves.push(event.timeStamp), { capture: true });
  const { port1, port2 } = new MessageChannel();
  let seen = window.cuspid.renderer();
  let last = performance.now();
  let turn = last;
  // How long the page does not answer.
  const timer = setInterval(() => {
    const now = performance.now();
    noted.gap = Math.max(noted.gap, now - turn - TICK_MS);
    turn = now;
    if (!noted.on) clearInterval(timer);
  }, TICK_MS);
  // After a frame's work, of which the drawing is a part.
  port1.onmessage = () => {
    const began = last;
    const now = window.cuspid.renderer();
    // What the picture before took is known when the next one is drawn.
    if (now.draws.volume > seen.draws.volume) {
      const before = noted.draws.at(-1);
      if (before) before.took = now.volume.moving_ms;
      noted.draws.push({ began, step: now.volume.step_voxels, resolution: now.volume.resolution, full: now.volume.full_quality });
    }
    if (now.volume.resolution > seen.volume.resolution) noted.finer.push(performance.now());
    if (now.volume.full_quality && !seen.volume.full_quality) noted.full.push(performance.now());
    seen = now;
  };
  const frame = () => {
    const now = performance.now();
    noted.frames.push(now);
    last = now;
    port2.postMessage(0);
    if (noted.on) requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}

/** Drags from the middle of the view for a while, to and fro. */
async function drag(page, box, ms) {
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  const began = Date.now();
  for (let turn = 1; Date.now() - began < ms; turn++) {
    await page.mouse.move(x + 100 * Math.sin(turn / 20), y + 30 * Math.sin(turn / 33));
    const pause = began + turn * MOVES_EVERY_MS - Date.now();
    if (pause > 0) await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

/** Milliseconds from a pointer move until the device has finished the first picture that it is in. */
function latencies({ moves, draws }) {
  const finished = draws.filter(({ took }) => took > 0);
  return moves.flatMap((at) => {
    const shown = finished.find(({ began }) => began >= at);
    return shown ? [shown.began + shown.took - at] : [];
  });
}

/** Turns the volume by hand in its mode, then lets it rest, several times. */
export async function turnByHand(page) {
  const box = await page.getByTestId("view-volume").boundingBox();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.evaluate(record);
  await page.mouse.down();
  const start = await page.evaluate(() => performance.now());
  await drag(page, box, DRAG_MS);
  const isFull = () => page.waitForFunction(() => window.cuspid.renderer().volume.full_quality, null, { polling: 20 });
  const rests = [];
  for (let turn = 0; turn < AGAIN; turn++) {
    // The last move may not have been drawn yet, and the picture before it was whole.
    await page.waitForTimeout(100);
    await isFull();
    rests.push(await page.evaluate(() => {
      const { moves, finer, full } = window.__noted;
      return { better: finer.find((at) => at > moves.at(-1)) - moves.at(-1), full: full.find((at) => at > moves.at(-1)) - moves.at(-1) };
    }));
    await drag(page, box, 200);
  }
  // A hand that moves again while the full picture is being drawn.
  const again = [];
  for (let turn = 0; turn < AGAIN; turn++) {
    await page.waitForTimeout(250);
    const from = await page.evaluate(() => performance.now());
    await drag(page, box, 150);
    again.push(from);
  }
  await isFull();
  await page.mouse.up();
  const noted = await page.evaluate(() => {
    window.__noted.on = false;
    return window.__noted;
  });
  const inDrag = (at) => at >= start + SETTLING_MS && at < start + DRAG_MS;
  const frames = noted.frames.filter(inDrag);
  const draws = noted.draws.filter(({ began, took }) => inDrag(began) && took > 0);
  const between = (times) => times.slice(1).map((at, n) => at - times[n]);
  const late = latencies({ ...noted, moves: noted.moves.filter(inDrag) });
  const woken = again.map((from) => {
    const first = noted.moves.find((at) => at >= from);
    return latencies({ ...noted, moves: [first] })[0];
  });
  return {
    moving_frame_ms: median(draws.map(({ took }) => took)),
    moving_frame_p95_ms: quantile(draws.map(({ took }) => took), 0.95),
    moving_interval_ms: median(between(draws.map(({ began }) => began))),
    moving_interval_p95_ms: quantile(between(draws.map(({ began }) => began)), 0.95),
    browser_interval_ms: median(between(frames)),
    pointer_to_picture_ms: median(late),
    pointer_to_picture_p95_ms: quantile(late, 0.95),
    moving_step_voxels: median(draws.map(({ step }) => step)),
    moving_resolution: median(draws.map(({ resolution }) => resolution)),
    still_to_better_ms: median(rests.map(({ better }) => better)),
    still_to_full_ms: median(rests.map(({ full }) => full)),
    longest_block_ms: noted.gap,
    woken_to_picture_ms: median(woken),
  };
}
